import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../lib/protocol/base64.js';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

// RFC 4648 §10
it.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('spells %j as %j', (text, encoded) => {
  expect(encodeBase64(bytes(text))).toBe(encoded);
  expect(decodeBase64(encoded)).toEqual(bytes(text));
});

it('does as the platform does, both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
      const encoded = encodeBase64(data);
      expect(encoded).toBe(Buffer.from(data).toString('base64'));
      expect(decodeBase64(encoded)).toEqual(data);
    }),
  );
});

it.each([
  ['a character from outside', 'Zm9*'],
  ['the URL alphabet', '_-8='],
  ['white space', 'Zm9v\n'],
  ['missing padding', 'Zg'],
  ['half the padding', 'Zg='],
  ['too much padding', 'Zm9v='],
  ['padding in the middle', 'Zg==Zm9v'],
  ['stray bits', 'Zh=='],
  ['a lone character', 'Z'],
  ['padding alone', '='],
])('refuses %s', (_, text) => {
  expect(decodeBase64(text)).toBeUndefined();
});
