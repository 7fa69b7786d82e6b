import { EMPTY, firstValueFrom, lastValueFrom, type Observable, take, takeUntil, throwError, timeout, timer, toArray } from 'rxjs';

const DEFAULT_MS = 10_000;

/** The first value, or an error that names `what` was awaited for `ms`. */
export const within = <T>(source$: Observable<T>, what: string, ms = DEFAULT_MS): Promise<T> => {
  const late = (): Observable<never> => throwError(() => new Error(`${what}: nothing came within ${ms} ms`));
  return firstValueFrom(source$.pipe(timeout({ first: ms, with: late })));
};

/** The first `count` values in order, or what had come after `ms`. */
export const some = <T>(source$: Observable<T>, count: number, ms = DEFAULT_MS): Promise<readonly T[]> =>
  lastValueFrom(source$.pipe(take(count), timeout({ first: ms, each: ms, with: () => EMPTY }), toArray()));

/** Everything that comes during the next `ms`: for what must not happen. */
export const during = <T>(source$: Observable<T>, ms: number): Promise<readonly T[]> =>
  lastValueFrom(source$.pipe(takeUntil(timer(ms)), toArray()));

/** The middle value; of an even number the higher one of the two. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
