const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as Base64 with padding (RFC 4648 §4). */
export const encodeBase64 = (bytes: Uint8Array): string => {
  const sextets: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const byte = (offset: number): number => bytes[at + offset] ?? 0;
    const bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    sextets.push(...[18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 0x3f)));
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return sextets.slice(0, sextets.length - padding).join('') + '='.repeat(padding);
};

/**
 * The bytes of a Base64 text; `undefined` unless it is exactly what `encodeBase64` makes of them.
 *
 * Strict, so that one value has one spelling: no white space, no missing padding, no stray bits (RFC 6120 §13.9.1).
 */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const padding = text.indexOf('=');
  const sextets = padding < 0 ? text : text.slice(0, padding);
  const bytes: number[] = [];
  let bits = 0;
  for (const [index, character] of Array.from(sextets).entries()) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xffff;
    if (index % 4 > 0) bytes.push((bits >> (6 - 2 * (index % 4))) & 0xff);
  }
  const decoded = Uint8Array.from(bytes);
  return encodeBase64(decoded) === text ? decoded : undefined;
};
