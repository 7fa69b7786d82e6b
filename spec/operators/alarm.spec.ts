import { alarm } from '../../lib/operators/alarm.js';
import { marbles } from '../marbles.js';

const due = { a: 5, b: 3, c: 20, d: 15, x: undefined };

describe('alarm', () => {
  it(
    'emits a time when it has come',
    marbles(({ hot, expectObservable, expectSubscriptions }, testScheduler) => {
      const due$ = hot('  a---------|', due);
      const expected = '  -----a----|';
      expectObservable(due$.pipe(alarm(testScheduler))).toBe(expected, due);
      expectSubscriptions(due$.subscriptions).toBe('^---------!');
    }),
  );

  it(
    'emits a time that has passed at once',
    marbles(({ hot, expectObservable }, testScheduler) => {
      const due$ = hot('  ------b---|', due);
      const expected = '  ------b---|';
      expectObservable(due$.pipe(alarm(testScheduler))).toBe(expected, due);
    }),
  );

  it(
    'forgets a time that is replaced or cancelled',
    marbles(({ hot, expectObservable }, testScheduler) => {
      const due$ = hot('  d-x-d-c--------------|', due);
      const replaced$ = hot('a-x----|', due);
      expectObservable(due$.pipe(alarm(testScheduler))).toBe('--------------------c|', due);
      expectObservable(replaced$.pipe(alarm(testScheduler))).toBe('-------|', due);
    }),
  );

  it(
    'sets no second timer for the same time',
    marbles(({ hot, expectObservable }, testScheduler) => {
      const due$ = hot('  aa-a-----|', due);
      const expected = '  -----a---|';
      expectObservable(due$.pipe(alarm(testScheduler))).toBe(expected, due);
    }),
  );

  it(
    'waits for the last time after the source has completed',
    marbles(({ hot, expectObservable }, testScheduler) => {
      const due$ = hot('  a-|', due);
      const expected = '  -----(a|)';
      expectObservable(due$.pipe(alarm(testScheduler))).toBe(expected, due);
    }),
  );
});
