import { defer, finalize, Observable, type Observer } from 'rxjs';

import { listen } from '../operators/listen.js';
import type { WebSocketEvent, WebSocketRequest } from '../protocol/web-socket.js';
import { createTold } from '../transport/told.js';
import type { WebSocketPort } from './platform-web-socket.js';

type Notice = (observer: Observer<WebSocketEvent>) => void;

/**
 * Opens the first connection at once, while `use` still plans what is to be said on it, so that the way to the server costs no
 * more than itself. `use` gets a port whose first connection that is; it ends with what `use` returns, asked for or not.
 */
export const dialAhead = <T>(
  port: WebSocketPort,
  request: WebSocketRequest,
  use: (port: WebSocketPort) => Observable<T>,
): Observable<T> =>
  defer(() => {
    const { told$, send } = createTold<Notice>();
    const first = port(request).subscribe({
      next: (event) => send((observer) => observer.next(event)),
      error: (cause: unknown) => send((observer) => observer.error(cause)),
      complete: () => send((observer) => observer.complete()),
    });
    const hangUp = (): void => first.unsubscribe();
    let isFirst = true;
    const ahead: WebSocketPort = (again) => {
      if (!isFirst) return port(again);
      isFirst = false;
      return new Observable((subscriber) => {
        subscriber.add(hangUp);
        listen(told$, subscriber, (say) => say(subscriber));
      });
    };
    return use(ahead).pipe(finalize(hangUp));
  });
