import type { XmlElement } from '../xml/element.js';
import { childrenOfBody, isReason } from './bosh-body.js';
import type { Answer, BoshEffect, BoshState, BoshTransition, Flight, Inbound } from './bosh-state.js';
import { advanced, change, to } from './bosh-transition.js';
import { type SessionError } from './errors.js';
import * as NS from './ns.js';
import type { Leftovers } from './stream.js';

const isGiven = ({ given, children }: Inbound): boolean => given >= children.length;

const give = (inbound: Inbound, to: number): BoshEffect => ({
  type: 'give',
  inbound,
  from: inbound.given,
  to,
});

/**
 * Gives out the next child of what is journaled, in rid order, once that is allowed. One at a time, so that whatever is
 * said to it is committed before the next one is given. `giving`: whether one is being given now.
 */
export const giveOut = (state: BoshState, giving = state.giving): BoshTransition => {
  const next = state.dispatching && !giving ? state.inbox.find((one) => !isGiven(one)) : undefined;
  if (!next) return to(giving === state.giving ? state : change(state, { giving }));
  const given = next.given + 1;
  const inbox = state.inbox.map((inbound) =>
    inbound === next ? advanced(inbound, inbound.next, given) : inbound,
  );
  return to(change(state, { inbox, giving: true }), give(next, given));
};

/** The highest rid that the server has surely processed: it answered that one or a later one. */
const processed = (state: BoshState): number =>
  state.flights.reduce((highest, { rid, answer }) => (answer ? rid : highest), state.done);

/** The stanzas that the app has put into a request. */
export const stanzasIn = ({ kind, body }: Flight): readonly XmlElement[] =>
  kind === 'data' || kind === 'terminate' ? childrenOfBody(body).filter(({ ns }) => ns === NS.CLIENT) : [];

const uncertain = (state: BoshState): readonly XmlElement[] => {
  const known = processed(state);
  return [...state.doubtful, ...state.flights.filter(({ rid }) => rid > known).flatMap(stanzasIn)];
};

/** What had arrived and was not the app's yet, in rid order, and last what the ending answer itself brought. */
const arrived = (state: BoshState, rid: number, last: Answer): readonly Inbound[] => {
  const fields = { next: 0, given: 0, restoredAt: undefined };
  const landed = state.flights.flatMap((flight): Inbound[] =>
    flight.answer ? [{ ...flight.answer, rid: flight.rid, ...fields }] : [],
  );
  const children = last.children.filter((child) => !isReason(child));
  const all = [
    ...state.inbox.filter((inbound) => !isGiven(inbound)),
    ...landed,
    { ...last, children, rid, ...fields },
  ];
  return all.filter((inbound) => inbound.children.length > 0).sort((a, b) => a.rid - b.rid);
};

/** What servers say, with whatever request, once they have taken a goodbye over: no condition, or `other-request`. */
const AGREED = new Set<string | undefined>(['undefined-condition', 'other-request']);

/** The highest rid that the server has taken over for sure, now that the session is over. */
const takenOver = (state: BoshState, error: SessionError | undefined, rid: number): number => {
  const said = state.flights.some(({ kind }) => kind === 'terminate');
  return said && rid < state.rid && AGREED.has(error?.condition) ? state.rid - 1 : processed(state);
};

/**
 * Ends the session: payloads first, then the reason (XEP-0206 §6 lets stanzas precede a stream error).
 *
 * While an attach is not proven nothing is given out; then it is listed as undispatched. While we say goodbye every end
 * is the one that we asked for.
 */
export const close = (
  state: BoshState,
  error: SessionError | undefined,
  rid = state.rid,
  last: Answer = { text: '', children: [] },
): BoshTransition => {
  const pending = arrived(state, rid, last);
  const gives = state.dispatching ? pending.map((inbound) => give(inbound, inbound.children.length)) : [];
  const undispatched = state.dispatching
    ? []
    : pending.flatMap(({ children, given }) => children.slice(given));
  const reason = state.phase === 'closing' ? state.ending : error;
  const leftovers: Leftovers = { uncertain: reason ? uncertain(state) : [], undispatched };
  const done = takenOver(state, error, rid);
  const closed: BoshState = change(state, {
    phase: 'closed',
    done,
    flights: [],
    inbox: [],
    wakeAt: undefined,
  });
  return to(closed, ...gives, { type: 'closed', error: reason, leftovers });
};
