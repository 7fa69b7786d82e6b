import { serialise } from '../xml/serialise.js';
import { answered, failedFor } from './bosh-answer.js';
import { lightened } from './bosh-refusal.js';
import { SLACK_MS } from './bosh-launch.js';
import { close, giveOut } from './bosh-close.js';
import { advance, fillBody } from './bosh-fill.js';
import type { Answer, BoshEvent, BoshState, BoshTransition, Flight, Inbound, Urgent } from './bosh-state.js';
import { advanced, change, changed, chain, changeFlight, to } from './bosh-transition.js';
import { isPause } from './bosh-park.js';
import { TransportError } from './errors.js';
import * as NS from './ns.js';
import type { Outgoing, Ref } from './stream.js';

/** An event, or something that is to be sent, and when it happened (ms). */
export interface BoshMoment {
  readonly at: number;
  readonly event: BoshEvent | Outgoing;
}

const settled = (state: BoshState, rid: number, answer: Answer): BoshTransition => {
  const flights = state.flights.filter((flight) => flight.rid !== rid);
  const restoredAt = state.flights.find((flight) => flight.rid === rid)?.handled;
  const next = restoredAt ?? 0;
  const { text, children } = answer;
  const inbound: Inbound = { text, children, rid, next, given: next, restoredAt };
  const inbox = children.length > next ? [...state.inbox, inbound] : state.inbox;
  return giveOut(change(state, { flights, done: rid, inbox }));
};

const handled = (state: BoshState, { rid, index }: Ref): BoshTransition => {
  const inbox = state.inbox
    .map((inbound) => (inbound.rid === rid ? advanced(inbound, index + 1, inbound.given) : inbound))
    .filter(({ children, next }) => next < children.length);
  return to(change(state, { inbox }));
};

const urge = (state: BoshState, urgent: Urgent): BoshTransition =>
  to(change(state, { urgent: [...state.urgent, urgent] }));

const probe = (state: BoshState, event: Extract<Outgoing, { type: 'probe' }>): BoshTransition => {
  const xml = serialise(event.element, NS.HTTPBIND);
  return urge(change(state, { spareProbe: event.again ? xml : undefined }), { kind: 'probe', xml });
};

const failed = (
  state: BoshState,
  event: Extract<BoshEvent, { type: 'failed' }>,
  at: number,
): BoshTransition => {
  const { rid, attempt, error } = event;
  const flight = state.flights.find((one) => one.rid === rid && one.sent === attempt && !one.answer);
  if (!flight) return to(state);
  const late = error instanceof TransportError && error.kind === 'timeout' && !isPause(flight);
  const stalled = late && !state.stalled;
  const after = failedFor(stalled ? change(state, { stalled }) : state, flight, error, at);
  return stalled ? chain(to(state, { type: 'stalled', stalled }), () => after) : after;
};

const online = (state: BoshState, jid: string, polling: boolean): BoshTransition =>
  chain(
    to(change(state, { online: true, dispatching: true, jid, polling, spareProbe: undefined }), {
      type: 'ready',
    }),
    (next) => giveOut(next),
  );

const terminate = (
  state: BoshState,
  event: Extract<Outgoing, { type: 'terminate' }>,
  at: number,
): BoshTransition => {
  if (state.phase !== 'open') return close(state, undefined);
  const released = Math.max(state.released, event.upTo);
  return to(
    change(state, { phase: 'closing', farewell: event.elements, released, closingAt: at, retryAt: at }),
  );
};

const turn = (state: BoshState, { event, at }: BoshMoment): BoshTransition => {
  switch (event.type) {
    case 'handshake':
      return urge(state, { kind: 'handshake', xml: serialise(event.element, NS.HTTPBIND) });
    case 'probe':
      return probe(state, event);
    case 'restart':
      return urge(state, { kind: 'restart', xml: '' });
    case 'listen':
      return to(change(state, { listening: true }));
    case 'online':
      return online(state, event.jid, event.polling);
    case 'released':
      return to(change(state, { released: Math.max(state.released, event.upTo) }));
    case 'taken':
      return fillBody(state, event.stanzas, event.upTo, event.more, at);
    case 'handled':
      return handled(state, event.ref);
    case 'paused':
      return to(change(state, { paused: event.paused, keeping: false, parking: undefined }));
    case 'park':
      return to(state.paused ? change(state, { parking: event.seconds }) : state);
    case 'retry':
      return retry(state, event.anew ?? false, at);
    case 'terminate':
      return terminate(state, event, at);
    case 'detach':
      return close(state, undefined);
    case 'uploaded':
      return uploaded(state, event.rid, event.attempt, at);
    case 'answered':
      return answered(state, event, at);
    case 'failed':
      return failed(state, event, at);
    case 'lightened':
      return lightened(state, event, at);
    case 'givenUp':
      return close(state, event.error);
    case 'given':
      return giveOut(state, false);
    case 'settled':
      return settled(state, event.rid, event.answer);
    case 'wake':
      return to(state);
  }
};

/** Whether a request should have been answered long ago: then its connection is dead, whatever its timer says. */
const isOverdue = (state: BoshState, { since }: Flight, at: number): boolean =>
  at > since + state.params.wait * 1000 + SLACK_MS;

/** Nothing waits any longer. A network that was gone has taken what was under way with it, and what we knew of its proxies. */
const retry = (state: BoshState, anew: boolean, at: number): BoshTransition => {
  const retryAt = Math.min(state.retryAt, at);
  if (state.phase === 'creating') return to(change(state, { retryAt }));
  const flights = state.flights.map((flight): Flight => {
    const gone = flight.phase !== 'waiting' && !flight.answer && (anew || isOverdue(state, flight, at));
    return gone ? changed(flight, { phase: 'waiting' }) : flight;
  });
  const forgotten = anew ? { cutMs: undefined, releaseMs: undefined } : {};
  return to(change(state, { ...forgotten, flights, retryAt }));
};

const uploaded = (state: BoshState, rid: number, attempt: number, at: number): BoshTransition => {
  const posted = state.flights.some(
    (one) => one.rid === rid && one.sent === attempt && one.phase === 'posted',
  );
  return to(posted ? changeFlight(state, rid, { phase: 'uploaded', since: at }) : state);
};

/**
 * One turn of a BOSH session's machine: rids, window, order, polling, repetition, and the end.
 *
 * A broken request is sent again unchanged under its own rid; at most `requests` are unanswered; a new one follows
 * only when the lower ones have surely left; nothing empty is sent while another request is with the server.
 * XEP-0124 §8, §10, §11, §13, §14, §17; XEP-0206 §3 to §6.
 */
export const stepBosh = (state: BoshState, moment: BoshMoment): BoshTransition => {
  if (state.phase === 'closed') return to(state);
  return chain(turn(state, moment), (next) => advance(next, moment.at));
};
