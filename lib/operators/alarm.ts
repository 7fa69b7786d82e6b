import { Observable, type OperatorFunction, type SchedulerLike, Subscription } from 'rxjs';
import { listen } from './listen.js';

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
    new Observable<number>((subscriber) => {
      let latestMs: number | undefined;
      let timer = Subscription.EMPTY;
      let ended = false;

      const set = (dueMs: number | undefined): void => {
        if (dueMs === latestMs) return;
        latestMs = dueMs;
        timer.unsubscribe();
        timer = Subscription.EMPTY;
        if (dueMs === undefined) return;
        timer = scheduler.schedule(() => ring(dueMs), Math.max(0, dueMs - scheduler.now()));
      };

      const ring = (dueMs: number): void => {
        timer = Subscription.EMPTY;
        subscriber.next(dueMs);
        if (ended) subscriber.complete();
      };

      const end = (): void => {
        ended = true;
        if (timer === Subscription.EMPTY) subscriber.complete();
      };

      listen(dueMs$, subscriber, set, end);
      return () => timer.unsubscribe();
    });
