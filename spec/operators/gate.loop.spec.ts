import { BehaviorSubject, NEVER, of, range, repeat, Subject, take } from 'rxjs';
import { gate } from '../../lib/operators/gate.js';

describe('gate, from inside and at length', () => {
  it('keeps the rest when it closes while held values leave', () => {
    const closed$ = new BehaviorSubject(true);
    const passed: number[] = [];
    range(1, 5)
      .pipe(gate(closed$))
      .subscribe({
        next: (value) => {
          passed.push(value);
          if (value % 2 === 0) closed$.next(true);
        },
        complete: () => passed.push(Infinity),
      });

    closed$.next(false);
    expect(passed).toEqual([1, 2]);
    closed$.next(false);
    expect(passed).toEqual([1, 2, 3, 4]);
    closed$.next(false);
    expect(passed).toEqual([1, 2, 3, 4, 5, Infinity]);
  });

  it('lets what arrives while held values leave queue up behind them', () => {
    const source$ = new Subject<string>();
    const closed$ = new BehaviorSubject(true);
    const passed: string[] = [];
    source$.pipe(gate(closed$)).subscribe((value) => {
      passed.push(value);
      if (!value.endsWith('!')) source$.next(`${value}!`);
    });

    source$.next('a');
    source$.next('b');
    closed$.next(false);

    expect(passed).toEqual(['a', 'b', 'a!', 'b!']);
  });

  it('goes on in order when it is closed and opened while held values leave', () => {
    const closed$ = new BehaviorSubject(true);
    const passed: number[] = [];
    range(1, 3)
      .pipe(gate(closed$))
      .subscribe((value) => {
        closed$.next(true);
        closed$.next(false);
        passed.push(value);
      });

    closed$.next(false);

    expect(passed).toEqual([1, 2, 3]);
  });

  it('releases what it holds when the source completes from inside', () => {
    const source$ = new Subject<string>();
    const closed$ = new BehaviorSubject(true);
    const passed: string[] = [];
    source$.pipe(gate(closed$)).subscribe({
      next: (value) => {
        source$.complete();
        passed.push(value);
      },
      complete: () => passed.push('complete'),
    });

    source$.next('a');
    source$.next('b');
    closed$.next(false);

    expect(passed).toEqual(['a', 'b', 'complete']);
  });

  it('releases nothing more when unsubscribed from while held values leave', () => {
    const closed$ = new BehaviorSubject(true);
    const passed: number[] = [];
    range(1, 5)
      .pipe(gate(closed$), take(2))
      .subscribe((value) => passed.push(value));

    closed$.next(false);

    expect(passed).toEqual([1, 2]);
    expect(closed$.observed).toBe(false);
  });

  it('leaves an endless synchronous source when nobody listens any more', () => {
    const passed: string[] = [];

    of('a')
      .pipe(repeat(), gate(new BehaviorSubject(false)), take(3))
      .subscribe((value) => passed.push(value));

    expect(passed).toEqual(['a', 'a', 'a']);
  });

  it('releases 100,000 held values in order', () => {
    const closed$ = new BehaviorSubject(true);
    const total = 100_000;
    const passed: number[] = [];
    range(0, total)
      .pipe(gate(closed$))
      .subscribe((value) => passed.push(value));
    expect(passed).toEqual([]);

    closed$.next(false);

    expect(passed).toHaveLength(total);
    expect(passed.every((value, index) => value === index)).toBe(true);
  });

  it('releases 100,000 values that each arrive while the one before leaves', () => {
    const source$ = new Subject<number>();
    const total = 100_000;
    let last = 0;
    source$.pipe(gate(of(false))).subscribe((value) => {
      last = value;
      if (value < total) source$.next(value + 1);
    });

    source$.next(1);

    expect(last).toBe(total);
  });

  it('holds forever what is never released', () => {
    const passed: number[] = [];

    range(0, 10)
      .pipe(gate(NEVER))
      .subscribe({ next: (value) => passed.push(value), complete: () => passed.push(Infinity) });

    expect(passed).toEqual([]);
  });
});
