import { catchError, concat, defer, map, NEVER, type Observable, of, Subject, take, takeUntil } from 'rxjs';

import type { BoshEvent } from '../protocol/bosh-event.js';
import type { RetryFailure } from '../protocol/retry.js';
import type { Outgoing } from '../protocol/stream.js';

/**
 * Says when a lost request is sent again, from why and how often it was lost: with the first emission of what it returns.
 * When that completes or errors without one, the session ends with the failure. It goes on without being asked once the
 * network is back, and for a last time when the server must have given the session up.
 *
 * `({ delayMs }) => timer(delayMs)` is what happens by default.
 */
export type RetryPolicy = (failure: RetryFailure) => Observable<unknown>;

/** Asks a policy. Only the latest question counts. */
export const waitBeforeRetry = (
  policy: RetryPolicy = () => NEVER,
): ((failure: RetryFailure) => Observable<BoshEvent | Outgoing>) => {
  const asked$ = new Subject<void>();
  return (failure) =>
    defer(() => {
      asked$.next();
      const givenUp = (): BoshEvent => ({ type: 'givenUp', error: failure.error });
      const answer$ = defer(() => policy(failure)).pipe(
        map((): Outgoing => ({ type: 'retry' })),
        catchError(() => of(givenUp())),
      );
      return concat(
        answer$,
        defer(() => of(givenUp())),
      ).pipe(take(1), takeUntil(asked$));
    });
};
