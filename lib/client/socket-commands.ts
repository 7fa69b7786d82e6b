import { catchError, defer, map, type Observable, switchMap } from 'rxjs';

import { AuthError } from '../protocol/errors.js';
import type { CredentialsSource } from './credentials.js';
import type { Hub } from './hub.js';
import type { OpenPorts } from './open.js';
import { failTyped, type OpeningPorts, type Openings } from './openings.js';
import type { SessionNews } from './session.js';

const NEEDS_LOGIN = 'A session over WebSocket is resumed by a login: open() needs to know how';

/** The ways into a session over WebSocket; what speaks it is loaded when the first is taken. */
export const createSocketCommands = (ports: OpeningPorts, openings: Openings, { paused$ }: Hub) => {
  const parts$ = defer(() => ports.platform().loadWebSocket()).pipe(
    map(({ webSocketOpenings }) => webSocketOpenings(ports, openings)),
  );
  /** Who has logged in last: a page that was put aside logs in once more when it is taken out. */
  let latest: CredentialsSource | undefined;

  const needed = (): CredentialsSource => {
    if (!latest) throw new AuthError('no-credentials', NEEDS_LOGIN);
    return latest;
  };

  return {
    login: (source: CredentialsSource): Observable<SessionNews> => {
      latest = source;
      return parts$.pipe(switchMap((parts) => parts.login(source)));
    },

    thaw: (): Observable<SessionNews> => {
      const source = needed();
      return parts$.pipe(switchMap((parts) => parts.thaw(source)));
    },

    /** The kept stream of another page goes on, after a login by this source. */
    restoreBy:
      (source: CredentialsSource | undefined): OpenPorts['restore'] =>
      (jid) => {
        latest = source;
        const wanted = needed();
        return parts$.pipe(
          switchMap((parts) => parts.restore(wanted, jid, () => paused$.next(true))),
          catchError(failTyped('attach')),
        );
      },
  };
};
