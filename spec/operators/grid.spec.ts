import * as fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { atNextPoint, nextGridPoint } from '../../lib/operators/grid.js';
import { marbles } from '../marbles.js';
import { skewed } from './skewed.js';

describe('nextGridPoint', () => {
  it.each([
    ['between two points', 0, 100, 130, 200],
    ['exactly on a point', 0, 100, 200, 300],
    ['one before a point', 0, 100, 199, 200],
    ['at the start', 30, 100, 30, 130],
    ['on a grid with a start of its own', 30, 100, 229, 230],
    ['before the start', 1000, 100, 730, 800],
    ['with a period of 0', 30, 0, 130, 130],
  ])('%s', (_, startMs, periodMs, nowMs, expected) => {
    expect(nextGridPoint(startMs, periodMs, nowMs)).toBe(expected);
  });

  it('lies on the grid, after now, and no further than one period', () => {
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 });

    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 100_000 }), time, (startMs, periodMs, nowMs) => {
        const point = nextGridPoint(startMs, periodMs, nowMs);

        expect(Math.abs((point - startMs) % periodMs)).toBe(0);
        expect(point).toBeGreaterThan(nowMs);
        expect(point - nowMs).toBeLessThanOrEqual(periodMs);
      }),
    );
  });
});

describe('atNextPoint', () => {
  const points = { p: 100, q: 200, r: 130 };

  it(
    'emits the next point when it has come, and completes',
    marbles(({ expectObservable }) => {
      expectObservable(atNextPoint(100, 0)).toBe('100ms (p|)', points);
      expectObservable(atNextPoint(100, 0), '99ms  ^').toBe('100ms (p|)', points);
      expectObservable(atNextPoint(100, 0), '101ms ^').toBe('200ms (q|)', points);
      expectObservable(atNextPoint(100, 30), '30ms ^').toBe('130ms (r|)', points);
    }),
  );

  it(
    'takes the point after the one it is subscribed on',
    marbles(({ expectObservable }) => {
      expectObservable(atNextPoint(100, 0), '100ms ^').toBe('200ms (q|)', points);
    }),
  );

  it(
    'emits in the same moment with a period of 0',
    marbles(({ expectObservable }) => {
      expectObservable(atNextPoint(0, 0), '--^').toBe('--(t|)', { t: 2 });
    }),
  );

  it(
    'chooses the point anew for every subscription',
    marbles(({ expectObservable }) => {
      const point$ = atNextPoint(100, 0);

      expectObservable(point$).toBe('100ms (p|)', points);
      expectObservable(point$, '150ms ^').toBe('200ms (q|)', points);
    }),
  );

  it(
    'waits again when the timer fires early',
    marbles(({ expectObservable }, scheduler) => {
      const early = skewed(scheduler, { delayBy: -3 });

      expectObservable(atNextPoint(100, 0, early)).toBe('100ms (p|)', points);
    }),
  );

  it(
    'emits the point it was set for when the timer fires late',
    marbles(({ expectObservable }, scheduler) => {
      const late = skewed(scheduler, { delayBy: 250 });

      expectObservable(atNextPoint(100, 0, late)).toBe('350ms (p|)', points);
    }),
  );

  it(
    'waits one period more at most when the clock is put back',
    marbles(({ expectObservable }, scheduler) => {
      const hourMs = 3_600_000;
      const back = skewed(scheduler, { clock: (nowMs) => (nowMs < 50 ? nowMs + hourMs : nowMs - 20) });

      expectObservable(atNextPoint(100, 0, back)).toBe('120ms (p|)', points);
    }),
  );

  it('cancels its timer when unsubscribed from', () => {
    const scheduler = skewed(new VirtualTimeScheduler());

    const subscription = atNextPoint(100, 0, scheduler).subscribe();
    expect(scheduler.running()).toBe(1);
    subscription.unsubscribe();

    expect(scheduler.running()).toBe(0);
  });
});
