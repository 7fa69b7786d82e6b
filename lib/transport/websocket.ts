import {
  catchError,
  concat,
  connect,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  Observable,
  of,
  type SchedulerLike,
  Subject,
  type Subscriber,
  takeUntil,
  tap,
} from 'rxjs';

import { alarm } from '../operators/alarm.js';
import { machine, type Raised } from '../operators/machine.js';
import { TransportError } from '../protocol/errors.js';
import { SUBPROTOCOL } from '../protocol/framing.js';
import { type SocketMoment, stepSocket } from '../protocol/socket.js';
import { streamSnapshotOf } from '../protocol/socket-record.js';
import type { SocketEffect, SocketEvent, SocketState } from '../protocol/socket-state.js';
import { sentOf } from '../protocol/stream-management.js';
import type { Incoming, Outgoing } from '../protocol/stream.js';
import type { WebSocketEvent, WebSocketRequest } from '../protocol/web-socket.js';
import type { Deliveries } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import { persist } from '../session/persist.js';
import type { Writer } from '../session/writer.js';
import { parse } from '../xml/parse.js';
import { createTold } from './told.js';
import type { Transport } from './transport.js';
import type { WireEvent } from './wire.js';

/** What a stream over WebSocket needs from outside. */
export interface WebSocketPorts {
  readonly url: string;
  /** Whether a session may go on at another address. */
  readonly mayMove: (url: string) => boolean;
  readonly webSocket: (request: WebSocketRequest) => Observable<WebSocketEvent>;
  readonly scheduler: SchedulerLike;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly writer: Writer;
  readonly wire: (event: WireEvent) => void;
}

/** Whether the same is kept of both. */
const sameCommit = (a: SocketState, b: SocketState): boolean =>
  a.sm === b.sm && a.moved === b.moved && a.paused === b.paused && a.jid === b.jid && a.phase === b.phase;

const broken = (cause?: unknown): TransportError =>
  new TransportError('network', 'The WebSocket could not be opened, or broke', 0, 'network', { cause });

const shut = (code: number, reason: string): TransportError =>
  new TransportError('closed', `The WebSocket was closed with ${code} ${reason}`.trim());

/** Tells what has become of stanzas from one state to the next. */
const tellDeliveries = (deliveries: Deliveries, before: SocketState, after: SocketState): void => {
  if (after.sm !== before.sm) {
    for (let n = sentOf(before.sm) + 1; n <= sentOf(after.sm); n += 1) deliveries.dispatched(n, 1);
    if (after.sm.acked > before.sm.acked) deliveries.acknowledged(after.sm.acked);
  }
  if (after.phase === 'closed' && before.phase !== 'closed') deliveries.ended();
};

/** The stanzas of a kept stream that are not acknowledged. */
const carriersOf = ({ sm }: SocketState) =>
  sm.unacked.map(({ n, xml }) => ({ rid: n, ids: [parse(xml).attrs['id'] ?? ''] }));

/** One connection after the other, and what can be written to the present one. */
const createLinks = ({ webSocket, scheduler, wire, mayMove, ...ports }: WebSocketPorts) => {
  let { url } = ports;
  const hangUp$ = new Subject<void>();
  let write: ((text: string) => void) | undefined;

  const toEvent = (link: number, event: WebSocketEvent): SocketEvent => {
    if (event.type === 'close') return { type: 'lost', link, error: shut(event.code, event.reason) };
    if (event.type === 'message') {
      wire({ type: 'received', at: scheduler.now(), rid: 0, status: 200, xml: event.text ?? '' });
      return { type: 'frame', link, text: event.text };
    }
    write = event.send;
    return { type: 'connected', link, protocol: event.protocol };
  };

  const failed = (link: number, error: TransportError): Observable<SocketEvent> => {
    wire({ type: 'failed', at: scheduler.now(), rid: 0, error });
    return of({ type: 'lost', link, error });
  };

  return {
    /** Opens a connection: its events, the last of which says that it is lost. */
    dial: (link: number): Observable<SocketEvent> =>
      concat(
        defer(() => webSocket({ url, protocols: [SUBPROTOCOL] })).pipe(map((event) => toEvent(link, event))),
        defer(() => failed(link, broken())),
      ).pipe(
        catchError((cause: unknown) => failed(link, cause instanceof TransportError ? cause : broken(cause))),
        takeUntil(hangUp$),
      ),

    url: (): string => url,

    move(there: string): boolean {
      const may = mayMove(there);
      if (may) url = there;
      return may;
    },

    say(xml: string): void {
      wire({ type: 'sent', at: scheduler.now(), rid: 0, attempt: 1, xml });
      write?.(xml);
    },

    hangUp(): void {
      write = undefined;
      hangUp$.next();
    },
  };
};

/**
 * An XMPP stream over WebSocket as a transport: runs the machine and performs its effects.
 *
 * Every state is committed before any of its effects is performed: no stanza of a managed stream leaves that is not kept, and
 * the server is told of none that is not done with.
 */
export const webSocketTransport = (initial: SocketState, ports: WebSocketPorts): Transport => {
  const { told$, send } = createTold();
  const { scheduler, outbox, deliveries, writer } = ports;

  const run = (subscriber: Subscriber<Incoming>) => {
    const wakeAt$ = new Subject<number | undefined>();
    const links = createLinks(ports);
    let last = initial;
    const told = (state: SocketState): void => {
      tellDeliveries(deliveries, last, state);
      last = state;
    };
    deliveries.begin(carriersOf(initial));

    const now = (event: SocketEvent | Outgoing): SocketMoment => ({ at: scheduler.now(), event });

    const perform = (effect: SocketEffect): Raised<SocketMoment> => {
      switch (effect.type) {
        case 'dial':
          return links.dial(effect.link).pipe(map(now));
        case 'frame':
          links.say(effect.xml);
          return [];
        case 'hangUp':
          links.hangUp();
          return [];
        case 'move':
          return [now({ type: 'moved', may: links.move(effect.uri) })];
        case 'take':
          return [now({ type: 'taken', ...outbox.take(effect.upTo, Infinity, scheduler.now()) })];
        case 'closed':
          subscriber.next(effect);
          subscriber.complete();
          return [];
        default:
          subscriber.next(effect);
          return [];
      }
    };

    const woken$ = wakeAt$.pipe(
      alarm(scheduler),
      map((due): SocketMoment => ({ at: Math.max(due, scheduler.now()), event: { type: 'wake' } })),
    );
    const begun$ = of(now({ type: 'wake' }));
    const kept = (states$: Observable<SocketState>) =>
      states$.pipe(
        distinctUntilChanged(sameCommit),
        map((state) => streamSnapshotOf(state, links.url())),
        persist(writer),
      );
    return merge(woken$, told$.pipe(map(now)), begun$)
      .pipe(
        machine(stepSocket, initial, perform),
        tap((state) => wakeAt$.next(state.wakeAt)),
        connect((states$) => merge(kept(states$), states$.pipe(tap(told), ignoreElements()))),
      )
      .subscribe({
        next: (record) => subscriber.next({ type: 'committed', record }),
        error: (error: unknown) => subscriber.error(error),
      });
  };

  return { incoming$: new Observable(run), send };
};
