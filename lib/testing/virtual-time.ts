import { TestScheduler } from 'rxjs/testing';

/** Virtual time after which a test counts as one that never ends, in ms. */
export const LONGEST_MS = 3_600_000;

/** Throws where something was still to come: a test that ends leaves nothing behind. */
export const expectNothingLeft = (scheduler: TestScheduler, longestMs: number): void => {
  if (scheduler.actions.length === 0) return;
  throw new Error(
    `After ${longestMs} ms of virtual time something still runs: close what the test has opened`,
  );
};

/** A clock that goes when it is told to. */
export interface VirtualTime {
  /** For whatever takes a scheduler. `timer`, `interval` and the like of RxJS go by it without being told. */
  readonly scheduler: TestScheduler;
  /** Lets that much time go by, in ms; what is due at its end is done as well. 0: what is due now. */
  pass(ms: number): void;
  /** Ms since the beginning. */
  now(): number;
}

/** Puts the last one where it belongs among those before it, which are in order: by time, then as they were scheduled. */
function insertLast<T>(this: T[], compare: (a: T, b: T) => number): T[] {
  const last = this.pop() as T;
  let place = this.length;
  while (place > 0 && compare(this[place - 1] as T, last) > 0) place -= 1;
  this.splice(place, 0, last);
  return this;
}

/** The scheduler of RxJS, which sorts all that is still to come whenever something is scheduled, sparing it the sorting. */
const newScheduler = (): TestScheduler => {
  const scheduler = new TestScheduler(() => undefined);
  Object.assign(scheduler.actions, { sort: insertLast });
  return scheduler;
};

/**
 * Makes a test of a play in virtual time: `it('…', virtualTime(({ scheduler, pass }) => { … pass(100); expect(…) … }))`.
 *
 * For tests that read as a story, one step after the other; for those that are a picture there is {@link marbles}. Runs
 * inside of `TestScheduler.run`: nothing sleeps and nothing is awaited. Needs no test framework.
 *
 * What still runs an hour after the end of the play (a client that was not closed) is an Error; `longestMs` says how
 * long that takes if an hour is too short.
 */
export const virtualTime =
  (play: (time: VirtualTime) => void, longestMs = LONGEST_MS) =>
  (): void => {
    const scheduler = newScheduler();
    const pass = (ms: number): void => {
      // The clock stands at the last thing that was done: something is to be done at the end.
      scheduler.schedule(() => undefined, ms);
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.flush();
    };
    scheduler.run(() => {
      scheduler.maxFrames = 0;
      play({ scheduler, pass, now: () => scheduler.now() });
      scheduler.maxFrames = scheduler.frame + longestMs;
    });
    expectNothingLeft(scheduler, longestMs);
  };
