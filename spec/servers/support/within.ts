import {
  EMPTY,
  lastValueFrom,
  type Observable,
  take,
  takeUntil,
  throwError,
  throwIfEmpty,
  timeout,
  timer,
  toArray,
} from 'rxjs';

const DEFAULT_MS = 10_000;

/** The first value; else an error that says `what` was awaited. */
export const within = <T>(source$: Observable<T>, what: string, ms = DEFAULT_MS): Promise<T> => {
  const late = () => throwError(() => new Error(`${what}: nothing came within ${ms} ms`));
  const first$ = source$.pipe(
    timeout({ first: ms, with: late }),
    throwIfEmpty(() => new Error(`${what}: it ended before`)),
  );
  return new Promise(
    (resolve, reject) => void first$.pipe(take(1)).subscribe({ next: resolve, error: reject }),
  );
};

/** The first `count` values in order, or what had come when nothing more did for `ms`. */
export const some = <T>(source$: Observable<T>, count: number, ms = DEFAULT_MS): Promise<readonly T[]> =>
  lastValueFrom(source$.pipe(take(count), timeout({ each: ms, with: () => EMPTY }), toArray()), {
    defaultValue: [],
  });

/** Everything that comes before `end$` does. */
export const until = <T>(source$: Observable<T>, end$: Observable<unknown>): Promise<readonly T[]> =>
  lastValueFrom(source$.pipe(takeUntil(end$), toArray()), { defaultValue: [] });

/** Everything that comes during the next `ms`: for what must not happen. */
export const during = <T>(source$: Observable<T>, ms: number): Promise<readonly T[]> =>
  until(source$, timer(ms));

/** The middle value; of an even number the higher one of the two. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
