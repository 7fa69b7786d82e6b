import { distinctUntilChanged, map, type Observable, Subject } from 'rxjs';

import type { Client } from '../client/client.js';
import { createInner } from '../client/create-client.js';
import { type Platform, platformOf } from '../client/platform.js';
import { randomId } from '../client/random.js';
import { UsageError } from '../protocol/errors.js';
import type { Status as ClientStatus } from '../protocol/status.js';
import type { DomElement } from '../xml/convert.js';
import type { Stanza } from '../xml/element.js';
import { listen } from './guarded.js';
import { createHandlers, type HandlerConditions, type HandlerRef, type StanzaHandler } from './handlers.js';
import { createHooks, type Hooks, onHttpStatus } from './hooks.js';
import { clientOptionsOf, type ConnectionOptions, serviceOf } from './options.js';
import { createTimedHandlers, type TimedCallback, type TimedHandlerRef } from './timed.js';
import type { View } from './view.js';

/** What a connection hears: its handlers and hooks. Use {@link Connection}. */
export abstract class Receiver<Dom extends boolean = false> {
  readonly service: string;
  readonly options: ConnectionOptions;
  /** The same connection for RxJS; both doors may be used side by side. */
  readonly client: Client;
  /** The client's. */
  readonly status$: Observable<ClientStatus>;
  /** The client's. */
  readonly stanza$: Observable<Stanza>;
  /** @internal */
  protected readonly handlers = createHandlers((stanza): View<Dom> => this.view(stanza));
  /** @internal */
  protected readonly timed;
  readonly #emptied$ = new Subject<void>();
  readonly #hooks;
  #resumed = false;
  #platform: Platform | undefined;

  protected constructor(service: string, options: ConnectionOptions & { dom?: Dom }) {
    const answers = (iq: Stanza): boolean => this.handlers.hasTaken(iq) || options.answers?.(iq) === true;
    this.service = serviceOf(service, options);
    this.options = options;
    const inner = { emptied$: this.#emptied$ };
    this.client = createInner(this.service, { ...clientOptionsOf(options, this.service), answers }, inner);
    const { status$, stanza$ } = this.client;
    [this.status$, this.stanza$] = [status$, stanza$];
    listen(status$, (status) => (this.#resumed = status.type === 'online' && status.resumed));
    const authenticated$ = status$.pipe(
      map(({ type }) => type === 'online'),
      distinctUntilChanged(),
    );
    this.timed = createTimedHandlers(authenticated$, () => this.platform().scheduler);
    this.#hooks = createHooks(this.client, (element): View<Dom> => this.view(element));
    listen(stanza$, (stanza) => this.handlers.handle(stanza));
  }

  /** Whether the session is one of before, so that the server has its resource, its presence and what it missed (XEP-0198). */
  hasResumed(): boolean {
    return this.#resumed;
  }

  /** Gets each answer as an element, sids and SASL payloads taken out. To be assigned; so are the four that follow. */
  get xmlInput(): Hooks<View<Dom>>['xmlInput'] {
    return this.#hooks.hooks.xmlInput;
  }

  set xmlInput(hook: Hooks<View<Dom>>['xmlInput']) {
    this.#hooks.set('xmlInput', hook);
  }

  /** Gets each request as an element. */
  get xmlOutput(): Hooks<View<Dom>>['xmlOutput'] {
    return this.#hooks.hooks.xmlOutput;
  }

  set xmlOutput(hook: Hooks<View<Dom>>['xmlOutput']) {
    this.#hooks.set('xmlOutput', hook);
  }

  /** Gets the text of each answer. */
  get rawInput(): Hooks<View<Dom>>['rawInput'] {
    return this.#hooks.hooks.rawInput;
  }

  set rawInput(hook: Hooks<View<Dom>>['rawInput']) {
    this.#hooks.set('rawInput', hook);
  }

  /** Gets the text of each request. */
  get rawOutput(): Hooks<View<Dom>>['rawOutput'] {
    return this.#hooks.hooks.rawOutput;
  }

  set rawOutput(hook: Hooks<View<Dom>>['rawOutput']) {
    this.#hooks.set('rawOutput', hook);
  }

  /** Gets the rid that the next request will have, after each answer. */
  get nextValidRid(): Hooks<View<Dom>>['nextValidRid'] {
    return this.#hooks.hooks.nextValidRid;
  }

  set nextValidRid(hook: Hooks<View<Dom>>['nextValidRid']) {
    this.#hooks.set('nextValidRid', hook);
  }

  /**
   * Adds a handler for the stanzas that meet all conditions. It stays for as long as it returns true. One that throws is
   * removed, and its error reported as RxJS reports those of subscribers. All are removed right before DISCONNECTED.
   */
  addHandler(handler: StanzaHandler<View<Dom>>, ...conditions: HandlerConditions): HandlerRef<View<Dom>> {
    return this.handlers.add(handler, conditions);
  }

  /** Removes what `addHandler` has returned. It is not called any more. */
  deleteHandler(ref: HandlerRef<View<Dom>>): void {
    this.handlers.delete(ref);
  }

  /** Calls a handler every `period` ms while the connection is authenticated, for as long as it returns true. */
  addTimedHandler(period: number, handler: TimedCallback): TimedHandlerRef {
    return this.timed.add(period, handler);
  }

  /** Removes what `addTimedHandler` has returned. */
  deleteTimedHandler(ref: TimedHandlerRef): void {
    this.timed.delete(ref);
  }

  /** Calls `callback` with the status of each HTTP answer that has it. On `websocket` there are no such statuses. */
  addProtocolErrorHandler(
    protocol: 'HTTP' | 'websocket',
    status: number,
    callback: (status: number) => unknown,
  ): void {
    if (protocol === 'HTTP') onHttpStatus(this.client, status, callback);
  }

  /** An id that nobody else has, with `:suffix` behind it if one is given. */
  getUniqueId(suffix?: string | number): string {
    const id = randomId(this.platform().random);
    return suffix === undefined ? id : `${id}:${suffix}`;
  }

  /** @internal Drops what waits to be sent. */
  protected empty(): void {
    this.#emptied$.next();
  }

  /** @internal */
  protected platform(): Platform {
    return (this.#platform ??= platformOf(this.options.platform));
  }

  /** @internal The element as handlers get it: with the option `dom` one of the DOM. */
  protected view(stanza: Stanza): View<Dom> {
    return (this.options.dom ? this.#toDom(stanza) : stanza) as unknown as View<Dom>;
  }

  #toDom(stanza: Stanza): DomElement {
    const { toDom } = this.platform();
    if (!toDom) throw new UsageError('no-dom', 'There is no DOMParser: the option dom is for browsers');
    return toDom(stanza.toString());
  }
}
