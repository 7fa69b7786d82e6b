import * as tables from '../../lib/protocol/saslprep-tables.js';

const rangesOf = (table: string) =>
  table
    .trim()
    .split(/\s+/)
    .map((range) => range.split('-').map((point) => parseInt(point, 16)))
    .map(([first = NaN, last = first]) => ({ first, last }));

// Code points per table, counted in RFC 3454; PROHIBITED is the union of nine.
it.each([
  ['SPACE', 17],
  ['NOTHING', 27],
  ['PROHIBITED', 139_813],
  ['UNASSIGNED', 879_309],
  ['RIGHT_TO_LEFT', 1_044],
  ['LEFT_TO_RIGHT', 229_973],
] as const)('%s is ascending and complete', (name, size) => {
  const ranges = rangesOf(tables[name]);
  const points = ranges.flatMap(({ first, last }) => [first, last]);
  expect(points).toEqual([...points].sort((one, other) => one - other));
  expect(ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)).toBe(size);
});
