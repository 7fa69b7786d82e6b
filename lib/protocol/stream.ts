import type { XmlElement } from '../xml/element.js';
import type { SessionError } from './errors.js';
import type { SessionRecord } from './record.js';

/** Where an incoming element came from: the request it answered and its place in the answer. */
export interface Ref {
  readonly rid: number;
  readonly index: number;
}

/** What a session needs to be taken over: `rid` is the next valid request id (XEP-0124 §14.1). */
export interface SessionTokens {
  readonly jid: string;
  readonly sid: string;
  readonly rid: number;
}

/** What is known, when a stream ends, of the stanzas that it carried. */
export interface Leftovers {
  /** Left the page in a request that was never answered: perhaps delivered. */
  readonly uncertain: readonly XmlElement[];
  /** Received, but never given to the app. */
  readonly undispatched: readonly XmlElement[];
}

/** What a stream to a server says. */
export type Incoming =
  /** The next element, in the server's order. To be confirmed with `handled`. */
  | { readonly type: 'element'; readonly element: XmlElement; readonly ref: Ref }
  /** Only before an attach is proven: what has arrived and waits. `probed` once the probe or a later request is answered. */
  | { readonly type: 'seen'; readonly elements: readonly XmlElement[]; readonly probed: boolean }
  /** `online` has been heard, and committed. */
  | { readonly type: 'ready' }
  /** Whether no answer has come for longer than the server may take. */
  | { readonly type: 'stalled'; readonly stalled: boolean }
  /** The connection is gone, the session may live on: the transport connects again, and the login is to be made anew. */
  | { readonly type: 'interrupted' }
  /** After a login: the server goes on with the session that it has kept, and nothing is to be bound. */
  | { readonly type: 'resumed'; readonly jid: string }
  /** The session as it has been committed, when its tokens have changed; null when there is none any more. */
  | { readonly type: 'committed'; readonly record: SessionRecord | null }
  /** The end. No `error` when we asked for it. */
  | { readonly type: 'closed'; readonly error: SessionError | undefined; readonly leftovers: Leftovers };

/** What can be told to a stream. */
export type Outgoing =
  /** Goes at once, past the gate and the cycle: SASL, bind, session. */
  | { readonly type: 'handshake'; readonly element: XmlElement }
  /** The ping that proves an attach; alone in the first fresh request. `again`: in one more, should that stay unanswered. */
  | { readonly type: 'probe'; readonly element: XmlElement; readonly again?: boolean }
  /** Starts the XMPP stream anew after authentication (XEP-0206 §5). */
  | { readonly type: 'restart' }
  /** The server's next word is awaited and nothing is to be sent. */
  | { readonly type: 'listen' }
  /** The session is usable: dispatch what comes, keep a request with the server if `polling`. */
  | { readonly type: 'online'; readonly jid: string; readonly polling: boolean }
  /** Queue numbers up to this one may leave. */
  | { readonly type: 'released'; readonly upTo: number }
  | { readonly type: 'handled'; readonly ref: Ref }
  | { readonly type: 'paused'; readonly paused: boolean }
  /** During a pause: asks the server to keep the session that many seconds without any request (XEP-0124 §10). */
  | { readonly type: 'park'; readonly seconds: number }
  /**
   * What waits for a retry goes now, and what should have been answered long ago goes again. `anew`: the network was gone
   * meanwhile, so everything that is under way is lost.
   */
  | { readonly type: 'retry'; readonly anew?: boolean }
  /** Says goodbye, after everything queued up to this number (XEP-0124 §13). */
  | { readonly type: 'terminate'; readonly elements: readonly XmlElement[]; readonly upTo: number }
  /** Ends without a word; the session stays alive on the server. */
  | { readonly type: 'detach' };
