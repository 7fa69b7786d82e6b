import { filter, noop, type SchedulerLike, type Subscription, takeUntil, timer } from 'rxjs';

import { LimitError } from '../protocol/errors.js';
import { isResponse } from '../protocol/stanza.js';
import type { Ref } from '../protocol/stream.js';
import type { Deliveries, Ticket } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import { toElement } from '../xml/convert.js';
import { withAttributes, type XmlElement } from '../xml/element.js';
import type { Sendable, SendOptions, Sent } from './client.js';

/** The way from `send` into the outbox. */
export interface Sending {
  /** Throws a LimitError (`queue-full`) when as many wait as may. */
  readonly send: (stanza: Sendable, options?: SendOptions) => Sent & { readonly isQueued: () => boolean };
  /** Sends what nobody has asked for; nothing when as many wait as may. */
  readonly reply: (stanza: XmlElement) => void;
  /**
   * Runs the handlers of an incoming stanza. What they send belongs to it, and is kept only if the stanza counts as
   * handled. Returns the ids of the iqs that they answered.
   */
  readonly within: (ref: Ref, handlers: () => void) => ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

const NAMELESS = new Set(['message', 'iq']);

export interface SendingPorts {
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly newId: () => string;
  readonly scheduler: () => SchedulerLike;
  /** Ends with the client. */
  readonly lives: Subscription;
  /** How many stanzas may wait. Default: any number. */
  readonly maxQueued?: number;
}

/** No timer reaches further. What expires later than that does so when its turn comes. */
const MAX_TIMER_MS = 2 ** 31;

export const createSending = ({
  outbox,
  deliveries,
  newId,
  scheduler,
  lives,
  maxQueued = Infinity,
}: SendingPorts): Sending => {
  let current: { readonly ref: Ref; answered: Set<string> | undefined } | undefined;

  const withId = (stanza: XmlElement): XmlElement =>
    stanza.attrs['id'] === undefined && NAMELESS.has(stanza.name)
      ? withAttributes(stanza, { id: newId() })
      : stanza;

  /** One timer as long as it waits. */
  const expire = (ticket: Ticket, ms: number, cancel: (reason: 'expired') => void): void => {
    if (ms >= MAX_TIMER_MS) return;
    const left$ = deliveries.follow(ticket).pipe(filter(({ state }) => state !== 'queued'));
    const late = timer(ms, scheduler()).pipe(takeUntil(left$));
    const waiting = late.subscribe({ next: () => cancel('expired'), error: noop });
    lives.add(waiting);
    waiting.add(() => lives.remove(waiting));
  };

  const isFull = (): boolean => outbox.size() >= maxQueued;

  const send: Sending['send'] = (given, { expiresIn } = {}) => {
    const stanza = withId(toElement(given));
    if (isFull()) throw new LimitError('queue-full', `${maxQueued} stanzas wait to be sent already`);
    const id = stanza.attrs['id'] ?? '';
    const ticket = deliveries.ticket(id);
    const until = expiresIn === undefined ? undefined : scheduler().now() + expiresIn;
    const cancel = outbox.add(stanza, current?.ref, { ticket, until });
    if (current && isResponse(stanza)) (current.answered ??= new Set()).add(id);
    if (expiresIn !== undefined) expire(ticket, expiresIn, cancel);
    const isQueued = (): boolean => ticket.now.state === 'queued';
    return { id, cancel: () => cancel(), delivery$: deliveries.follow(ticket), isQueued };
  };

  return {
    send,

    reply(stanza) {
      if (!isFull()) send(stanza);
    },

    within(ref, handlers) {
      const outer = current;
      const own = (current = { ref, answered: undefined as Set<string> | undefined });
      try {
        handlers();
      } finally {
        current = outer;
      }
      return own.answered ?? NONE;
    },
  };
};
