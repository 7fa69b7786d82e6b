import {
  asapScheduler,
  asyncScheduler,
  NEVER,
  Observable,
  type OperatorFunction,
  type SchedulerLike,
  Subscription,
} from 'rxjs';
import { atNextPoint, nextGridPoint } from './grid.js';
import { inLine } from './line.js';
import { listen } from './listen.js';

/**
 * Gathers values into one array per point of a fixed grid (k × `periodMs` from subscription), or at once when
 * `flush$` fires.
 *
 * A timer exists only while a value waits. A value that comes exactly on a point leaves at the next one, and nothing
 * that comes later moves the point at which a value leaves: a steady stream cannot postpone it, and after a timer
 * that fired late the grid is as before. With a period of 0 the values of one synchronous task leave together, right
 * after it.
 *
 * Empty batches are not emitted; what waits at completion is emitted with it. `flush$` may complete without effect;
 * it is subscribed to after the source, so that a flush derived from the source takes its value along. An error of
 * either passes at once, and what waits is dropped.
 *
 * @param scheduler Default `asyncScheduler`, or `asapScheduler` with a period of 0.
 */
export const batch =
  <T>(
    periodMs: number,
    flush$: Observable<unknown> = NEVER,
    scheduler: SchedulerLike = periodMs > 0 ? asyncScheduler : asapScheduler,
  ): OperatorFunction<T, T[]> =>
  (source$) =>
    new Observable<T[]>((subscriber) => {
      const startMs = scheduler.now();
      const line = inLine(subscriber);
      let waiting: T[] = [];
      let dueMs = startMs;
      let timer = Subscription.EMPTY;

      /** Emits what waits; `rest` waits from now on. */
      const leave = (rest: T[] = []): void => {
        timer.unsubscribe();
        if (waiting.length > 0) line.add(waiting);
        waiting = rest;
        if (waiting.length > 0) {
          timer = listen(atNextPoint(periodMs, startMs, scheduler), subscriber, () => leave());
          // Reads the clock after the timer did: a tick in between can't make a value overdue before its timer.
          dueMs = nextGridPoint(startMs, periodMs, scheduler.now());
        }
        line.run();
      };

      const overdue = (): boolean => periodMs > 0 && scheduler.now() >= dueMs;

      const take = (value: T): void => {
        if (waiting.length === 0 || overdue()) leave([value]);
        else waiting.push(value);
      };

      const finish = (): void => {
        leave();
        line.end();
      };

      listen(source$, subscriber, take, finish);
      listen(flush$, subscriber, () => leave());
    });
