import { BehaviorSubject, type Observable, Subject, Subscription, switchMap, type SchedulerLike } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { SessionRecord } from '../protocol/record.js';
import type { Plan, SessionEvent } from '../protocol/session-state.js';
import type { Status } from '../protocol/status.js';
import type { Ref } from '../protocol/stream.js';
import { createDeliveries, type Deliveries } from '../session/deliveries.js';
import { createOutbox } from '../session/outbox.js';
import { redact, type WireEvent } from '../transport/wire.js';
import type { Stanza } from '../xml/element.js';
import { createKeeping, type Keeping } from './keeping.js';
import { limitsOf } from './limits.js';
import { openTransport } from './open-transport.js';
import type { ClientOptions } from './options.js';
import type { LoginHelp, Opening, OtherOpening } from './plan.js';
import { type Platform, platformOf } from './platform.js';
import { createNews } from './news.js';
import { randomId } from './random.js';
import { createRequests, type QueuedStanza, type Requests } from './requests.js';
import { createSending, type Sending } from './sending.js';
import { runSession, type SessionNews } from './session.js';

/** The period of the cycle in which stanzas leave, in ms. */
const INTERVAL_MS = 100;

/** What only other doors of the library need. */
export interface InnerOptions {
  /** False: no request stays with the server after a login. */
  readonly polling?: boolean;
  /** Every commit of the session. */
  readonly committed?: (record: SessionRecord | null) => void;
  /** Drops what waits to be sent, and fails the requests that wait for answers, each time it emits. */
  readonly emptied$?: Observable<void>;
}

/** What becomes of a request to a client that is closed. */
export const clientClosed = (): TransportError => new TransportError('closed', 'The client was closed');

/** A defect of ours: thrown where nobody can swallow it, since no public stream ever errors. */
const reportUnhandled = (error: unknown): never => {
  throw error;
};

/** The streams of a client, with their writing ends. */
const createStreams = () => ({
  status$: new BehaviorSubject<Status>({ type: 'offline' }),
  record$: new BehaviorSubject<SessionRecord | null>(null),
  paused$: new BehaviorSubject(false),
  stanza$: new Subject<Stanza>(),
  wire$: new Subject<WireEvent>(),
});

export type Streams = ReturnType<typeof createStreams>;

/** What the commands of a client work on: its streams, what waits to be sent, and the session that runs. */
export interface Hub extends Streams {
  readonly keeping: Keeping;
  readonly requests: Requests;
  readonly sending: Sending;
  readonly deliveries: Deliveries;
  readonly flush$: Subject<void>;
  readonly command$: Subject<SessionEvent>;
  /** Highest queue number given. */
  readonly last: () => number;
  /** Takes what waits to be sent out of the queue, as far as it fits in `maxSize` characters. */
  readonly takeAll: (maxSize: number) => readonly string[];
  readonly platform: () => Platform;
  /** Does work where the app's zone does not see it. */
  readonly outside: <T>(work: () => T) => T;
  /** One session over a fresh transport, to the service unless it is to be had elsewhere. */
  readonly run: (opening: Opening<Plan> | OtherOpening<Plan>, url?: string) => Observable<SessionNews>;
  /** Lets a session take the place of the one before. */
  readonly open: (session$: Observable<SessionNews>) => void;
  /** What waits to be sent may be sent in the name of this account; if it was sent in another one's, it is dropped. */
  readonly queueFor: (jid: string) => void;
  /** Ends with the client. */
  readonly lives: Subscription;
  readonly close: () => void;
}

export const createHub = (service: string, options: ClientOptions, inner: InnerOptions): Hub => {
  const streams = createStreams();
  const { status$, paused$, stanza$, wire$ } = streams;
  const flush$ = new Subject<void>();
  const command$ = new Subject<SessionEvent>();
  const opening$ = new Subject<Observable<SessionNews>>();
  let found: Platform | undefined;

  const platform = (): Platform => (found ??= platformOf(options.platform));
  const newId = (): string => randomId(platform().random);
  const outside = <T>(work: () => T): T => {
    let result: T | undefined;
    platform().zone.runOutside(() => {
      result = work();
    });
    return result as T;
  };
  const tell = (work: () => void): void => {
    platform().zone.run(work);
  };
  const lives = new Subscription();
  const deliveries = createDeliveries(tell);
  const outbox = createOutbox(deliveries);
  const keeping = createKeeping(service, options, platform, outbox);
  const { maxQueued, maxRequests } = limitsOf(options.limits);
  const scheduler = (): SchedulerLike => platform().scheduler;
  const sending = createSending({ outbox, deliveries, newId, scheduler, lives, maxQueued });
  const jid = (): string => (status$.value.type === 'online' ? status$.value.jid : '');
  const send = (stanza: Stanza): QueuedStanza => outside(() => sending.send(stanza));
  const requests = createRequests({ scheduler, newId, jid, send, maxRequests });

  const dispatch = (stanza: Stanza, ref: Ref): boolean => {
    const give = (): void => {
      if (!requests.settle(stanza)) stanza$.next(stanza);
    };
    const answered = sending.within(ref, () => tell(give));
    return answered.has(stanza.attrs['id'] ?? '') || options.answers?.(stanza) === true;
  };

  const reply = (stanza: Stanza, ref: Ref): void => {
    sending.within(ref, () => sending.reply(stanza));
  };

  const news = createNews({ streams, outbox, deliveries, keeping, requests, inner, tell });

  const run: Hub['run'] = (opening, url = service) => {
    const { plan, gen, help } = opening;
    const wire = (event: WireEvent): void => {
      if (wire$.observed) wire$.next('xml' in event ? { ...event, xml: redact(event.xml) } : event);
    };
    const writer = keeping.writer(gen ?? 0, (error) =>
      wire({ type: 'degraded', at: scheduler().now(), error }),
    );
    const request = { service: url, options, platform: platform(), outbox, deliveries, writer, wire };
    const other = 'transport' in opening;
    const transport = other ? opening.transport(request) : openTransport(request, opening.initial());
    const dispatchInterval = options.dispatchInterval ?? (other ? opening.interval : INTERVAL_MS);
    const ways = { transport, outbox, platform: platform(), dispatchInterval, paused$, flush$, command$ };
    const learned: LoginHelp['learned'] = (keys) => tell(() => help?.learned(keys));
    return runSession(plan, { ...ways, dispatch, reply, help: help && { ...help, learned } });
  };

  const sessions$ = opening$.pipe(switchMap((session$) => session$));
  lives.add(sessions$.subscribe({ next: news.hear, error: reportUnhandled }));
  const empty = (): void => {
    outside(() => outbox.drain());
    tell(() => requests.fail(new TransportError('closed', 'The connection was reset')));
  };
  lives.add(inner.emptied$?.subscribe({ next: empty, error: reportUnhandled }));

  return {
    ...streams,
    keeping,
    requests,
    sending,
    deliveries,
    flush$,
    command$,
    last: outbox.last,
    takeAll: (maxSize) => outbox.take(outbox.last(), maxSize).stanzas.map(({ xml }) => xml),
    platform,
    outside,
    run,
    queueFor: news.queueFor,
    open: (session$) => outside(() => opening$.next(session$)),
    lives,
    close() {
      lives.unsubscribe();
      requests.fail(clientClosed());
      deliveries.close();
      for (const stream of Object.values(streams)) stream.complete();
    },
  };
};
