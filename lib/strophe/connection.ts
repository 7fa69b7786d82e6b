import { distinctUntilChanged, skip } from 'rxjs';

import type { Sendable } from '../client/client.js';
import type { Status as ClientStatus } from '../protocol/status.js';
import { toElement } from '../xml/convert.js';
import { withAttributes } from '../xml/element.js';
import { domainOf } from '../xml/jid.js';
import { Account } from './account.js';
import {
  type AttachLimits,
  attachOptions,
  type ConnectLimits,
  connectOptions,
  type LoginExtras,
  type Maybe,
  readRid,
} from './arguments.js';
import { ask, type Asking, askPresence } from './ask.js';
import { listen } from './guarded.js';
import type { Password } from './login.js';
import { type ConnectionOptions, cookieTexts, resumes } from './options.js';
import { type ConnectCallback, createReporter, resuming } from './reporter.js';
import type { View } from './view.js';

const isSameSession = (a: ClientStatus, b: ClientStatus): boolean =>
  a.type === 'online' && b.type === 'online';

/**
 * The callback-style door to a {@link Client}, with the names that Strophe.js documents: it translates, and decides nothing.
 *
 * `connect`, `attach` and `restore` throw a UsageError (`busy`) while a session is open, and then change nothing. `Dom` is
 * the option `dom`: whether handlers, callbacks and hooks get Elements of the DOM.
 */
export class Connection<Dom extends boolean = false> extends Account<Dom> {
  #paused = false;
  readonly #reporter = createReporter(() => {
    this.handlers.clear();
    this.timed.clear();
  });

  /**
   * Opens nothing. `http:` and `https:` URLs and paths mean BOSH, `ws:` and `wss:` WebSocket. An iq request counts as
   * answered by the app, besides as `options.answers` says, when a handler with at least one condition has taken it.
   */
  constructor(service: string, options: ConnectionOptions & { dom?: Dom } = {}) {
    super(service, options);
    listen(this.client.paused$, (paused) => (this.#paused = paused));
    const news$ = this.status$.pipe(skip(1), distinctUntilChanged(isSameSession));
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
   * the callback has started another attempt. Without a node in `jid` the login is anonymous. Over WebSocket with
   * `enableStreamManagement` it goes on with the session that this tab has left, if there is one: see `hasResumed`.
   *
   * @throws {UsageError} `jid-malformed`.
   */
  connect(
    jid: string,
    pass?: Maybe<string | Password>,
    callback?: Maybe<ConnectCallback>,
    ...[wait, hold, , authcid, disconnectTimeout]: readonly [...ConnectLimits, ...LoginExtras]
  ): void {
    const options = { ...connectOptions([wait, hold]), ...(disconnectTimeout && { disconnectTimeout }) };
    const told = resumes(this.service, this.options) ? resuming(callback) : callback;
    this.#start(jid, told, () => this.logIn(jid, pass, authcid, options));
  }

  /** Goes on with a login that has reported BINDREQUIRED (option `explicitResourceBinding`). */
  bind(): void {
    this.client.bind();
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
    this.#start(jid, callback, () => this.client.attach(tokens, attachOptions(limits)));
  }

  /**
   * Goes on with the session that `keepalive` has kept: ATTACHED, or as `attach` when it is over. With a `jid` only if it is
   * one of the same bare JID, without a node in it of the same domain.
   *
   * @throws {StropheSessionError} `no-storage`, `no-session`, `jid-mismatch`, or `not-bosh` on a WebSocket service.
   */
  restore(jid?: Maybe<string>, callback?: Maybe<ConnectCallback>, ...limits: AttachLimits): void {
    const command = (): void => this.client.restore(jid ?? undefined, attachOptions(limits));
    this.#start(jid ?? '', callback, command);
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
   * Leaves the session, if there is one, without a word to the server or to the callback; forgets handlers, what was to be sent,
   * and all that the connection says of itself.
   */
  reset(): void {
    this.#reporter.reset();
    this.handlers.clear();
    this.timed.clear();
    void this.client.detach();
    this.empty();
  }

  /**
   * Sends an iq and returns its id; the server's answer goes to handlers too. `onError` gets the error stanza; or null, after
   * `timeout` ms (default: never) or when the session ends first.
   */
  sendIQ(iq: Sendable, ...asking: Asking<View<Dom>>): string {
    const given = toElement(iq);
    const id = given.attrs['id'] || this.getUniqueId('sendIQ');
    ask(this.client, this.handlers, withAttributes(given, { id }), asking, (stanza) => this.view(stanza));
    return id;
  }

  /** Sends a presence that is answered by one with the same id, as in a room, and returns the id. As `sendIQ`. */
  sendPresence(presence: Sendable, ...asking: Asking<View<Dom>>): string {
    const given = toElement(presence);
    const id = given.attrs['id'] || this.getUniqueId('sendPresence');
    const { scheduler } = this.platform();
    const view = this.view.bind(this);
    askPresence(this.client, withAttributes(given, { id }), asking, view, scheduler);
    return id;
  }

  #start(jid: string, callback: Maybe<ConnectCallback>, command: () => void): void {
    this.#reporter.start(jid, callback, () => {
      for (const cookie of cookieTexts(this.options.cookies)) this.platform().setCookie(cookie);
      command();
    });
  }
}
