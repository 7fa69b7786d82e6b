import { EMPTY } from 'rxjs';
import { machine, type Perform, type Step } from '../../lib/operators/machine.js';
import { marbles } from '../marbles.js';

/** Remembers every event; one written as a capital is also an effect of the same name. */
const remember: Step<string, string, string> = (state, event) => ({
  state: state + event,
  effects: event === event.toUpperCase() ? [event] : [],
});

const nothing: Perform<string, string> = () => EMPTY;

describe('machine', () => {
  it(
    'emits the state after every event, but not the initial one',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-a-b-|');
      const expected = '   -x-y-|';
      const watched = '    ^----!';

      expectObservable(source$.pipe(machine(remember, '', nothing))).toBe(expected, { x: 'a', y: 'ab' });
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'feeds the events of effects back in, and outlives effects that complete',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -Q-----a--|');
      const effect$ = cold(' --r-s|     ');
      const running = '     -^----!    ';
      const expected = '    -w-x-y-z--|';

      const states = { w: 'Q', x: 'Qr', y: 'Qrs', z: 'Qrsa' };
      expectObservable(source$.pipe(machine(remember, '', () => effect$))).toBe(expected, states);
      expectSubscriptions(effect$.subscriptions).toBe(running);
    }),
  );

  it(
    'takes events that an effect lists at once, in their turn',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot('-Q-----a--|');
      const expected = '   -(wxyz)v--|';

      const listed: Perform<string, string> = (effect) => (effect === 'Q' ? ['r', 'S'] : ['t']);
      const states = { w: 'Q', x: 'Qr', y: 'QrS', z: 'QrSt', v: 'QrSta' };
      expectObservable(source$.pipe(machine(remember, '', listed))).toBe(expected, states);
    }),
  );

  it(
    'completes with the source and cancels the effects still running',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -Q-Q---|');
      const effect$ = cold(' -----r| ');
      const first = '       -^-----!';
      const second = '      ---^---!';
      const expected = '    -x-y--z|';

      const states = { x: 'Q', y: 'QQ', z: 'QQr' };
      expectObservable(source$.pipe(machine(remember, '', () => effect$))).toBe(expected, states);
      expectSubscriptions(effect$.subscriptions).toBe([first, second]);
    }),
  );

  it(
    'cancels source and effects when unsubscribed from',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -Q-----a-|');
      const effect$ = cold(' -r-s-t-u| ');
      const running = '     -^---!    ';
      const watched = '     ^----!    ';
      const expected = '    -xy-z     ';

      const states = { x: 'Q', y: 'Qr', z: 'Qrs' };
      expectObservable(source$.pipe(machine(remember, '', () => effect$)), watched).toBe(expected, states);
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(effect$.subscriptions).toBe(running);
    }),
  );

  it(
    'starts every subscription from the initial state',
    marbles(({ hot, expectObservable }) => {
      const state$ = hot('-a-b-|').pipe(machine(remember, '', nothing));

      expectObservable(state$).toBe('      -x-y-|', { x: 'a', y: 'ab' });
      expectObservable(state$, '--^').toBe('---z-|', { z: 'b' });
    }),
  );

  it(
    'ends with an error of the source',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -Q--#');
      const effect$ = cold(' -----');
      const running = '     -^--!';

      expectObservable(source$.pipe(machine(remember, '', () => effect$))).toBe('-x--#', { x: 'Q' });
      expectSubscriptions(effect$.subscriptions).toBe(running);
    }),
  );

  it(
    'ends with an error of an effect',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -Q-Q------');
      const effect$ = cold(' ----#     ');
      const first = '       -^---!    ';
      const second = '      ---^-!    ';
      const watched = '     ^----!    ';

      expectObservable(source$.pipe(machine(remember, '', () => effect$))).toBe('-x-y-#', {
        x: 'Q',
        y: 'QQ',
      });
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(effect$.subscriptions).toBe([first, second]);
    }),
  );

  it(
    'ends with what the step or the performer throws',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const refusal = new Error('refused');
      const refuse = (): never => {
        throw refusal;
      };
      const source$ = hot('-Q-a-|');

      expectObservable(source$.pipe(machine(refuse, '', nothing))).toBe('      -#   ', {}, refusal);
      expectObservable(source$.pipe(machine(remember, '', refuse))).toBe('     -(x#)', { x: 'Q' }, refusal);
      expectSubscriptions(source$.subscriptions).toBe(['^!', '^!']);
    }),
  );
});
