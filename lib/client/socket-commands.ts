import type { Observable } from 'rxjs';

import { AuthError } from '../protocol/errors.js';
import type { Failure } from '../protocol/session-state.js';
import type { CredentialsSource } from './credentials.js';
import type { Hub } from './hub.js';
import { loadParts } from './load-parts.js';
import type { OpenPorts } from './open.js';
import type { OpeningPorts, Openings } from './openings.js';
import type { SessionNews } from './session.js';
import type { WebSocketParts } from './web-socket-parts.js';

const NEEDS_LOGIN = 'A session over WebSocket is resumed by a login: open() needs to know how';

/** The ways into a session over WebSocket; what speaks it is loaded when the first is taken. */
export const createSocketCommands = (ports: OpeningPorts, openings: Openings, { paused$ }: Hub) => {
  const by = (
    during: Failure['during'],
    open: (ways: ReturnType<WebSocketParts['webSocketOpenings']>) => Observable<SessionNews>,
  ): Observable<SessionNews> =>
    loadParts(ports.platform, during, ({ webSocketOpenings }) => open(webSocketOpenings(ports, openings)));
  /** Who has logged in last: a page that was put aside logs in once more when it is taken out. */
  let latest: CredentialsSource | undefined;

  const needed = (): CredentialsSource => {
    if (!latest) throw new AuthError('no-credentials', NEEDS_LOGIN);
    return latest;
  };

  return {
    login: (source: CredentialsSource): Observable<SessionNews> => {
      latest = source;
      return by('connect', (ways) => ways.login(source));
    },

    thaw: (): Observable<SessionNews> => {
      const source = needed();
      return by('session', (ways) => ways.thaw(source));
    },

    /** The kept stream of another page goes on, after a login by this source. */
    restoreBy:
      (source: CredentialsSource | undefined): OpenPorts['restore'] =>
      (jid) => {
        latest = source;
        const wanted = needed();
        return by('attach', (ways) => ways.restore(wanted, jid, () => paused$.next(true)));
      },
  };
};
