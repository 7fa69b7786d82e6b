import { catchError, map, Observable, of, startWith, Subject, Subscription, takeUntil } from 'rxjs';

import { alarm } from '../operators/alarm.js';
import { batch } from '../operators/batch.js';
import { gate } from '../operators/gate.js';
import { atNextPoint } from '../operators/grid.js';
import { listen } from '../operators/listen.js';
import { machine, type Raised } from '../operators/machine.js';
import { AuthError, type SessionError } from '../protocol/errors.js';
import type { SessionRecord } from '../protocol/record.js';
import { newSession, stepSession } from '../protocol/session.js';
import type {
  Failure,
  Plan,
  SessionEffect,
  SessionEvent,
  SessionState,
  SessionTransition,
} from '../protocol/session-state.js';
import type { Status } from '../protocol/status.js';
import type { Incoming, Leftovers, Ref } from '../protocol/stream.js';
import type { Outbox } from '../session/outbox.js';
import type { Transport } from '../transport/transport.js';
import type { XmlElement } from '../xml/element.js';
import type { CryptoPort } from './crypto.js';
import type { LoginHelp } from './plan.js';
import type { Platform } from './platform.js';
import { randomId } from './random.js';
import { scramProof } from './scram-proof.js';

/** The period of the grid on which stanzas leave that a pause has held, whatever the interval, in ms. */
const CYCLE_MS = 100;

/** What a session needs from the client that runs it. */
export interface SessionPorts {
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly platform: Platform;
  readonly dispatchInterval: number;
  readonly paused$: Observable<boolean>;
  readonly flush$: Subject<void>;
  readonly command$: Observable<SessionEvent>;
  /** Gives a stanza to the app; true if it has answered it or will. */
  readonly dispatch: (stanza: XmlElement, ref: Ref) => boolean;
  readonly reply: (stanza: XmlElement, ref: Ref) => void;
  /** What a login may need of the app. */
  readonly help?: LoginHelp | undefined;
}

/** What a session tells the client. */
export type SessionNews =
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'committed'; readonly record: SessionRecord | null }
  | { readonly type: 'end'; readonly failure: Failure | undefined; readonly leftovers: Leftovers }
  /** The same, but another session will be opened, at `nextAttemptAt` (ms since the epoch). */
  | {
      readonly type: 'lost';
      readonly error: SessionError;
      readonly attempt: number;
      readonly nextAttemptAt: number;
      readonly leftovers: Leftovers;
    };

/** Whether it is one that was kept, and may have been paused when it was. */
const wasKept = (plan: Plan): boolean =>
  plan.how === 'restore' || (plan.how === 'login' && plan.resumes === true);

/** Whether the gate is closed: by a pause at once; the end of one opens it at the next point of the 100 ms grid. */
const closing = (
  { transport, platform, paused$, flush$ }: SessionPorts,
  kept: boolean,
): Observable<boolean> => {
  const { scheduler } = platform;
  const begunAt = scheduler.now();
  return new Observable((subscriber) => {
    let isPaused: boolean | undefined;
    let timer = Subscription.EMPTY;
    const open = (): void => {
      subscriber.next(false);
      if (isPaused) return;
      // What was held leaves before the transport may do anything of its own accord.
      flush$.next();
      transport.send({ type: 'paused', paused: false });
    };
    listen(paused$, subscriber, (paused) => {
      const isFirst = isPaused === undefined;
      isPaused = paused;
      timer.unsubscribe();
      if (paused || (isFirst && kept)) transport.send({ type: 'paused', paused });
      if (paused || isFirst) subscriber.next(paused);
      else timer = listen(atNextPoint(CYCLE_MS, begunAt, scheduler), subscriber, open);
    });
  });
};

/**
 * The way of a stanza out: outbox, gate, batch; the transport comes next. Subscribing starts the cycle.
 *
 * What a pause has held leaves at the next point of the 100 ms grid, at every interval.
 */
const outgoing = (ports: SessionPorts, kept: boolean): Observable<readonly number[]> => {
  const { outbox, platform, dispatchInterval, flush$ } = ports;
  const number$ = outbox.isEmpty() ? outbox.added$ : outbox.added$.pipe(startWith(outbox.last()));
  return number$.pipe(
    // A number stands for all below it: that of a long queue takes no longer to pass than that of one stanza.
    gate(closing(ports, kept), true),
    batch(dispatchInterval, flush$, dispatchInterval > 0 ? platform.scheduler : undefined),
  );
};

const prove = (
  crypto: CryptoPort,
  effect: Extract<SessionEffect, { type: 'prove' }>,
): Observable<SessionEvent> =>
  scramProof(crypto, effect.request).pipe(
    map((proof): SessionEvent => ({ type: 'proved', proof })),
    catchError((cause: unknown) => {
      const error =
        cause instanceof AuthError ? cause : new AuthError('crypto-failure', String(cause), { cause });
      return of<SessionEvent>({ type: 'faulted', error });
    }),
  );

/** One session from its first word to its last; completes after `end`. Unsubscribing cuts it without a word. */
export const runSession = (plan: Plan, ports: SessionPorts): Observable<SessionNews> =>
  new Observable((subscriber) => {
    const { transport, platform, command$, dispatch, reply, help } = ports;
    const { scheduler } = platform;
    const event$ = new Subject<SessionEvent>();
    const wakeAt$ = new Subject<number | undefined>();
    const again$ = new Subject<void>();
    let hasLine = false;
    let wakeAt: number | undefined;

    const release = (numbers: readonly number[]): void =>
      transport.send({ type: 'released', upTo: numbers.at(-1) ?? 0 });

    const dispatched = (element: XmlElement, ref: Ref): SessionEvent => {
      const answered = dispatch(element, ref);
      return { type: 'dispatched', element, ref, answered };
    };

    const perform = (effect: SessionEffect): Raised<SessionEvent> => {
      switch (effect.type) {
        case 'tell':
          // A session that is resumed is online once more, and its line still stands.
          if (effect.outgoing.type === 'online' && !hasLine) {
            hasLine = true;
            listen(outgoing(ports, wasKept(plan)), subscriber, release);
          }
          transport.send(effect.outgoing);
          return [];
        case 'status':
          subscriber.next(effect);
          return [];
        case 'prove':
          return prove(platform.crypto, effect).pipe(takeUntil(again$));
        case 'ask':
          return help?.ask(effect).pipe(takeUntil(again$)) ?? [];
        case 'learned':
          help?.learned(effect.keys);
          return [];
        case 'dispatch':
          return [dispatched(effect.element, effect.ref)];
        case 'reply':
          reply(effect.element, effect.ref);
          return [];
        case 'end':
          subscriber.next(effect);
          subscriber.complete();
          return [];
      }
    };

    const toEvent = (incoming: Incoming): SessionEvent => {
      if (incoming.type === 'committed') subscriber.next(incoming);
      if (incoming.type !== 'interrupted') return incoming;
      // A proof that is still being computed belongs to the login that was cut off.
      again$.next();
      return { type: 'again', nonce: randomId(platform.random), iqId: randomId(platform.random) };
    };
    const step = (state: SessionState, event: SessionEvent): SessionTransition => {
      const due = event.type === 'wake' ? (event.due ?? 0) : 0;
      return stepSession(state, { at: Math.max(due, scheduler.now()), event });
    };
    const raise = (event: SessionEvent): void => event$.next(event);
    listen(event$.pipe(machine(step, newSession(plan), perform)), subscriber, (state) => {
      if (state.wakeAt !== wakeAt) wakeAt$.next((wakeAt = state.wakeAt));
    });
    listen(wakeAt$.pipe(alarm(scheduler)), subscriber, (due) => raise({ type: 'wake', due }));
    listen(command$, subscriber, raise);
    raise({ type: 'begin' });
    listen(transport.incoming$, subscriber, (incoming) => raise(toEvent(incoming)));
  });
