import { defer, filter, map, merge, type Observable, takeWhile, tap } from 'rxjs';

import type { SessionEvent } from '../protocol/session-state.js';
import type { SessionNews } from './session.js';

/** Nothing was sent, nothing was received. */
export const NO_LEFTOVERS = { uncertain: [], undispatched: [] } as const;

/** An end that was asked for, before there was anything to end. */
const LEFT: SessionNews = { type: 'end', failure: undefined, leftovers: NO_LEFTOVERS };

/** Ends when somebody disconnects or gives the session away. */
const leaving = (command$: Observable<SessionEvent>): Observable<SessionNews> =>
  command$.pipe(
    filter(({ type }) => type === 'disconnect' || type === 'leave'),
    map(() => LEFT),
  );

/** Ends without a word when it is told to before the session itself hears. */
export const cancellable = (
  command$: Observable<SessionEvent>,
  session$: Observable<SessionNews>,
): Observable<SessionNews> =>
  defer(() => {
    let begun = false;
    const begin = ({ type }: SessionNews): void => {
      // What is lost was another session.
      begun ||= type !== 'lost';
    };
    const left$ = leaving(command$).pipe(filter(() => !begun));
    return merge(left$, session$.pipe(tap(begin))).pipe(takeWhile(({ type }) => type !== 'end', true));
  });
