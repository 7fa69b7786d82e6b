import { type Arrival, compare } from './compare.js';

const plain = (...numbers: readonly number[]): readonly Arrival[] =>
  numbers.map((n) => ({ n, redelivered: false }));

const NOTHING = { lost: [], doubled: [], redelivered: [], reordered: [] };

describe('compare', () => {
  it('finds nothing in what came once and in order', () => {
    expect(compare(3, plain(1, 2, 3))).toEqual({ ...NOTHING, sent: 3 });
  });

  it('finds what is missing, at the end too', () => {
    expect(compare(5, plain(1, 3, 4)).lost).toEqual([2, 5]);
  });

  it('tells what came again from what came again and said so', () => {
    const arrivals = [...plain(1, 2, 1), { n: 2, redelivered: true }];
    expect(compare(2, arrivals)).toEqual({ ...NOTHING, sent: 2, doubled: [1], redelivered: [2] });
  });

  it('does not mind a mark on what comes for the first time', () => {
    expect(compare(1, [{ n: 1, redelivered: true }])).toEqual({ ...NOTHING, sent: 1 });
  });

  it('finds what came late, once', () => {
    expect(compare(4, plain(1, 3, 4, 2))).toEqual({ ...NOTHING, sent: 4, reordered: [2] });
  });
});
