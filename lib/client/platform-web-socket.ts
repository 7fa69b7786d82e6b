import { Observable } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { WebSocketEvent, WebSocketRequest } from '../protocol/web-socket.js';

/**
 * Opens one WebSocket when subscribed to; unsubscribing closes it. Completes after `close`, errors with a
 * {@link TransportError} where none can be made or opened.
 */
export type WebSocketPort = (request: WebSocketRequest) => Observable<WebSocketEvent>;

/** What of the browser's `WebSocket` the port uses; that of the `ws` package is one too. */
export interface WebSocketLike {
  /** The socket stands. */
  onopen: ((event: never) => void) | null;
  /** A message has come, in `data`. */
  onmessage: ((event: never) => void) | null;
  /** It is over, with `code` and `reason`. */
  onclose: ((event: never) => void) | null;
  /** It has broken; `onclose` follows. */
  onerror: ((event: never) => void) | null;
  readonly protocol: string;
  /** Sends a text message. */
  send(text: string): void;
  /** Ends it. */
  close(code?: number): void;
}

/** Says that there is nothing more to be said (RFC 6455 §7.4.1). */
const NORMAL = 1000;

const OPEN_FIRST = 'The WebSocket could not be opened';

/** The port on a class like the browser's. */
export const webSocketPort =
  (create: (url: string, protocols: readonly string[]) => WebSocketLike): WebSocketPort =>
  ({ url, protocols }) =>
    new Observable((subscriber) => {
      const socket = create(url, protocols);
      let [opened, ended] = [false, false];
      socket.onopen = () => {
        opened = true;
        const send = (text: string): void => {
          if (!ended) socket.send(text);
        };
        subscriber.next({ type: 'open', protocol: socket.protocol, send });
      };
      socket.onmessage = ({ data }: { readonly data: unknown }) =>
        subscriber.next({ type: 'message', text: typeof data === 'string' ? data : undefined });
      socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
        ended = true;
        if (opened) {
          subscriber.next({ type: 'close', code, reason });
          subscriber.complete();
        } else subscriber.error(new TransportError('network', `${OPEN_FIRST} (${code})`));
      };
      // Tells nothing; what has happened is said by the close that follows. Without it `ws` throws.
      socket.onerror = () => undefined;
      return () => {
        ended = true;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close(NORMAL);
      };
    });

/** The port on the runtime's own `WebSocket`: browsers, workers, Node 22 and later. */
export const nativeWebSocket = (global: Partial<typeof globalThis> = globalThis): WebSocketPort => {
  const { WebSocket } = global;
  if (WebSocket) return webSocketPort((url, protocols) => new WebSocket(url, [...protocols]));
  const message = `${OPEN_FIRST}: there is none here; in Node 20 give platform.webSocket that of rxmpp/node`;
  return () =>
    new Observable((subscriber) =>
      subscriber.error(new TransportError('closed', message, 0, 'no-web-socket')),
    );
};
