import {
  concat,
  connect,
  distinctUntilChanged,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  Observable,
  of,
  pairwise,
  startWith,
  Subject,
  type Subscriber,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';

import { alarm } from '../operators/alarm.js';
import { inOrder } from '../operators/in-order.js';
import { machine, mapRaised, type Raised } from '../operators/machine.js';
import type { Answer, BoshEffect, BoshEvent, BoshState, Inbound } from '../protocol/bosh-state.js';
import { carriersOf, progressBetween } from '../protocol/bosh-delivery.js';
import { type BoshMoment, stepBosh } from '../protocol/bosh-window.js';
import { type SessionRecord, snapshotOf } from '../protocol/record.js';
import type { Incoming, Outgoing } from '../protocol/stream.js';
import type { Deliveries } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import { persist } from '../session/persist.js';
import type { Writer } from '../session/writer.js';
import { redeliver } from '../xml/element.js';
import { attempt, type HttpPorts } from './attempt.js';
import { type RetryPolicy, waitBeforeRetry } from './retry.js';
import type { Transport } from './transport.js';

/** What a BOSH session needs from outside. */
export interface BoshPorts extends HttpPorts {
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly writer: Writer;
  /** Says when what was lost is sent again. Default: the protocol's own way. */
  readonly retry?: RetryPolicy | undefined;
  /** Answers with more children than this are committed as dispatched only as a whole. */
  readonly commitEach: number;
}

/** Children of an answer. One that the app may have seen before is marked so. */
const give = (
  { inbound: { rid, children, restoredAt }, from, to }: Extract<BoshEffect, { type: 'give' }>,
  commitEach: number,
  subscriber: Subscriber<Incoming>,
): void => {
  const whole = children.length > commitEach;
  children.slice(from, to).forEach((child, i) => {
    const index = from + i;
    const again = restoredAt !== undefined && (whole || index === restoredAt);
    subscriber.next({ type: 'element', element: again ? redeliver(child) : child, ref: { rid, index } });
  });
};

/** Whether the same is kept of both: an answer of many children counts as dispatched only as a whole. */
const sameInbox = (a: readonly Inbound[], b: readonly Inbound[], commitEach: number): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ rid, next, children }, i) => {
      const other = b[i];
      return rid === other?.rid && (next === other.next || children.length > commitEach);
    }));

const sameCommit = (a: BoshState, b: BoshState, commitEach: number): boolean =>
  a.flights === b.flights &&
  sameInbox(a.inbox, b.inbox, commitEach) &&
  a.rid === b.rid &&
  a.jid === b.jid &&
  a.phase === b.phase &&
  a.moved === b.moved &&
  a.paused === b.paused &&
  a.provenAt === b.provenAt;

/** Tells what becomes of the stanzas that were sent. Emits nothing. */
const told = (
  states$: Observable<BoshState>,
  initial: BoshState,
  deliveries: Deliveries,
): Observable<never> =>
  states$.pipe(
    startWith(initial),
    pairwise(),
    tap(([before, after]) => {
      const progress = progressBetween(before, after);
      progress?.dispatched.forEach((rid) => deliveries.dispatched(rid));
      if (progress?.acknowledged !== undefined) deliveries.acknowledged(progress.acknowledged);
      if (progress?.ended) deliveries.ended();
    }),
    ignoreElements(),
  );

/**
 * A BOSH session as a transport: runs the machine and performs its effects.
 *
 * Every state is committed before any of its effects is performed, so nothing leaves that is not kept, and nothing is
 * dispatched that is not journaled.
 */
export const boshTransport = (initial: BoshState, ports: BoshPorts): Transport => {
  const told$ = new Subject<Outgoing>();
  const early: Outgoing[] = [];
  const { scheduler, outbox, deliveries, writer, url, commitEach } = ports;

  const run = (subscriber: Subscriber<Incoming>) => {
    const arrived$ = new Subject<{ readonly rid: number; readonly answer: Answer }>();
    const expected$ = new Subject<number>();
    const superseded$ = new Subject<number>();
    const wakeAt$ = new Subject<number | undefined>();

    const backOff = waitBeforeRetry(ports.retry);

    const perform = (effect: BoshEffect): Raised<BoshEvent | Outgoing> => {
      switch (effect.type) {
        case 'take':
          return [{ type: 'taken', ...outbox.take(effect.upTo, effect.maxSize, scheduler.now()) }];
        case 'post':
          superseded$.next(effect.rid);
          return attempt(ports, effect).pipe(
            takeUntil(superseded$.pipe(filter((rid) => rid === effect.rid))),
          );
        case 'putBack':
          outbox.putBack(effect.rid, effect.xmls);
          return [{ ...effect, type: 'lightened' }];
        case 'backOff':
          return backOff(effect.failure);
        case 'settle':
          // One that was passed over is still waiting for an answer of its own.
          superseded$.next(effect.rid);
          arrived$.next(effect);
          return [];
        case 'expect':
          expected$.next(effect.rid);
          return [];
        case 'give':
          give(effect, commitEach, subscriber);
          return [{ type: 'given' }];
        case 'closed':
          subscriber.next(effect);
          subscriber.complete();
          return [];
        default:
          subscriber.next(effect);
          return [];
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
    deliveries.begin(carriersOf(initial));
    const kept = (states$: Observable<BoshState>): Observable<SessionRecord | null> =>
      states$.pipe(
        distinctUntilChanged((a, b) => sameCommit(a, b, commitEach)),
        map((state) => snapshotOf(state, url, commitEach)),
        persist(writer),
      );
    return merge(settled$, woken$, concat(from(early), told$).pipe(map(now)), begun$)
      .pipe(
        machine(stepBosh, initial, (effect) => mapRaised(perform(effect), now)),
        tap((state) => wakeAt$.next(state.wakeAt)),
        // A commit comes first, then what the app is told of it.
        connect((states$) => merge(kept(states$), told(states$, initial, deliveries))),
      )
      .subscribe({
        next: (record) => subscriber.next({ type: 'committed', record }),
        error: (error: unknown) => subscriber.error(error),
      });
  };

  return {
    incoming$: new Observable(run),
    send(outgoing) {
      if (told$.observed) told$.next(outgoing);
      else early.push(outgoing);
    },
  };
};
