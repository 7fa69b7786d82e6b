import { concat, type Observable } from 'rxjs';

import { StropheSessionError } from '../protocol/errors.js';
import { cancellable } from './cancellable.js';
import { loginFrom } from './elsewhere.js';
import type { Hub } from './hub.js';
import type { Keeping } from './keeping.js';
import type { OpenPorts } from './open.js';
import { loadParts } from './load-parts.js';
import { connecting, createOpenings, type OpeningPorts, type Openings } from './openings.js';
import { isDomain, isWebSocket } from './options.js';
import { mayMoveTo } from './origins.js';
import type { Roaming } from './roaming.js';
import type { SessionNews } from './session.js';
import { createSocketCommands } from './socket-commands.js';

/** Where a kept session is; undefined when that was not kept. */
const keptUrl = (keeping: Keeping): string | undefined => {
  try {
    const { url } = JSON.parse(keeping.texts(false)?.record ?? '') as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
};

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
        return sockets ? sockets.login(source, limits) : openings.login(source, limits);
      },
    });

  /** A session of the domain, wherever it can be had. What looks that up is loaded first. */
  const roaming = (
    how: 'login' | 'attach',
    during: 'connect' | 'attach',
    open: (roaming: Roaming) => Observable<SessionNews>,
  ): Observable<SessionNews> => {
    const session$ = loadParts(platform, during, ({ createRoaming }) =>
      open(createRoaming(service, platform(), options, command$)),
    );
    return concat(connecting(how), cancellable(command$, session$));
  };

  const login: Openings['login'] = (source, limits) => {
    const at = (url: string): Observable<SessionNews> => loginAt(url, source, limits);
    return roams ? roaming('login', 'connect', ({ login }) => login(at)) : at(service);
  };

  const attach: Openings['attach'] = (tokens, limits) => {
    const at = (url: string): Observable<SessionNews> => move(url).openings.attach(tokens, limits);
    return roams ? roaming('attach', 'attach', ({ attach }) => attach(at)) : at(service);
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
