import { Observable, Subject, type Subscriber, Subscription } from 'rxjs';

import { alarm } from '../operators/alarm.js';
import { inOrder } from '../operators/in-order.js';
import { listen } from '../operators/listen.js';
import { machine, type Raised } from '../operators/machine.js';
import type { Answer, BoshEffect, BoshEvent, BoshState, BoshTransition } from '../protocol/bosh-state.js';
import { carriersOf, progressBetween } from '../protocol/bosh-delivery.js';
import { stepBosh } from '../protocol/bosh-window.js';
import { type SessionRecord, type Snapshot, snapshotOf } from '../protocol/record.js';
import type { Incoming, Outgoing } from '../protocol/stream.js';
import type { Deliveries } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import { persist } from '../session/persist.js';
import type { Writer } from '../session/writer.js';
import { redeliver, type XmlElement } from '../xml/element.js';
import { attempt, type HttpPorts } from './attempt.js';
import { type RetryPolicy, waitBeforeRetry } from './retry.js';
import { sameCommit } from './same-commit.js';
import { createTold } from './told.js';
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

/** An answer that has come, and to which request. */
interface Arrived {
  readonly rid: number;
  readonly answer: Answer;
}

/** Children of an answer. One that the app may have seen before is marked so. */
const give = (
  { inbound: { rid, children, restoredAt }, from, to }: Extract<BoshEffect, { type: 'give' }>,
  commitEach: number,
  subscriber: Subscriber<Incoming>,
): void => {
  const whole = children.length > commitEach;
  for (let index = from; index < to; index++) {
    const child = children[index] as XmlElement;
    const again = restoredAt !== undefined && (whole || index === restoredAt);
    subscriber.next({ type: 'element', element: again ? redeliver(child) : child, ref: { rid, index } });
  }
};

/** Tells what becomes of the stanzas that were sent. */
const tellDeliveries = (deliveries: Deliveries, before: BoshState, after: BoshState): void => {
  const progress = progressBetween(before, after);
  progress?.dispatched.forEach((rid) => deliveries.dispatched(rid));
  if (progress?.acknowledged !== undefined) deliveries.acknowledged(progress.acknowledged);
  if (progress?.ended) deliveries.ended();
};

/**
 * A BOSH session as a transport: runs the machine and performs its effects.
 *
 * Every state is committed before any of its effects is performed, so nothing leaves that is not kept, and nothing is
 * dispatched that is not journaled.
 */
export const boshTransport = (initial: BoshState, ports: BoshPorts): Transport => {
  const { told$, send } = createTold();
  const { scheduler, outbox, deliveries, writer, url, commitEach } = ports;

  const run = (subscriber: Subscriber<Incoming>): void => {
    const event$ = new Subject<BoshEvent | Outgoing>();
    const arrived$ = new Subject<Arrived>();
    const wakeAt$ = new Subject<number | undefined>();
    const snapshot$ = new Subject<Snapshot | undefined>();
    const attempts = new Map<number, Subscriber<BoshEvent>>();
    let settling = Subscription.EMPTY;
    let last = initial;
    let committed: BoshState | undefined;
    let wakeAt: number | undefined;

    const backOff = waitBeforeRetry(ports.retry);

    const post = (effect: Extract<BoshEffect, { type: 'post' }>): Observable<BoshEvent> => {
      const { rid } = effect;
      attempts.get(rid)?.complete();
      return new Observable((own) => {
        attempts.set(rid, own);
        own.add(() => attempts.get(rid) === own && attempts.delete(rid));
        attempt(ports, effect).subscribe(own);
      });
    };

    const settle = ({ rid, answer }: Arrived): void => event$.next({ type: 'settled', rid, answer });
    /** Answers come in the order of their requests, the next one that of `first`. */
    const expect = (first: number): void => {
      settling.unsubscribe();
      settling = listen(arrived$.pipe(inOrder(({ rid }) => rid, first)), subscriber, settle);
    };

    const perform = (effect: BoshEffect): Raised<BoshEvent | Outgoing> => {
      switch (effect.type) {
        case 'take':
          return [{ type: 'taken', ...outbox.take(effect.upTo, effect.maxSize, scheduler.now()) }];
        case 'post':
          return post(effect);
        case 'putBack':
          outbox.putBack(effect.rid, effect.xmls);
          return [{ ...effect, type: 'lightened' }];
        case 'backOff':
          return backOff(effect.failure);
        case 'settle':
          // One that was passed over is still waiting for an answer of its own.
          attempts.get(effect.rid)?.complete();
          arrived$.next(effect);
          return [];
        case 'expect':
          expect(effect.rid);
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

    const step = (state: BoshState, event: BoshEvent | Outgoing): BoshTransition => {
      const due = event.type === 'wake' ? (event.due ?? 0) : 0;
      return stepBosh(state, { at: Math.max(due, scheduler.now()), event });
    };
    deliveries.begin(carriersOf(initial));
    const commit = (record: SessionRecord | null): void => subscriber.next({ type: 'committed', record });
    const keep = (state: BoshState): void => {
      if (committed && sameCommit(committed, state, commitEach)) return;
      committed = state;
      snapshot$.next(snapshotOf(state, url, commitEach));
    };
    const move = (state: BoshState): void => {
      if (state.wakeAt !== wakeAt) wakeAt$.next((wakeAt = state.wakeAt));
      // A commit comes first, then what the app is told of it.
      keep(state);
      tellDeliveries(deliveries, last, state);
      last = state;
    };
    listen(snapshot$.pipe(persist(writer)), subscriber, commit);
    listen(event$.pipe(machine(step, initial, perform)), subscriber, move);
    expect(initial.done + 1);
    listen(wakeAt$.pipe(alarm(scheduler)), subscriber, (due) => event$.next({ type: 'wake', due }));
    listen(told$, subscriber, (outgoing) => event$.next(outgoing));
    event$.next({ type: 'wake' });
  };

  return { incoming$: new Observable(run), send };
};
