import {
  distinctUntilChanged,
  EMPTY,
  map,
  type OperatorFunction,
  type SchedulerLike,
  switchMap,
  timer,
} from 'rxjs';

/**
 * Emits a time when it has come. The source says which: the latest value counts, `undefined` cancels.
 *
 * A time that has passed comes at once, though never within the source's own emission. The same time said again sets no
 * new timer. In ms, by the scheduler's clock; one timer exists while a time waits, else none. Completes after the source,
 * once nothing waits.
 */
export const alarm =
  (scheduler: SchedulerLike): OperatorFunction<number | undefined, number> =>
  (dueMs$) =>
    dueMs$.pipe(
      distinctUntilChanged(),
      switchMap((dueMs) =>
        dueMs === undefined
          ? EMPTY
          : timer(Math.max(0, dueMs - scheduler.now()), scheduler).pipe(map(() => dueMs)),
      ),
    );
