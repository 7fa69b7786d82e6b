import { filter, map, Observable } from 'rxjs';

import { listen } from '../operators/listen.js';
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
  new Observable((subscriber) => {
    let begun = false;
    const tell = (news: SessionNews): void => {
      // What is lost was another session.
      begun ||= news.type !== 'lost';
      subscriber.next(news);
      if (news.type === 'end') subscriber.complete();
    };
    const leave = (end: SessionNews): void => {
      if (!begun) tell(end);
    };
    listen(leaving(command$), subscriber, leave);
    listen(session$, subscriber, tell);
  });
