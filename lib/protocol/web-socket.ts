/** One WebSocket, as data. */
export type WebSocketEvent =
  /** It stands. `protocol` is the subprotocol that the server has chosen, '' for none. */
  | {
      readonly type: 'open';
      readonly protocol: string;
      /** Sends one text message; does nothing any more once the socket has ended. */
      readonly send: (text: string) => void;
    }
  /** A message has come; without a text where it is a binary one. */
  | { readonly type: 'message'; readonly text: string | undefined }
  /** The other side has closed it, or the network has. `code`: RFC 6455 §7.4. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string };

/** What is asked of a WebSocket. */
export interface WebSocketRequest {
  readonly url: string;
  readonly protocols: readonly string[];
}
