import { catchError, defer, type Observable } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { WebSocketParts } from './web-socket-parts.js';

const MESSAGE = 'The part of the library that is needed for this could not be loaded';

/** What speaks WebSocket and finds addresses, as a part of its own, that only those load who use it. */
export const loadWebSocket = (): Observable<WebSocketParts> =>
  defer(() => import('./web-socket-parts.js')).pipe(
    catchError((cause: unknown) => {
      throw new TransportError('network', MESSAGE, 0, 'network', { cause });
    }),
  );
