import {
  BehaviorSubject,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  map,
  type Observable,
  of,
  Subject,
  Subscription,
  switchMap,
} from 'rxjs';

import { AuthError, StropheSessionError, TransportError, UsageError, type XmppError } from '../protocol/errors.js';
import type { SessionRecord } from '../protocol/record.js';
import type { Plan, SessionEvent } from '../protocol/session-state.js';
import type { Status } from '../protocol/status.js';
import type { Ref } from '../protocol/stream.js';
import { createOutbox } from '../session/outbox.js';
import { redact, type WireEvent } from '../transport/wire.js';
import { toElement } from '../xml/convert.js';
import { element, type Stanza } from '../xml/element.js';
import { parseJid } from '../xml/jid.js';
import type { Client, Sendable, Sent } from './client.js';
import { prepareCredentials } from './crypto.js';
import { readKept } from './kept.js';
import { type AttachOptions, checkTokens, type ClientOptions, type Credentials, isWebSocket, KEY } from './options.js';
import { planAttach, planLogin, type Opening, saslCredentials } from './plan.js';
import { type Platform, platformOf } from './platform.js';
import { randomId } from './random.js';
import { createRequests } from './requests.js';
import { createSending } from './sending.js';
import { runSession, type SessionNews } from './session.js';
import { keeperOf, openTransport } from './open-transport.js';
import { NS } from '../protocol/ns.js';

const ANSWER_MS = 30_000;
const OFFLINE: Status = { type: 'offline' };
const ENDED = { uncertain: [], undispatched: [] };

/** What only other doors of the library need. */
export interface InnerOptions {
  /** False: no request stays with the server after a login. */
  readonly polling?: boolean;
  /** Every commit of the session. */
  readonly committed?: (record: SessionRecord | null) => void;
}

/**
 * A client for one service; nothing is touched or opened before a command. `http:` and `https:` URLs and paths mean BOSH,
 * `ws:` and `wss:` WebSocket.
 */
export const createClient = (service: string, options: ClientOptions = {}): Client => createInner(service, options, {});

/** `createClient` with what only other doors of the library need. */
export const createInner = (service: string, options: ClientOptions, inner: InnerOptions): Client => {
  const status$ = new BehaviorSubject<Status>(OFFLINE);
  const record$ = new BehaviorSubject<SessionRecord | null>(null);
  const paused$ = new BehaviorSubject(false);
  const stanza$ = new Subject<Stanza>();
  const wire$ = new Subject<WireEvent>();
  const flush$ = new Subject<void>();
  const command$ = new Subject<SessionEvent>();
  const opening$ = new Subject<Observable<SessionNews>>();
  const running = new Subscription();
  const outbox = createOutbox();
  const keepalive = options.keepalive === true ? {} : options.keepalive || undefined;
  let platform: Platform | undefined;

  const around = (): Platform => (platform ??= platformOf(options.platform));
  const newId = (): string => randomId(around().random);
  const sending = createSending(outbox, newId);
  const jid = (): string => (status$.value.type === 'online' ? status$.value.jid : (record$.value?.jid ?? ''));
  const requests = createRequests({
    scheduler: () => around().scheduler,
    newId,
    jid,
    send: (iq) => void send(iq),
  });

  const outside = <T>(work: () => T): T => {
    const results: T[] = [];
    around().zone.runOutside(() => results.push(work()));
    return results[0] as T;
  };
  const tell = (work: () => void): void => around().zone.run(work);

  const dispatch = (stanza: Stanza, ref: Ref): boolean => {
    const answered = sending.within(ref, () => {
      tell(() => {
        if (!requests.settle(stanza)) stanza$.next(stanza);
      });
    });
    return answered.has(stanza.attrs['id'] ?? '') || options.answers?.(stanza) === true;
  };

  const reply = (stanza: Stanza, ref: Ref): void => void sending.within(ref, () => void sending.send(stanza));

  const end = ({ failure, leftovers }: Extract<SessionNews, { type: 'end' }>): void => {
    requests.fail(failure?.error ?? new TransportError('closed', 'The session is over'));
    record$.next(null);
    outbox.keep(undefined);
    if (!failure) return tell(() => status$.next(OFFLINE));
    const unsent = outbox.drain();
    tell(() => status$.next({ type: 'failed', ...failure, unsent, ...leftovers }));
  };

  const hear = (news: SessionNews): void => {
    if (news.type === 'status') return tell(() => status$.next(news.status));
    if (news.type === 'end') return end(news);
    inner.committed?.(news.record);
    if (news.record && !record$.value) outbox.keep(keeperOf(keepalive, around()));
    tell(() => record$.next(news.record));
  };

  const run = ({ plan, initial }: Opening<Plan>): Observable<SessionNews> => {
    const wire = (event: WireEvent): void => {
      if (wire$.observed) wire$.next('xml' in event ? { ...event, xml: redact(event.xml) } : event);
    };
    const transport = openTransport({ service, options, keepalive, platform: around(), outbox, initial, wire });
    const dispatchInterval = options.dispatchInterval ?? 100;
    const ports = { transport, outbox, platform: around(), dispatchInterval, paused$, flush$, command$, dispatch, reply };
    return runSession(plan, ports);
  };

  const open = (session$: Observable<SessionNews>): void => {
    const { type } = status$.value;
    if (type !== 'offline' && type !== 'failed' && type !== 'disconnecting') {
      throw new UsageError('busy', 'There is a session already: disconnect() or detach() it first');
    }
    outside(() => opening$.next(session$));
  };

  const failed = (during: 'connect' | 'auth', error: XmppError): Observable<SessionNews> =>
    of({ type: 'end', failure: { during, error }, leftovers: ENDED });

  const login = ({ jid, ...rest }: Credentials): Observable<SessionNews> =>
    prepareCredentials(around().crypto, saslCredentials({ jid, ...rest })).pipe(
      switchMap((ready) => run(planLogin(service, jid, ready, options, around(), inner.polling ?? true))),
      catchError((error: unknown) => {
        if (error instanceof AuthError) return failed('auth', error);
        throw error;
      }),
    );

  const notBosh = (what: string): void => {
    if (isWebSocket(service)) throw new StropheSessionError('not-bosh', `${what} needs a BOSH session, not WebSocket`);
  };

  const connect = (credentials: Credentials): void => {
    parseJid(credentials.jid);
    if (isWebSocket(service)) {
      const error = new TransportError('closed', 'WebSocket is not there yet', 0, 'not-implemented', false);
      return open(failed('connect', error));
    }
    open(login(credentials));
  };

  const attach: Client['attach'] = (tokens, limits = {}) => {
    notBosh('attach()');
    parseJid(tokens.jid);
    const checked = checkTokens(tokens);
    open(defer(() => run(planAttach(checked, limits, undefined, options, around()))));
  };

  const restore = (wanted?: string, limits: AttachOptions = {}): void => {
    notBosh('restore()');
    const storage = keepalive?.storage ?? around().storage;
    const keeper = keeperOf(keepalive, around());
    const kept = readKept(storage, keepalive?.key ?? KEY, wanted);
    if (kept.restored?.paused) paused$.next(true);
    if (keeper && kept.restored) outbox.load(keeper, kept.restored.moved, kept.isDone);
    open(defer(() => run(planAttach(kept.tokens, limits, kept, options, around()))));
  };

  const send = (given: Sendable | readonly Sendable[]): Sent & readonly Sent[] => {
    const sent = outside(() => (Array.isArray(given) ? given.map((one: Sendable) => sending.send(one)) : sending.send(given)));
    return sent as Sent & readonly Sent[];
  };

  const disconnect = (reason?: string): void => {
    const status = reason === undefined ? [] : [element('status', NS.CLIENT, {}, [reason])];
    const elements = [element('presence', NS.CLIENT, { type: 'unavailable' }, status)];
    outside(() => command$.next({ type: 'disconnect', elements, upTo: outbox.last() }));
  };

  const detach: Client['detach'] = () => {
    const record = record$.value;
    outside(() => command$.next({ type: 'leave' }));
    if (!record) return EMPTY;
    const { jid, sid, rid } = record;
    return of({ jid, sid, rid });
  };

  const close = (): void => {
    running.unsubscribe();
    requests.fail(new TransportError('closed', 'The client was closed'));
    for (const stream of [status$, stanza$, record$, paused$, wire$]) stream.complete();
  };

  running.add(opening$.pipe(switchMap((session$) => session$)).subscribe(hear));

  return {
    status$: status$.pipe(distinctUntilChanged()),
    stanza$: stanza$.asObservable(),
    session$: record$.pipe(map((record) => record && { jid: record.jid, sid: record.sid, rid: record.rid })),
    paused$: paused$.pipe(distinctUntilChanged()),
    wire$: wire$.asObservable(),
    outbox: { next: (stanza) => void send(stanza), error: () => undefined, complete: () => undefined },
    connect,
    attach,
    restore,
    send: send as Client['send'],
    request: (iq, { timeout = ANSWER_MS } = {}) => defer(() => requests.request(toElement(iq), timeout)),
    pause: () => outside(() => paused$.next(true)),
    resume: () => outside(() => paused$.next(false)),
    flush: () => outside(() => flush$.next()),
    disconnect,
    detach,
    close,
    [Symbol.dispose]: close,
  };
};
