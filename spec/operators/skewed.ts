import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

interface Skew {
  /** Added to every delay but 0, in milliseconds; negative: timers fire early, after 1 ms at least. Default 0. */
  readonly delayBy?: number;
  /** What the clock shows at a given moment. Default the truth. */
  readonly clock?: (nowMs: number) => number;
}

/** A scheduler whose timers or clock go wrong, and that counts the timers it has `running`. */
export interface SkewedScheduler extends SchedulerLike {
  readonly running: () => number;
}

/** Wraps a scheduler so that its timers fire early or late, or its clock jumps. */
export const skewed = (
  scheduler: SchedulerLike,
  { delayBy = 0, clock = (nowMs) => nowMs }: Skew = {},
): SkewedScheduler => {
  let running = 0;

  const schedule = <T>(
    work: (this: SchedulerAction<T>, state: T) => void,
    delay = 0,
    state?: T,
  ): Subscription => {
    let fired = false;
    running += 1;
    const timer = scheduler.schedule<T>(
      function (value) {
        running -= 1;
        fired = true;
        work.call(this, value);
      },
      delay > 0 ? Math.max(1, delay + delayBy) : 0,
      state as T,
    );
    timer.add(() => {
      if (!fired) running -= 1;
    });
    return timer;
  };

  return { now: () => clock(scheduler.now()), schedule, running: () => running };
};
