import { asyncScheduler, Observable, type SchedulerLike, Subscription } from 'rxjs';

/**
 * The first point of the grid `startMs` + k × `periodMs` strictly after `nowMs`.
 *
 * With a period of 0 every moment is a point, and this is `nowMs`. All in whole milliseconds.
 */
export const nextGridPoint = (startMs: number, periodMs: number, nowMs: number): number =>
  periodMs > 0 ? startMs + (Math.floor((nowMs - startMs) / periodMs) + 1) * periodMs : nowMs;

/**
 * Emits the next point of the grid (see `nextGridPoint`) when it has come, then completes.
 *
 * Cold: the point is chosen, and its timer set, when subscribed to; unsubscribing cancels the timer. One that fires
 * early by the scheduler's clock is set anew, so that a clock put back costs one period at most.
 */
export const atNextPoint = (
  periodMs: number,
  startMs: number,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number> =>
  new Observable<number>((subscriber) => {
    let timer = Subscription.EMPTY;

    const wait = (): void => {
      const nowMs = scheduler.now();
      const dueMs = nextGridPoint(startMs, periodMs, nowMs);
      timer = scheduler.schedule(() => arrive(dueMs), dueMs - nowMs);
    };

    const arrive = (dueMs: number): void => {
      if (scheduler.now() < dueMs) wait();
      else {
        subscriber.next(dueMs);
        subscriber.complete();
      }
    };

    wait();
    return () => timer.unsubscribe();
  });
