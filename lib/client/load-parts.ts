import { catchError, defer, identity, map, type Observable, of, switchMap } from 'rxjs';

import type { Failure } from '../protocol/session-state.js';
import { failTyped } from './openings.js';
import type { Platform } from './platform.js';
import type { SessionNews } from './session.js';
import type { WebSocketParts } from './web-socket-parts.js';

/** A session by what is loaded for it. What can't be loaded is its failure. */
export const loadParts = (
  platform: () => Platform,
  during: Failure['during'],
  use: (parts: WebSocketParts) => Observable<SessionNews>,
): Observable<SessionNews> =>
  defer(() => platform().loadWebSocket()).pipe(
    map(use),
    catchError((error: unknown) => of(failTyped(during)(error))),
    switchMap(identity),
  );
