import { filter } from 'rxjs';
import { batch } from '../../lib/operators/batch.js';
import { gate } from '../../lib/operators/gate.js';
import { marbles } from '../marbles.js';

describe('batch', () => {
  it(
    'gathers what comes within one period',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' a-b-c 300ms |');
      const expected = '    100ms x 204ms |';
      const watched = '     ^ 304ms !';

      expectObservable(source$.pipe(batch(100))).toBe(expected, { x: ['a', 'b', 'c'] });
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'is not postponed by a steady stream',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' a 59ms b 59ms c 59ms d|');
      const expected = '    100ms x 80ms (y|)';

      expectObservable(source$.pipe(batch(100))).toBe(expected, { x: ['a', 'b'], y: ['c', 'd'] });
    }),
  );

  it(
    'keeps to the grid, not to the first value',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' 30ms a 9ms b 199ms c|');
      const expected = '    100ms x 140ms (y|)';

      expectObservable(source$.pipe(batch(100))).toBe(expected, { x: ['a', 'b'], y: ['c'] });
    }),
  );

  it(
    'counts the grid from the subscription',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot('  50ms a 99ms b');
      const subscription = ' 30ms ^';
      const expected = '     130ms x 99ms y';

      expectObservable(source$.pipe(batch(100)), subscription).toBe(expected, { x: ['a'], y: ['b'] });
    }),
  );

  it(
    'lets a value that comes on a point leave at the next one',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' 100ms a 299ms |');
      const expected = '    200ms x 199ms |';

      expectObservable(source$.pipe(batch(100))).toBe(expected, { x: ['a'] });
    }),
  );

  it(
    'lets a value that comes on a point leave after those that waited for it',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' a 99ms b 99ms c 299ms |');
      const expected = '    100ms x 99ms y 99ms z 199ms |';

      expectObservable(source$.pipe(batch(100))).toBe(expected, { x: ['a'], y: ['b'], z: ['c'] });
    }),
  );

  it(
    'emits what waits when the source completes',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' a-b-|   ');
      const flush$ = hot('  --------');
      const watched = '     ^---!   ';
      const expected = '    ----(x|)';

      expectObservable(source$.pipe(batch(100, flush$))).toBe(expected, { x: ['a', 'b'] });
      expectSubscriptions(flush$.subscriptions).toBe(watched);
    }),
  );

  it(
    'completes without a batch when nothing waits',
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('--|').pipe(batch(100))).toBe('--|');
    }),
  );

  it(
    'passes an error of the source at once and drops what waits',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' a-#');
      const flush$ = hot('  ---');
      const watched = '     ^-!';
      const expected = '    --#';

      expectObservable(source$.pipe(batch(100, flush$))).toBe(expected);
      expectSubscriptions(flush$.subscriptions).toBe(watched);
    }),
  );

  it(
    'leaves source and flush when unsubscribed from, and emits nothing more',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' a 149ms b 149ms c');
      const flush$ = hot('  -');
      const watched = '     ^ 159ms !';
      const expected = '    100ms x';

      expectObservable(source$.pipe(batch(100, flush$)), watched).toBe(expected, { x: ['a'] });
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(flush$.subscriptions).toBe(watched);
    }),
  );

  it(
    'lets what a gate held leave together at the next point',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' -a-b-c                        ');
      const paused$ = hot(' x 149ms o', { o: false, x: true });
      const expected = '    200ms x';

      expectObservable(source$.pipe(gate(paused$), batch(100))).toBe(expected, { x: ['a', 'b', 'c'] });
    }),
  );

  describe('flush$', () => {
    it(
      'emits at once what waits, and nothing when nothing waits',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot(' -a-b----------');
        const flush$ = hot('  f---f-f-------');
        const expected = '    ----x---------';

        expectObservable(source$.pipe(batch(100, flush$))).toBe(expected, { x: ['a', 'b'] });
      }),
    );

    it(
      'does not move the grid',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot(' a 39ms b 9ms c');
        const flush$ = hot('  45ms f');
        const expected = '    45ms x 54ms y';

        expectObservable(source$.pipe(batch(100, flush$))).toBe(expected, { x: ['a', 'b'], y: ['c'] });
      }),
    );

    it(
      'may complete',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source$ = hot(' a--b');
        const flush$ = hot('  -f|');
        const watched = '     ^-!';
        const expected = '    -x 98ms y';

        expectObservable(source$.pipe(batch(100, flush$))).toBe(expected, { x: ['a'], y: ['b'] });
        expectSubscriptions(flush$.subscriptions).toBe(watched);
      }),
    );

    it(
      'passes its error on at once',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source$ = hot(' a---');
        const flush$ = hot('  --#');
        const watched = '     ^-!';
        const expected = '    --#';

        expectObservable(source$.pipe(batch(100, flush$))).toBe(expected);
        expectSubscriptions(source$.subscriptions).toBe(watched);
      }),
    );

    it(
      'takes the value along that it is derived from',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot(' a--u---');
        const expected = '    ---x---';
        const urgent$ = source$.pipe(filter((value) => value === 'u'));

        expectObservable(source$.pipe(batch(100, urgent$))).toBe(expected, { x: ['a', 'u'] });
      }),
    );
  });
});
