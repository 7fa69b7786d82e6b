/** That many unpredictable bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** A text of 26 unpredictable letters and digits (128 bits), for ids and nonces. */
export const randomId = (random: RandomBytes): string =>
  String.fromCharCode(...random(26).map((byte) => (byte & 31) + ((byte & 31) < 10 ? 48 : 87)));

/** A first rid in [2^32, 2^52): far from both ends of what is allowed (XEP-0124 §14.1, §19.3). */
export const randomRid = (random: RandomBytes): number => {
  const value = random(7).reduce((sum, byte, i) => sum + (i === 6 ? byte & 15 : byte) * 2 ** (8 * i), 0);
  return value < 2 ** 32 ? value + 2 ** 32 : value;
};
