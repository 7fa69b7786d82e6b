import type { Observable } from 'rxjs';

import type { Incoming, Outgoing } from '../protocol/stream.js';

/** A two-way XMPP stream. BOSH, WebSocket and any test double are this and no more. */
export interface Transport {
  /** What the server says, in its order; completes after `closed`. Subscribing opens, unsubscribing cuts without a word. */
  readonly incoming$: Observable<Incoming>;
  /** Never throws. What is said before `incoming$` is subscribed to waits for that; after its end it is dropped. */
  send(outgoing: Outgoing): void;
}
