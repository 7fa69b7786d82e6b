import { concat, NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { batch } from '../../lib/operators/batch.js';
import { marbles } from '../marbles.js';
import { skewed } from './skewed.js';

describe('batch', () => {
  describe('with a period of 0', () => {
    it(
      'emits every value in its own moment',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot(' a--b-|');
        const expected = '    x--y-|';

        expectObservable(source$.pipe(batch(0))).toBe(expected, { x: ['a'], y: ['b'] });
      }),
    );

    it('emits the values of one synchronous task together, right after it', async () => {
      const source$ = new Subject<string>();
      const batches: string[][] = [];
      source$.pipe(batch(0)).subscribe((values) => batches.push(values));

      source$.next('a');
      source$.next('b');
      expect(batches).toEqual([]);
      await Promise.resolve();
      expect(batches).toEqual([['a', 'b']]);

      source$.next('c');
      await Promise.resolve();
      expect(batches).toEqual([['a', 'b'], ['c']]);
    });

    it('keeps them together however long the task takes', () => {
      let nowMs = 0;
      const virtual = new VirtualTimeScheduler();
      const ticking = skewed(virtual, { clock: () => (nowMs += 1) });
      const batches: string[][] = [];

      concat(of('a', 'b', 'c'), NEVER)
        .pipe(batch(0, NEVER, ticking))
        .subscribe((values) => batches.push(values));
      virtual.flush();

      expect(batches).toEqual([['a', 'b', 'c']]);
    });

    it('leaves the task to itself when flushed', async () => {
      const source$ = new Subject<string>();
      const flush$ = new Subject<void>();
      const batches: string[][] = [];
      source$.pipe(batch(0, flush$)).subscribe((values) => batches.push(values));

      source$.next('a');
      flush$.next();
      expect(batches).toEqual([['a']]);
      source$.next('b');
      await Promise.resolve();

      expect(batches).toEqual([['a'], ['b']]);
    });
  });

  describe('on timers and clocks that go wrong', () => {
    it('sets a timer only while a value waits', () => {
      const scheduler = skewed(new VirtualTimeScheduler());
      const source$ = new Subject<string>();
      const flush$ = new Subject<void>();
      const subscription = source$.pipe(batch(100, flush$, scheduler)).subscribe();

      expect(scheduler.running()).toBe(0);
      source$.next('a');
      source$.next('b');
      expect(scheduler.running()).toBe(1);
      flush$.next();
      expect(scheduler.running()).toBe(0);
      source$.next('c');
      expect(scheduler.running()).toBe(1);
      subscription.unsubscribe();
      expect(scheduler.running()).toBe(0);
    });

    it('has no timer left after a point or the end', () => {
      const virtual = new VirtualTimeScheduler();
      const scheduler = skewed(virtual);
      const source$ = new Subject<string>();
      source$.pipe(batch(100, NEVER, scheduler)).subscribe();

      source$.next('a');
      virtual.flush();
      expect(virtual.now()).toBe(100);
      expect(scheduler.running()).toBe(0);
      source$.next('b');
      source$.complete();
      expect(scheduler.running()).toBe(0);
    });

    it(
      'waits for the point when a timer fires early',
      marbles(({ hot, expectObservable }, scheduler) => {
        const early = skewed(scheduler, { delayBy: -1 });
        const source$ = hot(' a 98ms b 109ms c');
        const expected = '    100ms x 199ms y';

        expectObservable(source$.pipe(batch(100, NEVER, early))).toBe(expected, { x: ['a', 'b'], y: ['c'] });
      }),
    );

    it(
      'keeps the grid when a timer fires late',
      marbles(({ hot, expectObservable }, scheduler) => {
        const late = skewed(scheduler, { delayBy: 30 });
        const source$ = hot(' a 149ms b');
        const expected = '    130ms x 99ms y';

        expectObservable(source$.pipe(batch(100, NEVER, late))).toBe(expected, { x: ['a'], y: ['b'] });
      }),
    );

    it(
      'lets what is overdue leave when the next value comes',
      marbles(({ hot, expectObservable }, scheduler) => {
        const throttled = skewed(scheduler, { delayBy: 1000 });
        const source$ = hot(' a 149ms b 1059ms |');
        const expected = '    150ms x 1049ms y 9ms |';

        expectObservable(source$.pipe(batch(100, NEVER, throttled))).toBe(expected, { x: ['a'], y: ['b'] });
      }),
    );

    it(
      'keeps nothing waiting for the hour that the clock was put back',
      marbles(({ hot, expectObservable }, scheduler) => {
        const hourMs = 3_600_000;
        const back = skewed(scheduler, { clock: (nowMs) => (nowMs < 50 ? nowMs + hourMs : nowMs) });
        const source$ = hot(' a-b');
        const expected = '    200ms x';

        expectObservable(source$.pipe(batch(100, NEVER, back))).toBe(expected, { x: ['a', 'b'] });
      }),
    );
  });
});
