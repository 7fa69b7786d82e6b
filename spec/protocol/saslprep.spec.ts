import fc from 'fast-check';
import { saslprep } from '../../lib/protocol/saslprep.js';

// RFC 4013 §3, and one more for each table
it.each([
  ['I\u00ADX', 'IX'],
  ['user', 'user'],
  ['USER', 'USER'],
  ['\u00AA', 'a'],
  ['\u2168', 'IX'],
  ['a\u00A0b\u3000c', 'a b c'],
  ['a\u200Bb', 'a b'],
  ['Mu\u0308ller', 'M\u00FCller'],
  ['\u05D0', '\u05D0'],
  ['\u05D0 1\u05D1', '\u05D0 1\u05D1'],
  ['\u{10400}', '\u{10400}'],
  ['', ''],
])('prepares %j as %j', (text, prepared) => {
  expect(saslprep(text)).toBe(prepared);
});

it.each([
  ['a control character', '\u0007', 'prohibited'],
  ['a lone surrogate', 'a\ud800', 'prohibited'],
  ['a private character', '\uE000', 'prohibited'],
  ['a mark of direction', 'a\u200E', 'prohibited'],
  ['a character younger than Unicode 3.2', '\u{1F600}', 'Unicode 3.2'],
  ['one that would normalise to an old one', '\u{1F100}', 'Unicode 3.2'],
  ['both directions', '\u05D0a\u05D0', 'both writing directions'],
  ['right-to-left that ends otherwise', '\u0627\u0031', 'begin and end'],
  ['right-to-left that begins otherwise', '1\u0627', 'begin and end'],
  ['nothing visible', '\u00AD\u2060', 'invisible'],
])('refuses %s', (_, text, why) => {
  expect(saslprep(text, 'password')).toEqual({
    forbidden: expect.stringMatching(`^The password contains .*${why}`) as string,
  });
});

it('does not tell the secret', () => {
  expect(JSON.stringify(saslprep('se\u0007cret', 'password'))).not.toMatch(/se|cret\b|0007/);
});

it('leaves what it has prepared, and printable ASCII, alone', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      const prepared = saslprep(text);
      if (typeof prepared === 'string') expect(saslprep(prepared)).toBe(prepared);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => expect(saslprep(text)).toBe(text)));
});
