import type { Observable, Observer } from 'rxjs';

import type { SessionTokens } from '../protocol/stream.js';
import type { Status } from '../protocol/status.js';
import type { Delivery } from '../session/deliveries.js';
import type { WireEvent } from '../transport/wire.js';
import type { Stanza } from '../xml/element.js';
import type { CredentialsSource } from './credentials.js';
import type { OpenOptions } from './open.js';
import type { AttachOptions, ConnectOptions } from './options.js';

/** Anything that stands for one stanza: an element, a builder, a DOM Element. Never a string: that would invite injection. */
export type Sendable = object;

/** A stanza that has been accepted. */
export interface Sent {
  /** The stanza's id; one is given to messages and iqs that have none. */
  readonly id: string;
  /** Takes it back, as long as it has not left; false once it has. */
  cancel(): boolean;
  /** What becomes of it: the present state, then each change; completes after the last, and on `close()`. */
  readonly delivery$: Observable<Delivery>;
}

/** How a stanza is to be sent. */
export interface SendOptions {
  /** How long it may wait to be sent, in ms; after that it is not sent any more, also not after a reload. Default: for ever. */
  readonly expiresIn?: number;
}

/** An XMPP client: commands in, streams out. */
export interface Client {
  /** Where the session stands: replays the present, never repeats itself, never errors, completes on `close()`. */
  readonly status$: Observable<Status>;
  /** Every stanza that arrives, once, in order. Hot, never replays, outlives sessions, completes on `close()`. */
  readonly stanza$: Observable<Stanza>;
  /** The tokens of the session, `rid` the next valid one, after each success; null while there is none. Replays the present. */
  readonly session$: Observable<SessionTokens | null>;
  /** Whether sending is suspended. Replays the present. */
  readonly paused$: Observable<boolean>;
  /** What goes over the wire, both ways, without session ids and SASL payloads. */
  readonly wire$: Observable<WireEvent>;
  /**
   * What becomes of every stanza that is sent, in order: `queued`, `dispatched`, then `acknowledged` by the server, `unsent` or
   * `uncertain`. After a reload it goes on with those that were kept. Hot, completes on `close()`.
   */
  readonly delivery$: Observable<Delivery>;
  /** Every element that is emitted into it is sent. Its completion or error closes nothing. */
  readonly outbox: Observer<Sendable>;

  /**
   * Logs in. Acts at once; `status$` tells how it goes. Without a node in `jid` the login is anonymous. A function is asked
   * for the credentials, and may take its time. What `options` say goes before those of the client.
   *
   * @throws {UsageError} `jid-malformed`, or `busy` while a session is open.
   */
  connect(credentials: CredentialsSource, options?: ConnectOptions): void;
  /** Goes on with a login that waits in the status `binding` (`explicitResourceBinding`); at any other time nothing. */
  bind(): void;
  /**
   * Takes over a session that somebody else has opened, without logging in. `rid` is the *next* request id: one above the
   * last one the creator sent. The session is online once it has proven to be alive, else it fails during `attach`.
   *
   * @throws {StropheSessionError} `not-bosh` on a WebSocket service.
   * @throws {UsageError} `jid-malformed`, `bad-sid`, `bad-rid`, or `busy` while a session is open.
   * @see XEP-0124 §14.1
   */
  attach(tokens: SessionTokens, options?: AttachOptions): void;
  /**
   * Goes on with the session that was kept (see `keepalive`), if it is one of `jid`: the same bare JID, or for a `jid`
   * without a node the same domain. Left out: whosoever it is.
   *
   * @throws {StropheSessionError} `no-storage`, `no-session`, `jid-mismatch`, or `not-bosh` on a WebSocket service.
   */
  restore(jid?: string, options?: AttachOptions): void;
  /**
   * Gets a session in the ways that are declared, in order: the kept one, else one that a server has opened for us, else a
   * login. Each is tried at most once; the reason of each that failed is told by `status$` as `retrying`, that of the last one
   * as `failed`. With `reopen` a session that is lost later is opened anew, by `prebind` or `login`, until a reason such as
   * `conflict` or `not-authorized` speaks against it; what waits to be sent goes on waiting, and `stanza$` goes on. What waits
   * is not sent on in the name of another account.
   *
   * @throws {UsageError} `nothing-to-open` when no way is declared, or `busy` while a session is open.
   */
  open(options: OpenOptions): void;

  /** Queues several stanzas, in order. Throws like the other form; what came before the bad one stays queued. */
  send(stanzas: readonly Sendable[], options?: SendOptions): readonly Sent[];
  /**
   * Queues one stanza; it leaves with the next cycle. What is sent while there is no session waits for one.
   *
   * @throws {UsageError} `not-an-element` for anything but elements and builders.
   * @throws {XmlError} for text that XML can't carry.
   */
  send(stanza: Sendable, options?: SendOptions): Sent;
  /**
   * Sends an iq when subscribed to, and emits its result. Errors with a StanzaError, with a TimeoutError after `timeout` ms
   * (default 30,000; Infinity for none), or with the reason when the session ends first. Unsubscribing forgets it; an
   * answer that nobody waits for appears on `stanza$`.
   */
  request(iq: Sendable, options?: { readonly timeout?: number }): Observable<Stanza>;

  /** Suspends everything outgoing without disconnecting. What is sent meanwhile is queued. */
  pause(): void;
  /**
   * Pauses, and asks the server to keep the session for `seconds` (default and at most what it allows) without any request:
   * for a page that is about to be away for longer than the server's usual patience. `resume()` ends it; so does the `restore`
   * of a page that comes after this one, which starts paused. What is queued stays queued.
   *
   * Returns false, and does nothing, while there is no session, on WebSocket, and where the server does not offer it or is
   * known not to keep to it (of the usual ones ejabberd and MongooseIM do).
   *
   * @throws {UsageError} `bad-pause` for anything but a whole number above 0.
   * @see XEP-0124 §10
   */
  park(seconds?: number): boolean;
  /** All that was queued leaves in the next cycle, in as few requests as possible. */
  resume(): void;
  /** What waits for the next cycle leaves now. Does not open a pause. */
  flush(): void;
  /** Says goodbye, after everything that was sent. `reason` becomes the status text of the unavailable presence. */
  disconnect(reason?: string): void;
  /** Gives the session away: it stays alive on the server, and here it is over. Emits its tokens; nothing if there is none. */
  detach(): Observable<SessionTokens>;
  /** Ends everything at once, without a goodbye: streams complete, nothing is left running. */
  close(): void;
  /** `close()`, for `using`. */
  [Symbol.dispose](): void;
}
