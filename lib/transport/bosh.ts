import {
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  map,
  merge,
  Observable,
  of,
  type SchedulerLike,
  startWith,
  Subject,
  type Subscriber,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
  timer,
} from 'rxjs';

import { alarm } from '../operators/alarm.js';
import { inOrder } from '../operators/in-order.js';
import { machine } from '../operators/machine.js';
import type { Answer, BoshEffect, BoshEvent, BoshState, Inbound } from '../protocol/bosh-state.js';
import { type BoshMoment, stepBosh } from '../protocol/bosh-window.js';
import { TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest } from '../protocol/http.js';
import { snapshotOf } from '../protocol/record.js';
import type { Incoming, Outgoing } from '../protocol/stream.js';
import type { Outbox } from '../session/outbox.js';
import { persist, type PersistOptions } from '../session/persist.js';
import { redeliver } from '../xml/element.js';
import type { Transport } from './transport.js';
import type { WireEvent } from './wire.js';

/** What a BOSH session needs from outside. */
export interface BoshPorts {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly withCredentials: boolean;
  readonly http: (request: HttpRequest) => Observable<HttpEvent>;
  readonly scheduler: SchedulerLike;
  readonly outbox: Outbox;
  readonly keep: PersistOptions;
  /** Answers with more children than this are committed as dispatched only as a whole. */
  readonly commitEach: number;
  readonly wire: (event: WireEvent) => void;
}

type Post = Extract<BoshEffect, { type: 'post' }>;

const retryAfterMs = (value: string | undefined): number => {
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
};

/** Makes one attempt of one request and says how it went: `uploaded` perhaps, then `answered` or `failed`. */
const attempt = (ports: BoshPorts, { rid, attempt, body, timeoutMs }: Post): Observable<BoshEvent> => {
  const { url, headers, withCredentials, scheduler, wire } = ports;
  const failed = (error: TransportError): BoshEvent => ({ type: 'failed', rid, attempt, error });
  const none = new TransportError('network', 'The request ended without an answer');
  const late = new TransportError('timeout', 'No answer came in time');
  const toEvent = (event: HttpEvent): BoshEvent => {
    if (event.type === 'uploaded') return { type: 'uploaded', rid, attempt };
    const { status, body: text } = event;
    wire({ type: 'received', at: scheduler.now(), rid, status, xml: text });
    return { type: 'answered', rid, attempt, status, text, retryAfterMs: retryAfterMs(event.header('retry-after')) };
  };
  const answer$ = defer(() => ports.http({ url, body, headers, withCredentials })).pipe(
    map(toEvent),
    catchError((cause: unknown) => {
      const known = cause instanceof TransportError;
      return of(failed(known ? cause : new TransportError('network', 'The request failed', 0, 'network', true, { cause })));
    }),
  );
  const deadline$ = timer(timeoutMs, scheduler).pipe(map(() => failed(late)));
  wire({ type: 'sent', at: scheduler.now(), rid, attempt, xml: body });
  return merge(concat(answer$, of(failed(none))), deadline$).pipe(
    takeWhile((event) => event.type === 'uploaded', true),
    tap((event) => {
      if (event.type === 'failed') wire({ type: 'failed', at: scheduler.now(), rid, error: event.error });
    }),
  );
};

/** Each child of an answer that the app has not handled yet. One that it may have seen before is marked so. */
const give = ({ rid, children, next, redelivered }: Inbound, commitEach: number, to: Subscriber<Incoming>): void => {
  const whole = children.length > commitEach;
  children.forEach((child, index) => {
    if (index < next) return;
    const again = redelivered && (whole || index === next);
    to.next({ type: 'element', element: again ? redeliver(child) : child, ref: { rid, index } });
  });
};

const sameCommit = (a: BoshState, b: BoshState): boolean =>
  a.flights === b.flights &&
  a.inbox === b.inbox &&
  a.rid === b.rid &&
  a.jid === b.jid &&
  a.phase === b.phase &&
  a.moved === b.moved &&
  a.paused === b.paused &&
  a.provenAt === b.provenAt;

/**
 * A BOSH session as a transport: runs the machine and performs its effects.
 *
 * Every state is committed before any of its effects is performed, so nothing leaves that is not kept, and nothing is
 * dispatched that is not journaled.
 */
export const boshTransport = (initial: BoshState, ports: BoshPorts): Transport => {
  const told$ = new Subject<Outgoing>();
  const early: Outgoing[] = [];
  const { scheduler, outbox, keep, url, commitEach } = ports;

  const run = (subscriber: Subscriber<Incoming>) => {
    const arrived$ = new Subject<{ readonly rid: number; readonly answer: Answer }>();
    const expected$ = new Subject<number>();
    const superseded$ = new Subject<number>();
    const wakeAt$ = new Subject<number | undefined>();

    const perform = (effect: BoshEffect): Observable<BoshEvent> => {
      switch (effect.type) {
        case 'take':
          return of({ type: 'taken', ...outbox.take(effect.upTo, effect.maxSize) });
        case 'post':
          superseded$.next(effect.rid);
          return attempt(ports, effect).pipe(takeUntil(superseded$.pipe(filter((rid) => rid === effect.rid))));
        case 'settle':
          arrived$.next(effect);
          return EMPTY;
        case 'expect':
          expected$.next(effect.rid);
          return EMPTY;
        case 'give':
          give(effect.inbound, commitEach, subscriber);
          return EMPTY;
        case 'closed':
          subscriber.next(effect);
          subscriber.complete();
          return EMPTY;
        default:
          subscriber.next(effect);
          return EMPTY;
      }
    };

    const now = (event: BoshEvent | Outgoing): BoshMoment => ({ at: scheduler.now(), event });
    const settled$ = expected$.pipe(
      startWith(initial.done + 1),
      switchMap((first) => arrived$.pipe(inOrder(({ rid }) => rid, first))),
      map(({ rid, answer }): BoshMoment => now({ type: 'settled', rid, answer })),
    );
    const woken$ = wakeAt$.pipe(
      alarm(scheduler),
      map((due): BoshMoment => ({ at: Math.max(due, scheduler.now()), event: { type: 'wake' } })),
    );
    const begun$ = of(now({ type: 'wake' }));
    return merge(settled$, woken$, concat(from(early), told$).pipe(map(now)), begun$)
      .pipe(
        machine(stepBosh, initial, (effect) => perform(effect).pipe(map(now))),
        tap((state) => wakeAt$.next(state.wakeAt)),
        distinctUntilChanged(sameCommit),
        map((state) => snapshotOf(state, url, commitEach)),
        persist(keep),
      )
      .subscribe({
        next: (record) => subscriber.next({ type: 'committed', record }),
        error: (error: unknown) => subscriber.error(error),
      });
  };

  return {
    incoming$: new Observable(run),
    send: (outgoing) => void (told$.observed ? told$.next(outgoing) : early.push(outgoing)),
  };
};
