import type { Observable, Observer } from 'rxjs';
import type { Status } from '../protocol/status.js';
import type { SessionTokens } from '../protocol/stream.js';
import type { XmlElement } from '../xml/element.js';

/** What an app has told its client to do, apart from sending: the method of a `Client`, and what it was given. */
export interface Command {
  readonly name:
    | 'connect'
    | 'bind'
    | 'attach'
    | 'restore'
    | 'open'
    | 'pause'
    | 'park'
    | 'resume'
    | 'flush'
    | 'disconnect'
    | 'detach'
    | 'close';
  readonly args: readonly unknown[];
}

/** Whatever speaks of the stanza with this id. */
export interface Identified {
  readonly id: string;
}

/** What a fake client is told in advance; every field may be left out. */
export interface FakeClientOptions<D extends Identified = never> {
  /** What becomes of the session, after `offline`. Subscribed to at once; when it completes, so does the client's. */
  readonly status$?: Observable<Status>;
  /** What arrives. Subscribed to at once. */
  readonly stanza$?: Observable<XmlElement>;
  /** What becomes of stanzas (`Delivery` of the main door). Subscribed to at once. */
  readonly delivery$?: Observable<D>;
  /**
   * The answer to a request: a stanza, or an Observable of one; one of type `error` fails it. Undefined: it waits until its
   * time is over.
   */
  readonly answer?: (iq: XmlElement) => XmlElement | Observable<XmlElement> | undefined;
  /** Whether there is a session to restore (false: `restore` throws `no-session`, as in a fresh page). */
  readonly hasSession?: boolean;
}

/** A stanza that the app has sent. */
export interface FakeSent<D> {
  readonly id: string;
  /** False: nothing waits in a fake. */
  cancel(): boolean;
  readonly delivery$: Observable<D>;
}

/**
 * What looks like a `Client` of the main door and can be given to whatever takes one. There is no server and no session behind
 * it: its status and what it hears are what the test says, and what it is told to do is written down.
 */
export interface FakeClient<D extends Identified = never> {
  readonly status$: Observable<Status>;
  readonly stanza$: Observable<XmlElement>;
  /** Made-up tokens while it is online, else null. */
  readonly session$: Observable<SessionTokens | null>;
  readonly paused$: Observable<boolean>;
  /** Silent. */
  readonly wire$: Observable<never>;
  readonly delivery$: Observable<D>;
  readonly outbox: Observer<object>;
  /** Is written down, and changes nothing. */
  connect(credentials: unknown, options?: unknown): void;
  /** Is written down, and changes nothing. */
  bind(): void;
  /** Is written down, and changes nothing. */
  attach(tokens: unknown, options?: unknown): void;
  /** Is written down. Throws `StropheSessionError` (`no-session`) unless there is said to be a session. */
  restore(jid?: string, options?: unknown): void;
  /** Is written down, and changes nothing. */
  open(options: unknown): void;
  /** Several stanzas at once, in order. */
  send(stanzas: readonly object[], options?: unknown): readonly FakeSent<D>[];
  /** Writes the stanza down. @throws {UsageError} `not-an-element` like a client. */
  send(stanza: object, options?: unknown): FakeSent<D>;
  /** Sends the iq when subscribed to, and gives the answer that the test has for it. `timeout` in ms (30,000). */
  request(iq: object, options?: { readonly timeout?: number }): Observable<XmlElement>;
  /** Is written down; `paused$` says so. */
  pause(): void;
  /** Is written down; pauses and is true while the client is online. */
  park(seconds?: number): boolean;
  /** Is written down; `paused$` says so. */
  resume(): void;
  /** Is written down, and changes nothing. */
  flush(): void;
  /** Is written down, and changes nothing. */
  disconnect(reason?: string): void;
  /** Is written down. Emits the made-up tokens; nothing while there are none. */
  detach(): Observable<SessionTokens>;
  /** Is written down; every stream completes, and requests that wait fail as with a client. */
  close(): void;
  /** `close()`, for `using`. */
  [Symbol.dispose](): void;

  /** What the app has sent, requests too, with the ids they were given; a pause holds nothing back here. */
  readonly sent: readonly XmlElement[];
  /** The same as a stream, from the beginning; completes on `close()`. */
  readonly sent$: Observable<XmlElement>;
  readonly commands: readonly Command[];
  /** The same as a stream, from the beginning; completes on `close()`. */
  readonly commands$: Observable<Command>;
  /** From now on this is its status. */
  becomes(status: Status): void;
  /** A stanza arrives. */
  hears(stanza: object): void;
}
