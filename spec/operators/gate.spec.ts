import { throwError } from 'rxjs';
import { gate } from '../../lib/operators/gate.js';
import { marbles } from '../marbles.js';

const state = { o: false, x: true };

describe('gate', () => {
  it(
    'holds values while closed and releases them in order',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-b-c-------d-|');
      const closed$ = hot(' o-x----o--------', state);
      const expected = '    -a-----(bc)--d-|';
      const watched = '     ^--------------!';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(closed$.subscriptions).toBe(watched);
    }),
  );

  it(
    'holds only the latest where that is enough, and drops nothing while open',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' a-b-c-d--ef--g-|');
      const closed$ = hot(' -------o---x------o', state);
      const expected = '    -------d-ef-------(g|)';

      expectObservable(source$.pipe(gate(closed$, true))).toBe(expected);
    }),
  );

  it(
    'counts as closed until the control has spoken',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' -a-b-----c-|');
      const closed$ = hot(' -----o------', state);
      const expected = '    -----(ab)c-|';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
    }),
  );

  it(
    'completes with the source when nothing is held, even while closed',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a---|');
      const closed$ = hot(' o-x---', state);
      const expected = '    -a---|';
      const watched = '     ^----!';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
      expectSubscriptions(closed$.subscriptions).toBe(watched);
    }),
  );

  it(
    'completes once what the source left behind has been released',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-b-|     ');
      const closed$ = hot(' x-------x-o', state);
      const expected = '    ----------(ab|)';
      const received = '    ^----!     ';
      const watched = '     ^---------!';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(received);
      expectSubscriptions(closed$.subscriptions).toBe(watched);
    }),
  );

  it(
    'stays as it is when the control completes',
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source$ = hot('  -a-b-|');
      const opened$ = cold(' --(o|)', state);
      const opened = '       --ab-|';
      const shut$ = cold('   x-|   ', state);
      const shut = '         ------';
      const listened = '     ^-!   ';

      expectObservable(source$.pipe(gate(opened$))).toBe(opened);
      expectObservable(source$.pipe(gate(shut$))).toBe(shut);
      expectSubscriptions(opened$.subscriptions).toBe(listened);
      expectSubscriptions(shut$.subscriptions).toBe(listened);
    }),
  );

  it(
    'passes an error of the source at once and drops what is held',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-#   ');
      const closed$ = hot(' x----o-', state);
      const expected = '    ---#   ';
      const watched = '     ^--!   ';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
      expectSubscriptions(closed$.subscriptions).toBe(watched);
    }),
  );

  it(
    'passes an error of the control at once',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a---b-');
      const closed$ = hot(' x--#   ', state);
      const expected = '    ---#   ';
      const watched = '     ^--!   ';

      expectObservable(source$.pipe(gate(closed$))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'does not touch the source when the control fails at once',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const refusal = new Error('refused');
      const source$ = hot(' -a-');

      expectObservable(source$.pipe(gate(throwError(() => refusal)))).toBe('#', {}, refusal);
      expectSubscriptions(source$.subscriptions).toBe([]);
    }),
  );

  it(
    'leaves source and control when unsubscribed from',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-b-c-');
      const closed$ = hot(' o-x--o-', state);
      const watched = '     ^---!  ';
      const expected = '    -a-----';

      expectObservable(source$.pipe(gate(closed$)), watched).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(closed$.subscriptions).toBe(watched);
    }),
  );
});
