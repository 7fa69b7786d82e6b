import * as fc from 'fast-check';
import { from, of } from 'rxjs';
import { inOrder } from '../../lib/operators/in-order.js';
import { marbles } from '../marbles.js';

/** A digit is its own index; letters go by their place in the alphabet. */
const place = (value: string): number => parseInt(value, 36);

const itself = (value: number): number => value;

/** All numbers from `first` on, without a gap, that are among `indexes`. */
const runFrom = (first: number, indexes: readonly number[]): number[] => {
  const known = new Set(indexes);
  const found: number[] = [];
  for (let index = first; known.has(index); index += 1) found.push(index);
  return found;
};

describe('inOrder', () => {
  it(
    'passes what comes in order at once',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -1-2-3-|');
      const expected = '    -1-2-3-|';
      const watched = '     ^------!';

      expectObservable(source$.pipe(inOrder(place, 1))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'holds what comes early until everything before it has come',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' -3-2--1----5-4---|');
      const expected = '    ------(123)--(45)|';

      expectObservable(source$.pipe(inOrder(place, 1))).toBe(expected);
    }),
  );

  it(
    'drops what lies before the first, has been emitted or is held already',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' -0-1-1-3-3-1-2---3-2-|');
      const expected = '    ---1---------(23)----|';

      expectObservable(source$.pipe(inOrder(place, 1))).toBe(expected);
    }),
  );

  it(
    'keeps the first of two values with one index',
    marbles(({ hot, expectObservable }) => {
      const values = { a: [2, 'a'], b: [2, 'b'], c: [1, 'c'], d: [1, 'd'] } as const;
      const source$ = hot<readonly [number, string]>(' -a-b-c---d-|', values);
      const expected = '                               -----(ca)--|';

      expectObservable(source$.pipe(inOrder(([index]) => index, 1))).toBe(expected, values);
    }),
  );

  it(
    'drops what is held behind a gap when the source completes',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -1-3-4-|');
      const expected = '    -1-----|';
      const watched = '     ^------!';

      expectObservable(source$.pipe(inOrder(place, 1))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'passes an error at once',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -1-3-#');
      const expected = '    -1---#';
      const watched = '     ^----!';

      expectObservable(source$.pipe(inOrder(place, 1))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'leaves the source when unsubscribed from',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -1-3-2-');
      const watched = '     ^---!  ';
      const expected = '    -1-----';

      expectObservable(source$.pipe(inOrder(place, 1)), watched).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'ends with what indexOf throws',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const refusal = new Error('refused');
      const refuse = (): never => {
        throw refusal;
      };
      const source$ = hot(' -1-2-|');
      const expected = '    -#    ';
      const watched = '     ^!    ';

      expectObservable(source$.pipe(inOrder(refuse, 1))).toBe(expected, {}, refusal);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it('starts every subscription from the first', () => {
    const passed: number[] = [];
    const ordered$ = of(2, 1).pipe(inOrder(itself, 1));

    ordered$.subscribe((value) => passed.push(value));
    ordered$.subscribe((value) => passed.push(value));

    expect(passed).toEqual([1, 2, 1, 2]);
  });

  it('emits the unbroken run from the first, whatever comes in whatever order', () => {
    const indexes = fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 60 });

    fc.assert(
      fc.property(indexes, fc.integer({ min: -3, max: 3 }), (indexes, first) => {
        const passed: number[] = [];
        from(indexes)
          .pipe(inOrder(itself, first))
          .subscribe((value) => passed.push(value));

        expect(passed).toEqual(runFrom(first, indexes));
      }),
    );
  });
});
