import { concat, defer, EMPTY, filter, type Observable, of } from 'rxjs';

import { StreamError } from '../protocol/errors.js';
import type { Failure, SessionEvent } from '../protocol/session-state.js';
import { cancellable } from './cancellable.js';
import type { SessionNews } from './session.js';

/** How many times in a row a login may be sent on: two servers that name each other must not keep it busy. */
const MOST = 3;

export interface ElsewherePorts {
  /** Whether a session may be opened there. */
  readonly may: (url: string) => boolean;
  /** A login of its own: a new session, which knows nothing of the one before. */
  readonly loginAt: (url: string) => Observable<SessionNews>;
  readonly command$: Observable<SessionEvent>;
  readonly now: () => number;
}

type End = Extract<SessionNews, { type: 'end' }>;

/** Where a login is to go on; a session that was online is not moved. */
const sentTo = ({ during, error }: Failure): string | undefined =>
  during !== 'session' && error instanceof StreamError && error.condition === 'see-other-uri'
    ? error.uri
    : undefined;

/**
 * A login that goes where the server sends it by `see-other-uri`, if it may, three times at most; each time is told as
 * `lost`. What it may not follow is its failure. XEP-0124 §17.2, RFC 7395 §3.6.1.
 */
export const loginFrom = (url: string, ports: ElsewherePorts, left = MOST): Observable<SessionNews> =>
  defer(() => {
    const { may, loginAt, command$, now } = ports;
    let next$: Observable<SessionNews> = EMPTY;

    const goOn = ({ failure, leftovers }: End): boolean => {
      const there = failure && left > 0 ? sentTo(failure) : undefined;
      if (!failure || there === undefined || !may(there)) return false;
      const attempt = MOST + 1 - left;
      const lost = { error: failure.error, attempt, nextAttemptAt: now(), leftovers };
      const login$ = loginFrom(there, ports, left - 1);
      next$ = cancellable(command$, concat(of<SessionNews>({ type: 'lost', ...lost }), login$));
      return true;
    };

    const here$ = loginAt(url).pipe(filter((news) => news.type !== 'end' || !goOn(news)));
    return concat(
      here$,
      defer(() => next$),
    );
  });
