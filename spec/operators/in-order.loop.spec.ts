import { map, of, range, repeat, Subject, take } from 'rxjs';
import { inOrder } from '../../lib/operators/in-order.js';
import { heapUsed } from './heap.js';

const itself = (value: number): number => value;

describe('inOrder, from inside and at length', () => {
  it('keeps the order when the next value comes while held ones leave', () => {
    const source$ = new Subject<number>();
    const passed: number[] = [];
    source$.pipe(inOrder(itself, 1)).subscribe((value) => {
      if (value === 1) source$.next(4);
      passed.push(value);
    });

    source$.next(3);
    source$.next(2);
    source$.next(1);

    expect(passed).toEqual([1, 2, 3, 4]);
  });

  it('lets held values leave before it completes from inside', () => {
    const source$ = new Subject<number>();
    const passed: number[] = [];
    source$.pipe(inOrder(itself, 1)).subscribe({
      next: (value) => {
        source$.complete();
        passed.push(value);
      },
      complete: () => passed.push(Infinity),
    });

    source$.next(2);
    source$.next(1);

    expect(passed).toEqual([1, 2, Infinity]);
  });

  it('emits nothing more when unsubscribed from while held values leave', () => {
    const source$ = new Subject<number>();
    const passed: number[] = [];
    source$.pipe(inOrder(itself, 1), take(2)).subscribe((value) => passed.push(value));

    source$.next(3);
    source$.next(2);
    source$.next(1);

    expect(passed).toEqual([1, 2]);
    expect(source$.observed).toBe(false);
  });

  it('leaves an endless synchronous source when nobody listens any more', () => {
    let index = 0;
    const passed: number[] = [];

    of('a')
      .pipe(
        repeat(),
        map(() => (index += 1)),
        inOrder(itself, 1),
        take(3),
      )
      .subscribe((value) => passed.push(value));

    expect(passed).toEqual([1, 2, 3]);
  });

  it('keeps neither what it drops nor what it has emitted', () => {
    const source$ = new Subject<{ readonly index: number; readonly load: readonly number[] }>();
    const subscription = source$.pipe(inOrder(({ index }) => index, 100)).subscribe();
    const before = heapUsed();

    for (let index = 0; index < 200; index += 1) {
      source$.next({ index, load: new Array<number>(100_000).fill(index) });
    }

    expect(heapUsed() - before).toBeLessThan(20_000_000);
    subscription.unsubscribe();
  });

  it('puts 100,000 reversed values in order', () => {
    const total = 100_000;
    const passed: number[] = [];

    range(1, total)
      .pipe(
        map((value) => total - value),
        inOrder(itself, 0),
      )
      .subscribe((value) => passed.push(value));

    expect(passed).toHaveLength(total);
    expect(passed.every((value, index) => value === index)).toBe(true);
  });
});
