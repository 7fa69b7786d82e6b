import { distinctUntilChanged, type Observable, skip } from 'rxjs';

import type { Client, Sendable } from '../client/client.js';
import { createClient } from '../client/create-client.js';
import type { ClientOptions } from '../client/options.js';
import { platformOf } from '../client/platform.js';
import { type RandomBytes, randomId } from '../client/random.js';
import type { Status as ClientStatus } from '../protocol/status.js';
import { toElement } from '../xml/convert.js';
import { type Stanza, withAttributes } from '../xml/element.js';
import { domainOf } from '../xml/jid.js';
import {
  type AttachLimits,
  attachOptions,
  type ConnectLimits,
  connectOptions,
  type Maybe,
  readRid,
} from './arguments.js';
import { ask, type Asking } from './ask.js';
import { listen } from './guarded.js';
import { createHandlers, type HandlerConditions, type HandlerRef, type StanzaHandler } from './handlers.js';
import { type ConnectCallback, createReporter } from './reporter.js';

const isSameSession = (a: ClientStatus, b: ClientStatus): boolean =>
  a.type === 'online' && b.type === 'online';

/**
 * The callback-style door to a {@link Client}, with the names that Strophe.js documents: it translates, and decides nothing.
 *
 * `connect`, `attach` and `restore` throw a UsageError (`busy`) while a session is open, and then change nothing.
 */
export class Connection {
  readonly service: string;
  /** The same connection for RxJS; both doors may be used side by side. */
  readonly client: Client;
  /** The client's. */
  readonly status$: Observable<ClientStatus>;
  /** The client's. */
  readonly stanza$: Observable<Stanza>;
  readonly #options: ClientOptions;
  readonly #handlers = createHandlers();
  readonly #reporter = createReporter(() => this.#handlers.clear());
  #random: RandomBytes | undefined;
  #paused = false;

  /**
   * Opens nothing. `http:` and `https:` URLs and paths mean BOSH, `ws:` and `wss:` WebSocket. An iq request counts as
   * answered by the app, besides as `options.answers` says, when a handler with at least one condition has taken it.
   */
  constructor(service: string, options: ClientOptions = {}) {
    const answers = (iq: Stanza): boolean => this.#handlers.hasTaken(iq) || options.answers?.(iq) === true;
    this.service = service;
    this.#options = options;
    this.client = createClient(service, { ...options, answers });
    const { status$, stanza$, paused$ } = this.client;
    [this.status$, this.stanza$] = [status$, stanza$];
    listen(paused$, (paused) => (this.#paused = paused));
    listen(stanza$, (stanza) => this.#handlers.handle(stanza));
    const news$ = status$.pipe(skip(1), distinctUntilChanged(isSameSession));
    listen(news$, (status) => this.#reporter.hear(status));
  }

  /** The JID asked for, and once a session is there its full one. Stays after the end; at first ''. */
  get jid(): string {
    return this.#reporter.standing.jid;
  }

  get domain(): string | null {
    return this.jid === '' ? null : domainOf(this.jid);
  }

  /** Whether the server has answered, and the session has not ended. */
  get connected(): boolean {
    return this.#reporter.standing.connected;
  }

  get authenticated(): boolean {
    return this.#reporter.standing.authenticated;
  }

  /** Whether the session is one that `restore` goes on with. */
  get restored(): boolean {
    return this.#reporter.standing.restored;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /**
   * Logs in: CONNECTING, AUTHENTICATING, CONNECTED; else CONNFAIL, AUTHFAIL or CONNTIMEOUT, and then DISCONNECTED unless
   * the callback has started another attempt. Without a node in `jid` the login is anonymous.
   *
   * @throws {UsageError} `jid-malformed`.
   */
  connect(
    jid: string,
    password?: Maybe<string>,
    callback?: Maybe<ConnectCallback>,
    ...limits: ConnectLimits
  ): void {
    const credentials = { jid, ...(password != null && { password }) };
    this.#reporter.start(jid, callback, () => this.client.connect(credentials, connectOptions(limits)));
  }

  /**
   * Takes over a session that somebody else has opened: ATTACHED once it has proven to be alive; else ATTACHFAIL, and then
   * DISCONNECTED unless the callback has started another attempt. `rid` is the next valid one: one above the last used.
   *
   * @throws {StropheSessionError} `not-bosh` on a WebSocket service.
   * @throws {UsageError} `jid-malformed`, `bad-sid`, `bad-rid`.
   */
  attach(
    jid: string,
    sid: string,
    rid: number | string,
    callback?: Maybe<ConnectCallback>,
    ...limits: AttachLimits
  ): void {
    const tokens = { jid, sid, rid: readRid(rid) };
    this.#reporter.start(jid, callback, () => this.client.attach(tokens, attachOptions(limits)));
  }

  /**
   * Goes on with the session that `keepalive` has kept: ATTACHED, or as `attach` when it is over. With a `jid` only if it is
   * one of the same bare JID, without a node in it of the same domain.
   *
   * @throws {StropheSessionError} `no-storage`, `no-session`, `jid-mismatch`, or `not-bosh` on a WebSocket service.
   */
  restore(jid?: Maybe<string>, callback?: Maybe<ConnectCallback>, ...limits: AttachLimits): void {
    const command = (): void => this.client.restore(jid ?? undefined, attachOptions(limits));
    this.#reporter.start(jid ?? '', callback, command);
  }

  /** Suspends everything outgoing without disconnecting. What is sent meanwhile is queued. */
  pause(): void {
    this.client.pause();
  }

  /** All that was queued leaves in the next idle cycle, in as few requests as possible. */
  resume(): void {
    this.client.resume();
  }

  /** Queues a stanza, or several in order. Null is nothing. */
  send(stanza: Sendable | readonly Sendable[] | null): void {
    if (stanza !== null) this.client.send(stanza);
  }

  /** What waits for the next idle cycle leaves now. Does not open a pause. */
  flush(): void {
    this.client.flush();
  }

  /** Says goodbye, after everything that was sent: DISCONNECTING with `reason`, DISCONNECTED. Without a session nothing. */
  disconnect(reason?: Maybe<string>): void {
    this.#reporter.leaveFor(reason || null);
    this.client.disconnect(reason || undefined);
  }

  /**
   * Adds a handler for the stanzas that meet all conditions. It stays for as long as it returns true. One that throws is
   * removed, and its error reported as RxJS reports those of subscribers. All are removed right before DISCONNECTED.
   */
  addHandler(handler: StanzaHandler, ...conditions: HandlerConditions): HandlerRef {
    return this.#handlers.add(handler, conditions);
  }

  /** Removes what `addHandler` has returned. It is not called any more. */
  deleteHandler(ref: HandlerRef): void {
    this.#handlers.delete(ref);
  }

  /**
   * Sends an iq and returns its id; the server's answer goes to handlers too. `onError` gets the error stanza; or null, after
   * `timeout` ms (default: never) or when the session ends first.
   */
  sendIQ(iq: Sendable, ...asking: Asking): string {
    const given = toElement(iq);
    const id = given.attrs['id'] || this.getUniqueId('sendIQ');
    ask(this.client, this.#handlers, withAttributes(given, { id }), asking);
    return id;
  }

  /** An id that nobody else has, with `:suffix` behind it if one is given. */
  getUniqueId(suffix?: string | number): string {
    this.#random ??= platformOf(this.#options.platform).random;
    const id = randomId(this.#random);
    return suffix === undefined ? id : `${id}:${suffix}`;
  }
}
