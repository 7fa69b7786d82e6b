import fc from 'fast-check';
import { backoffMs } from '../../lib/protocol/retry.js';

const seed = () => fc.integer({ min: 0, max: 2 ** 53 - 1 });

it('doubles from 200 ms up to 15 s, half of it jitter', () => {
  fc.assert(
    fc.property(seed(), fc.integer({ min: 1, max: 2000 }), (seed, failures) => {
      const full = Math.min(200 * 2 ** (failures - 1), 15_000);
      const wait = backoffMs(failures, seed);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});

it('is the same for the same seed, and spread over many', () => {
  expect(backoffMs(3, 42)).toBe(backoffMs(3, 42));
  const waits = Array.from({ length: 1000 }, (_, i) => backoffMs(7, 2 ** 33 + i));
  const slots = new Set(waits.map((wait) => Math.floor((wait - 6_400) / 640)));
  expect(slots.size).toBeGreaterThanOrEqual(10);
});
