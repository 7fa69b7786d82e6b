import { NEVER, of, range, repeat, share, Subject, take, VirtualTimeScheduler } from 'rxjs';
import { batch } from '../../lib/operators/batch.js';
import { skewed } from './skewed.js';

describe('batch, from inside and at length', () => {
  it('lets a value that comes while a batch leaves wait for the next point', () => {
    const virtual = new VirtualTimeScheduler();
    const source$ = new Subject<string>();
    const batches: [number, string[]][] = [];
    source$.pipe(batch(100, NEVER, virtual)).subscribe((values) => {
      if (batches.length < 2) source$.next('again');
      batches.push([virtual.now(), values]);
    });

    source$.next('a');
    virtual.flush();

    expect(batches).toEqual([
      [100, ['a']],
      [200, ['again']],
      [300, ['again']],
    ]);
  });

  it('lets a batch reach every observer before the next one leaves', () => {
    const source$ = new Subject<string>();
    const flush$ = new Subject<void>();
    const batches: string[] = [];
    const batch$ = source$.pipe(batch(100, flush$, new VirtualTimeScheduler()), share());
    batch$.subscribe(([value]) => {
      if (value !== 'a') return;
      source$.next('b');
      flush$.next();
    });
    batch$.subscribe((values) => batches.push(values.join()));

    source$.next('a');
    flush$.next();

    expect(batches).toEqual(['a', 'b']);
  });

  it('keeps the order when an overdue batch raises a value', () => {
    let nowMs = 0;
    const virtual = new VirtualTimeScheduler();
    const scheduler = skewed(virtual, { clock: () => nowMs });
    const source$ = new Subject<string>();
    const flush$ = new Subject<void>();
    const batches: string[][] = [];
    source$.pipe(batch(100, flush$, scheduler)).subscribe((values) => {
      batches.push(values);
      if (values[0] === 'a') source$.next('c');
    });

    source$.next('a');
    nowMs = 150;
    source$.next('b');
    flush$.next();

    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('emits what waits before it completes from inside', () => {
    const source$ = new Subject<string>();
    const flush$ = new Subject<void>();
    const seen: string[] = [];
    source$.pipe(batch(100, flush$, new VirtualTimeScheduler())).subscribe({
      next: (values) => {
        if (values[0] === 'a') {
          source$.next('b');
          source$.complete();
        }
        seen.push(values.join());
      },
      complete: () => seen.push('complete'),
    });

    source$.next('a');
    flush$.next();

    expect(seen).toEqual(['a', 'b', 'complete']);
  });

  it('leaves an endless synchronous source when nobody listens any more', () => {
    const seen: string[] = [];
    let nowMs = 0;
    const scheduler = skewed(new VirtualTimeScheduler(), { clock: () => (nowMs += 50) });

    of('a')
      .pipe(repeat(), batch(100, NEVER, scheduler), take(2))
      .subscribe((values) => seen.push(values.join('')));

    expect(seen).toHaveLength(2);
    expect(scheduler.running()).toBe(0);
  });

  it('gathers 100,000 values into one batch', () => {
    const total = 100_000;
    const sizes: number[] = [];

    range(0, total)
      .pipe(batch(100, NEVER, new VirtualTimeScheduler()))
      .subscribe((values) => sizes.push(values.length));

    expect(sizes).toEqual([total]);
  });
});
