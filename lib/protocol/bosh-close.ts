import type { XmlElement } from '../xml/element.js';
import { childrenOfBody, isReason } from './bosh-body.js';
import type { Answer, BoshEffect, BoshState, BoshTransition, Inbound } from './bosh-state.js';
import { to } from './bosh-transition.js';
import { type XmppError } from './errors.js';
import { NS } from './ns.js';
import type { Leftovers } from './stream.js';

/** Gives out what is journaled and has not been given, in rid order, once that is allowed. */
export const giveOut = (state: BoshState): BoshTransition => {
  const waiting = state.dispatching ? state.inbox.filter((inbound) => !inbound.given) : [];
  if (waiting.length === 0) return to(state);
  const inbox = state.inbox.map((inbound) => (inbound.given ? inbound : { ...inbound, given: true }));
  return to({ ...state, inbox }, ...waiting.map((inbound): BoshEffect => ({ type: 'give', inbound })));
};

/** The highest rid that the server has surely processed: it answered that one or a later one. */
const processed = (state: BoshState): number =>
  state.flights.reduce((highest, { rid, answer }) => (answer ? rid : highest), state.done);

const uncertain = (state: BoshState): readonly XmlElement[] => {
  const known = processed(state);
  return state.flights
    .filter(({ rid, kind }) => rid > known && (kind === 'data' || kind === 'terminate'))
    .flatMap(({ body }) => childrenOfBody(body))
    .filter((child) => child.ns === NS.CLIENT);
};

/** What had arrived and was not the app's yet, in rid order, and last what the ending answer itself brought. */
const arrived = (state: BoshState, rid: number, last: Answer): readonly Inbound[] => {
  const fields = { next: 0, given: true, redelivered: false };
  const landed = state.flights.flatMap((flight): Inbound[] =>
    flight.answer ? [{ ...flight.answer, rid: flight.rid, ...fields }] : [],
  );
  const children = last.children.filter((child) => !isReason(child));
  const all = [
    ...state.inbox.filter(({ given }) => !given),
    ...landed,
    { ...last, children, rid, ...fields },
  ];
  return all.filter((inbound) => inbound.children.length > 0).sort((a, b) => a.rid - b.rid);
};

/**
 * Ends the session: payloads first, then the reason (XEP-0206 §6 lets stanzas precede a stream error).
 *
 * While an attach is not proven nothing is given out; then it is listed as undispatched. While we say goodbye every end
 * is the one that we asked for.
 */
export const close = (
  state: BoshState,
  error: XmppError | undefined,
  rid = state.rid,
  last: Answer = { text: '', children: [] },
): BoshTransition => {
  const pending = arrived(state, rid, last);
  const gives = state.dispatching ? pending.map((inbound): BoshEffect => ({ type: 'give', inbound })) : [];
  const undispatched = state.dispatching ? [] : pending.flatMap(({ children, next }) => children.slice(next));
  const reason = state.phase === 'closing' ? state.ending : error;
  const leftovers: Leftovers = { uncertain: reason ? uncertain(state) : [], undispatched };
  const closed: BoshState = { ...state, phase: 'closed', flights: [], inbox: [], wakeAt: undefined };
  return to(closed, ...gives, { type: 'closed', error: reason, leftovers });
};
