import { NEVER, type Observable, type SchedulerLike, type Subscription, switchMap, timer } from 'rxjs';

import { guarded, listen } from './guarded.js';

/** Called every so often. True keeps it; anything else removes it. */
export type TimedCallback = () => unknown;

/** A timed handler that has been added: what `deleteTimedHandler` takes. */
export interface TimedHandlerRef {
  readonly handler: TimedCallback;
  /** In ms. */
  readonly period: number;
}

/** The timed handlers of a connection. Each has a timer of its own, and only while the connection is authenticated. */
export interface TimedHandlers {
  add(period: number, handler: TimedCallback): TimedHandlerRef;
  delete(ref: TimedHandlerRef): void;
  clear(): void;
}

export const createTimedHandlers = (
  authenticated$: Observable<boolean>,
  scheduler: () => SchedulerLike,
): TimedHandlers => {
  const entries = new Map<TimedHandlerRef, Subscription>();

  const remove = (ref: TimedHandlerRef): void => {
    entries.get(ref)?.unsubscribe();
    entries.delete(ref);
  };

  return {
    add(period, handler) {
      const ref: TimedHandlerRef = { handler, period };
      const due$ = authenticated$.pipe(
        switchMap((active) => (active ? timer(period, period, scheduler()) : NEVER)),
      );
      const call = (): void => {
        if (!guarded(handler)?.returned) remove(ref);
      };
      entries.set(ref, listen(due$, call));
      return ref;
    },
    delete: remove,
    clear: () => [...entries.keys()].forEach(remove),
  };
};
