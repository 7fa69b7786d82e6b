import { seededBytes } from '../../lib/testing/seeded-bytes.js';

it('makes the same bytes of the same seed, and others of another', () => {
  const [one, same, other] = [seededBytes(1), seededBytes(1), seededBytes(2)].map((random) => random(16));
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

it('makes other bytes each time, as many as asked for', () => {
  const random = seededBytes(1);
  expect([random(8), random(8)].map(({ length }) => length)).toEqual([8, 8]);
  expect(random(8)).not.toEqual(random(8));
});
