import { Subscription } from 'rxjs';
import type { XmlElement } from '../xml/element.js';
import { body as writeBody, terminateBody, type BodyAttributes } from './body.js';
import type { SessionParameters } from './bosh-parameters.js';
import type { Exchange } from './connection.js';
import { createHeldRequests, type Slot } from './held-requests.js';
import type { DomainSettings } from './options.js';
import { createReplies } from './replies.js';

/** The answering half of a BOSH session: what waits for a request, and the requests that wait for an answer. */
export interface BoshAnswers {
  readonly slots: readonly Slot[];
  readonly waiting: readonly XmlElement[];
  /** How many requests have a connection that is not known to be dead. */
  readonly liveCount: number;
  /** Whether the last answer carried anything. */
  readonly lastHadPayload: boolean;
  /** Takes a request that is being processed. */
  take(exchange: Exchange, rid: number): Slot;
  push(element: XmlElement): void;
  /** Does the work of one request; nothing is answered before it is done. */
  during(work: () => void): void;
  /** Answers what can be answered: payload leaves on the oldest request, and no more than `hold` stay. */
  settle(): void;
  /** Answers this request with all that waits. */
  answer(slot: Slot, attributes: BodyAttributes): void;
  /** Releases all requests; the session then lives `seconds` without any (XEP-0124 §10). */
  pause(slot: Slot, seconds: number): void;
  /** Takes another copy of a processed request; false where nothing can be said to it any more. */
  repeat(exchange: Exchange, rid: number): boolean;
  /** The client has all answers up to this rid (XEP-0124 §9.2). */
  acknowledge(upTo: number): void;
  /** A connection is dead. */
  lose(exchange: Exchange): void;
  /** Ends all requests, those in `queued` as well; false where there was none. */
  end(condition: string | undefined, payload: readonly XmlElement[], queued: readonly Exchange[]): boolean;
  /** Stops all timers. */
  stop(): void;
}

export interface BoshAnswersOptions {
  readonly parameters: SessionParameters;
  readonly settings: DomainSettings;
  /** The highest rid processed. */
  readonly processed: () => number;
  /** No request came for too long. */
  readonly onExpire: () => void;
}

export const createBoshAnswers = (options: BoshAnswersOptions): BoshAnswers => {
  const { parameters, settings } = options;
  const { scheduler, manner } = settings;
  const outbox: XmlElement[] = [];
  const replies = createReplies(parameters.requests, parameters.clientAcks);
  const held = createHeldRequests(scheduler, parameters.wait * 1000, (slot) => {
    reply(slot, []);
    settle();
  });
  let isBusy = false;
  let lastHadPayload = false;
  let lastKept = 0;
  let pausedFor: number | undefined;
  let expiry = Subscription.EMPTY;

  const write = (
    { rid, echo, exchange }: Slot,
    children: readonly XmlElement[],
    attrs: BodyAttributes,
  ): string => {
    const ack = parameters.acks && rid !== options.processed() ? options.processed() : undefined;
    if (!echo || !exchange) return writeBody({ ack, ...attrs }, ...children);
    const { body: request } = exchange.request;
    return writeBody({ ...request.attrs, ...attrs }, ...(children.length > 0 ? children : request.children));
  };

  const keep = (rid: number, text: string): void => {
    lastKept = Math.max(lastKept, rid);
    if (manner.releasedRid !== 'replay-first' || replies.find(rid) === undefined) replies.keep(rid, text);
  };

  const reply = (
    slot: Slot,
    children: readonly XmlElement[],
    attrs: BodyAttributes = {},
    keeps = true,
  ): void => {
    const text = write(slot, children, attrs);
    held.remove(slot);
    if (keeps) keep(slot.rid, text);
    lastHadPayload = children.length > 0;
    slot.exchange?.answer(text);
  };

  /** The inactivity timer runs while no request is held, and only then (XEP-0124 §10). */
  const watch = (): void => {
    expiry.unsubscribe();
    const seconds = pausedFor ?? parameters.inactivity;
    if (held.live.length > 0 || seconds === Infinity) return;
    expiry = scheduler.schedule(options.onExpire, seconds * 1000);
  };

  const settle = (): void => {
    if (isBusy) return;
    for (let [oldest] = held.live; oldest; [oldest] = held.live) {
      const isSurplus = held.live.length > parameters.hold || parameters.wait === 0;
      const isEmpty = outbox.length === 0;
      if (isEmpty && !isSurplus) break;
      reply(oldest, outbox.splice(0), {}, manner.surplusReplay || !isEmpty);
    }
    watch();
  };

  const rehold = (slot: Slot, exchange: Exchange): void => {
    if (slot.exchange) {
      const text = write(slot, [], {});
      keep(slot.rid, text);
      slot.exchange.answer(text);
    }
    held.renew(slot, exchange);
    slot.echo = manner.echo && exchange.request.body.children.length > 0;
    settle();
  };

  /** Whether a processed request that is not held can be held once more. */
  const isForgotten = (rid: number): boolean =>
    manner.lostConnection === 'forgotten'
      ? rid === options.processed()
      : !manner.surplusReplay && rid > lastKept;

  const stop = (): void => {
    expiry.unsubscribe();
    held.clear();
  };

  return {
    settle,
    stop,
    slots: held.slots,
    waiting: outbox,
    get liveCount() {
      return held.live.length;
    },
    get lastHadPayload() {
      return lastHadPayload;
    },
    take(exchange, rid) {
      pausedFor = undefined;
      expiry.unsubscribe();
      // Nobody asks any more for what was lost and has left the window.
      const isPast = (slot: Slot): boolean => !slot.exchange && slot.rid <= rid - parameters.requests;
      for (const slot of held.slots.filter(isPast)) held.remove(slot);
      return held.add(rid, exchange);
    },
    push: (element) => void outbox.push(element),
    during(work) {
      isBusy = true;
      work();
      isBusy = false;
    },
    answer: (slot, attributes) => reply(slot, outbox.splice(0), attributes),
    pause(slot, seconds) {
      pausedFor = seconds;
      for (const other of held.live) if (other !== slot) reply(other, []);
      // The answer to the pause itself is not kept (XEP-0124 §14.3).
      held.remove(slot);
      if (manner.pauseAnswer) slot.exchange?.answer(writeBody());
      watch();
    },
    repeat(exchange, rid) {
      const text = replies.find(rid);
      const isAnew = text === undefined && isForgotten(rid);
      const slot = held.find(rid) ?? (isAnew ? held.add(rid, undefined) : undefined);
      if (slot && !(text !== undefined && manner.releasedRid !== 'release')) rehold(slot, exchange);
      else if (text === undefined) return false;
      else {
        exchange.answer(text);
        watch();
      }
      return true;
    },
    acknowledge: (upTo) => replies.forget(upTo),
    lose(exchange) {
      const slot = held.slots.find((candidate) => candidate.exchange === exchange);
      if (!slot || manner.lostConnection === 'unnoticed') return;
      if (manner.lostConnection === 'forgotten') held.remove(slot);
      else held.lose(slot);
      watch();
    },
    end(condition, payload, queued) {
      const [first, ...others] = [...held.live.flatMap(({ exchange }) => exchange ?? []), ...queued];
      stop();
      first?.answer(terminateBody(condition, ...outbox.splice(0), ...payload));
      for (const exchange of others) exchange.answer(terminateBody(condition));
      return first !== undefined;
    },
  };
};
