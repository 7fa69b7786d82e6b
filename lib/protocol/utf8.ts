/** The UTF-8 form of a text. A lone surrogate becomes U+FFFD, as everywhere on the web. */
export const encodeUtf8 = (text: string): Uint8Array => {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    push(bytes, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
  }
  return Uint8Array.from(bytes);
};

/** One code point as one to four bytes (RFC 3629 §3). */
const push = (bytes: number[], point: number): void => {
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
};

const tail = (bits: number): number => 0x80 | (bits & 0x3f);

/** The text of UTF-8 bytes; `undefined` when they are not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  let escaped = '';
  // Of ASCII only the percent sign means something else in a URI.
  for (const byte of bytes)
    escaped +=
      byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
};
