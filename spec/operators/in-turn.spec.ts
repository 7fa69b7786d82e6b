import { BehaviorSubject, type Observable } from 'rxjs';
import { inTurn } from '../../lib/operators/in-turn.js';

const record = (source$: Observable<number>): (number | string)[] => {
  const seen: (number | string)[] = [];
  source$.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(String(error)),
    complete: () => seen.push('complete'),
  });
  return seen;
};

describe('inTurn', () => {
  it('tells everybody of a value before the next one that a subscriber causes', () => {
    const source$ = new BehaviorSubject(0);
    const turned$ = inTurn(source$);
    const values: number[] = [];
    turned$.subscribe((value) => {
      if (value !== 1) return;
      source$.next(2);
      values.push(source$.value);
    });
    const seen = record(turned$);
    source$.next(1);
    expect(seen).toEqual([0, 1, 2]);
    expect(values).toEqual([2]);
  });

  it('replays the present', () => {
    const source$ = new BehaviorSubject(0);
    const turned$ = inTurn(source$);
    source$.next(1);
    expect(record(turned$)).toEqual([1]);
  });

  it('completes after what waits, and at once for those who come later', () => {
    const source$ = new BehaviorSubject(0);
    const turned$ = inTurn(source$);
    turned$.subscribe((value) => {
      if (value !== 1) return;
      source$.next(2);
      source$.complete();
    });
    const seen = record(turned$);
    source$.next(1);
    expect(seen).toEqual([0, 1, 2, 'complete']);
    expect(record(turned$)).toEqual(['complete']);
  });

  it('passes an error on', () => {
    const source$ = new BehaviorSubject(0);
    const seen = record(inTurn(source$));
    source$.error('broken');
    expect(seen).toEqual([0, 'broken']);
  });
});
