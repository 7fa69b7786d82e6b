import { randomBytes } from 'node:crypto';
import fc from 'fast-check';

import { randomId, randomRid } from '../../lib/client/random.js';

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

const constant =
  (byte: number) =>
  (count: number): Uint8Array =>
    new Uint8Array(count).fill(byte);

/** How far the counts of 16 equally likely outcomes are from that: chi squared with 15 degrees of freedom. */
const unevenness = (values: readonly number[]): number => {
  const expected = values.length / 16;
  const counts = Array.from({ length: 16 }, (_, bucket) => values.filter((value) => value === bucket).length);
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

/** Exceeded by chance once in a million runs. */
const UNEVEN = 59;

describe('randomRid', () => {
  it('gives 1,000 distinct whole numbers in [2^32, 2^52)', () => {
    const rids = Array.from({ length: 1_000 }, () => randomRid(random));
    expect(new Set(rids).size).toBe(1_000);
    for (const rid of rids) {
      expect(Number.isSafeInteger(rid)).toBe(true);
      expect(rid).toBeGreaterThanOrEqual(2 ** 32);
      expect(rid).toBeLessThan(2 ** 52);
    }
  });

  it('stays in [2^32, 2^52) whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 7, maxLength: 7 }), (bytes) => {
        const rid = randomRid(() => bytes);
        expect(Number.isSafeInteger(rid) && rid >= 2 ** 32 && rid < 2 ** 52).toBe(true);
      }),
    );
    expect(randomRid(constant(0))).toBe(2 ** 32);
    expect(randomRid(constant(255))).toBe(2 ** 52 - 1);
  });

  it('is evenly spread, in its highest and in its lowest bits', () => {
    const rids = Array.from({ length: 16_000 }, () => randomRid(random));
    expect(unevenness(rids.map((rid) => Math.floor(rid / 2 ** 48)))).toBeLessThan(UNEVEN);
    expect(unevenness(rids.map((rid) => rid % 16))).toBeLessThan(UNEVEN);
  });

  it('takes nothing from Math.random', () => {
    const spied = jest.spyOn(Math, 'random');
    randomRid(random);
    randomId(random);
    expect(spied).not.toHaveBeenCalled();
    spied.mockRestore();
  });
});

describe('randomId', () => {
  it('gives 1,000 distinct texts of 26 letters and digits', () => {
    const ids = Array.from({ length: 1_000 }, () => randomId(random));
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-v]{26}$/);
  });

  it('uses every letter about equally often', () => {
    const letters = Array.from({ length: 1_000 }, () => randomId(random)).join('');
    expect(unevenness(Array.from(letters, (letter) => parseInt(letter, 32) & 15))).toBeLessThan(UNEVEN);
    expect(unevenness(Array.from(letters, (letter) => parseInt(letter, 32) >> 1))).toBeLessThan(UNEVEN);
  });
});
