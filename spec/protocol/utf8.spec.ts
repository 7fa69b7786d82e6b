import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../lib/protocol/utf8.js';

it('does as the platform does, both ways', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = encodeUtf8(text);
      expect(bytes).toEqual(Uint8Array.from(Buffer.from(text)));
      expect(decodeUtf8(bytes)).toBe(text);
    }),
  );
});

it.each(['\0', '\x7f', '\x80', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}'])(
  'keeps to the limits of the lengths: %j',
  (text) => {
    expect(encodeUtf8(text)).toEqual(Uint8Array.from(Buffer.from(text)));
  },
);

it.each(['\ud800', 'a\udfffb', '\ud800\ud800'])('replaces lone surrogates: %j', (text) => {
  expect(encodeUtf8(text)).toEqual(Uint8Array.from(Buffer.from(text)));
});

it.each([
  ['a lone continuation', [0x80]],
  ['an unfinished character', [0xe2, 0x82]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a number beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
])('refuses %s', (_, bytes) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
});
