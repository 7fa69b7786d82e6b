import { delay, map, throwError, timer } from 'rxjs';
import { marbles } from '../../lib/testing/marbles.js';

const failure = (test: () => void): string => {
  try {
    test();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing thrown';
};

it(
  'passes what is as expected, in virtual time',
  marbles(({ cold, expectObservable }, scheduler) => {
    expectObservable(cold('a|', { a: { n: 1 } }).pipe(delay(2))).toBe('--(a|)', { a: { n: 1 } });
    expectObservable(timer(60_000, scheduler).pipe(map(() => 'x'))).toBe('1m (x|)');
  }),
);

it('shows a difference in two columns', () => {
  const wrong = marbles(({ cold, expectObservable }) => {
    expectObservable(cold('a-b|', { a: { n: 1 }, b: 'late' })).toBe('a-b', { a: { n: 1 }, b: 'lost' });
  });
  expect(failure(wrong)).toBe(
    [
      'Marbles differ',
      '  expected     | actual',
      '  0ms { n: 1 } | 0ms { n: 1 }',
      '! 2ms "lost"   | 2ms "late"',
      '!              | 3ms complete',
    ].join('\n'),
  );
});

it('shows errors, inner values and subscriptions', () => {
  const wrong = marbles(({ expectObservable }) => {
    expectObservable(throwError(() => new TypeError('bad'))).toBe('(a|)', { a: [1, undefined] });
  });
  expect(failure(wrong)).toContain('! 0ms [1, undefined] | 0ms error TypeError: bad');
  const unwatched = marbles(({ hot, expectSubscriptions }) => {
    expectSubscriptions(hot('a').subscriptions).toBe('^--!');
  });
  expect(failure(unwatched)).toContain('! 0ms to 3ms | ');
});

describe('a test that would never end', () => {
  it('is ended after a virtual hour, with what to do about it', () => {
    const endless = marbles((_, scheduler) => {
      const again = (): void => void scheduler.schedule(again, 1_000);
      again();
    });
    expect(endless).toThrow('After 3600000 ms of virtual time something still runs');
  });

  it('may take as long as it says', () => {
    const long = marbles((_, scheduler) => void scheduler.schedule(() => undefined, 7_200_000), 7_200_000);
    expect(long).not.toThrow();
  });
});
