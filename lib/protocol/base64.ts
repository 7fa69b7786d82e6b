const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as Base64 with padding (RFC 4648 §4). */
export const encodeBase64 = (bytes: Uint8Array): string => {
  let sextets = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (Number(bytes[at]) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) sextets += ALPHABET.charAt((bits >> shift) & 0x3f);
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return sextets.slice(0, sextets.length - padding) + '='.repeat(padding);
};

/**
 * The bytes of a Base64 text; `undefined` unless it is exactly what `encodeBase64` makes of them.
 *
 * Strict, so that one value has one spelling: no white space, no missing padding, no stray bits (RFC 6120 §13.9.1).
 */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const bytes: number[] = [];
  let bits = 0;
  for (let at = 0; at < text.length && text[at] !== '='; at += 1) {
    bits = ((bits << 6) | ALPHABET.indexOf(text.charAt(at))) & 0xffff;
    if (at % 4 > 0) bytes.push((bits >> (6 - 2 * (at % 4))) & 0xff);
  }
  const decoded = Uint8Array.from(bytes);
  return encodeBase64(decoded) === text ? decoded : undefined;
};
