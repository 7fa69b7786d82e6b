import type { Observable } from 'rxjs';

import { AuthError } from '../protocol/errors.js';
import type { Failure } from '../protocol/session-state.js';
import type { CredentialsSource } from './credentials.js';
import type { Hub } from './hub.js';
import { loadParts } from './load-parts.js';
import type { OpenPorts } from './open.js';
import type { OpeningPorts, Openings } from './openings.js';
import type { ConnectOptions } from './options.js';
import type { SessionNews } from './session.js';
import type { SocketLogin, WebSocketParts } from './web-socket-parts.js';

const NEEDS_LOGIN = 'A session over WebSocket is resumed by a login: open() needs to know how';

/** The ways into a session over WebSocket; what speaks it is loaded when the first is taken. */
export const createSocketCommands = (ports: OpeningPorts, openings: Openings, { paused$ }: Hub) => {
  const by = (
    during: Failure['during'],
    open: (ways: ReturnType<WebSocketParts['webSocketOpenings']>) => Observable<SessionNews>,
  ): Observable<SessionNews> =>
    loadParts(ports.platform, during, ({ webSocketOpenings }) => open(webSocketOpenings(ports, openings)));
  /** Who has logged in last: a page that was put aside logs in once more when it is taken out. */
  let latest: SocketLogin | undefined;

  const needed = (): SocketLogin => {
    if (!latest) throw new AuthError('no-credentials', NEEDS_LOGIN);
    return latest;
  };

  return {
    login: (source: CredentialsSource, limits: ConnectOptions): Observable<SessionNews> => {
      const login = (latest = { source, limits });
      return by('connect', (ways) => ways.login(login));
    },

    thaw: (): Observable<SessionNews> => {
      const login = needed();
      return by('session', (ways) => ways.thaw(login));
    },

    /** The kept stream of another page goes on, after a login by this source. */
    restoreBy:
      (source: CredentialsSource | undefined): OpenPorts['restore'] =>
      (jid, limits) => {
        latest = source && { source, limits };
        const wanted = needed();
        return by('attach', (ways) => ways.restore(wanted, jid, () => paused$.next(true)));
      },
  };
};
