import { concat, concatMap, defer, type Observable, of, switchMap } from 'rxjs';

import { StropheSessionError, TransportError } from '../protocol/errors.js';
import { cancellable } from './cancellable.js';
import { discover, isDomain } from './discover.js';
import { loginFrom } from './elsewhere.js';
import type { Hub } from './hub.js';
import type { Keeping } from './keeping.js';
import type { OpenPorts } from './open.js';
import { connecting, createOpenings, failedBy, type OpeningPorts, type Openings } from './openings.js';
import { isWebSocket } from './options.js';
import { mayMoveTo } from './origins.js';
import type { SessionNews } from './session.js';
import { createSocketCommands } from './socket-commands.js';

/** One way into a session. */
type Way = () => Observable<SessionNews>;

const NO_ADDRESS = 'The domain does not say where it can be reached (XEP-0156)';

/** Where a kept session is; undefined when that was not kept. */
const keptUrl = (keeping: Keeping): string | undefined => {
  try {
    const { url } = JSON.parse(keeping.texts(false)?.record ?? '') as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
};

/** One after the other, as long as no connection comes about; the reason of each that failed is told. */
const inTurn = ([first, ...rest]: readonly Way[], now: () => number, attempt = 1): Observable<SessionNews> =>
  first
    ? first().pipe(
        concatMap((news) => {
          if (news.type !== 'end' || news.failure?.during !== 'connect' || rest.length === 0) return of(news);
          const { failure, leftovers } = news;
          const lost: SessionNews = {
            ...{ type: 'lost', error: failure.error, attempt, nextAttemptAt: now(), leftovers },
          };
          return concat(
            of(lost),
            defer(() => inTurn(rest, now, attempt + 1)),
          );
        }),
      )
    : failedBy('connect', new TransportError('network', NO_ADDRESS, 0, 'no-address'));

/** The ways to a service, or to a domain whose services are looked up first. */
export const createWays = (service: string, ports: OpeningPorts, hub: Hub) => {
  const { keeping, platform, command$, options } = ports;

  const siteAt = (url: string) => {
    const at: OpeningPorts = { ...ports, service: url, run: (opening) => hub.run(opening, url) };
    const openings = createOpenings(at);
    return { url, openings, sockets: isWebSocket(url) ? createSocketCommands(at, openings, hub) : undefined };
  };
  type Site = ReturnType<typeof siteAt>;

  const roams = isDomain(service);
  let site = siteAt(service);

  const move = (url: string): Site => (site.url === url ? site : (site = siteAt(url)));

  const mayMove = (from: string) => mayMoveTo(from, platform().baseUrl, options.allowedOrigins);

  const loginAt = (from: string, ...[source, limits]: Parameters<Openings['login']>) =>
    loginFrom(from, {
      command$,
      may: mayMove(from),
      now: () => platform().scheduler.now(),
      loginAt: (url) => {
        const { sockets, openings } = move(url);
        return sockets ? sockets.login(source) : openings.login(source, limits);
      },
    });

  /** The addresses of the domain, in the order that is wanted. */
  const found = (kinds: readonly ('websocket' | 'bosh')[]): Observable<readonly string[]> =>
    defer(() => discover(service, { platform: platform() })).pipe(
      switchMap((addresses) =>
        of(kinds.flatMap((kind) => (kind === 'bosh' ? addresses.bosh : addresses.webSocket))),
      ),
    );

  const login: Openings['login'] = (source, limits) => {
    if (!roams) return loginAt(service, source, limits);
    const { scheduler } = platform();
    const session$ = found(options.discovery ?? ['websocket', 'bosh']).pipe(
      switchMap((urls) =>
        inTurn(
          urls.map((url) => () => loginAt(url, source, limits)),
          () => scheduler.now(),
        ),
      ),
    );
    return concat(connecting('login'), cancellable(command$, session$));
  };

  const attach: Openings['attach'] = (tokens, limits) => {
    if (!roams) return move(service).openings.attach(tokens, limits);
    const session$ = found(['bosh']).pipe(
      switchMap(([url]) =>
        url === undefined
          ? failedBy('attach', new TransportError('network', NO_ADDRESS, 0, 'no-address'))
          : move(url).openings.attach(tokens, limits),
      ),
    );
    return concat(connecting('attach'), cancellable(command$, session$));
  };

  /** Where the kept session is. Its login may have been sent on; the record is not believed more than a server would be. */
  const home = (): Site => {
    const kept = keptUrl(keeping);
    const url = roams || (kept !== undefined && mayMove(service)(kept)) ? kept : service;
    if (url === undefined) throw new StropheSessionError('no-session', 'There is no session to restore');
    return move(url);
  };

  return {
    url: (): string => site.url,
    login,
    attach,
    home,
    thaw: (): Observable<SessionNews> =>
      site.sockets ? site.sockets.thaw() : site.openings.thaw(keeping.own()),
    /** Goes on with the kept session: over WebSocket by a login, over BOSH as `restore` does. */
    restoreBy:
      (
        source: Parameters<Openings['login']>[0] | undefined,
        restore: OpenPorts['restore'],
      ): OpenPorts['restore'] =>
      (jid, limits) =>
        home().sockets?.restoreBy(source)(jid, limits) ?? restore(jid, limits),
  };
};
