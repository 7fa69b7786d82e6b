import { concat, concatMap, defer, map, type Observable, of, switchMap } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { SessionEvent } from '../protocol/session-state.js';
import { cancellable } from './cancellable.js';
import { discover } from './discover.js';
import { failedBy } from './openings.js';
import type { ClientOptions } from './options.js';
import type { Platform } from './platform.js';
import type { SessionNews } from './session.js';

/** One way into a session. */
type Way = () => Observable<SessionNews>;

/** The way into a session at an address. */
type WayAt = (url: string) => Observable<SessionNews>;

const noAddress = (during: 'connect' | 'attach'): Observable<SessionNews> =>
  failedBy(
    during,
    new TransportError(
      'network',
      'The domain does not say where it can be reached (XEP-0156)',
      0,
      'no-address',
    ),
  );

/** One after the other, as long as no connection comes about; the reason of each that failed is told. */
const inTurn = (
  [first, ...rest]: readonly Way[],
  command$: Observable<SessionEvent>,
  now: () => number,
  attempt = 1,
): Observable<SessionNews> =>
  first
    ? first().pipe(
        concatMap((news) => {
          if (news.type !== 'end' || news.failure?.during !== 'connect' || rest.length === 0) return of(news);
          const { failure, leftovers } = news;
          const lost: SessionNews = {
            ...{ type: 'lost', error: failure.error, attempt, nextAttemptAt: now(), leftovers },
          };
          return cancellable(
            command$,
            concat(
              of(lost),
              defer(() => inTurn(rest, command$, now, attempt + 1)),
            ),
          );
        }),
      )
    : noAddress('connect');

export type Roaming = ReturnType<typeof createRoaming>;

/** The ways into a session of a domain, whose addresses are looked up first. */
export const createRoaming = (
  domain: string,
  platform: Platform,
  { discovery }: ClientOptions,
  command$: Observable<SessionEvent>,
) => {
  /** The addresses of the domain, in the order that is wanted. */
  const found = (kinds: readonly ('websocket' | 'bosh')[]): Observable<readonly string[]> =>
    discover(domain, { platform }).pipe(
      map(({ bosh, webSocket }) => kinds.flatMap((kind) => (kind === 'bosh' ? bosh : webSocket))),
    );

  return {
    /** Tries the addresses in turn. */
    login: (at: WayAt): Observable<SessionNews> =>
      found(discovery ?? ['websocket', 'bosh']).pipe(
        switchMap((urls) =>
          inTurn(
            urls.map((url) => () => at(url)),
            command$,
            () => platform.scheduler.now(),
          ),
        ),
      ),

    attach: (at: WayAt): Observable<SessionNews> =>
      found(['bosh']).pipe(switchMap(([url]) => (url === undefined ? noAddress('attach') : at(url)))),
  };
};
