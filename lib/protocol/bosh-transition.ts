import type { BoshEffect, BoshState, BoshTransition, Flight, Inbound } from './bosh-state.js';

/** A transition to `state` with `effects`. */
export const to = (state: BoshState, ...effects: readonly BoshEffect[]): BoshTransition => ({
  state,
  effects,
});

/** As long as it is a field for each that a state has, every state is of one and the same shape to the engine. */
const copyOf = (state: BoshState): BoshState =>
  ({
    phase: state.phase,
    settings: state.settings,
    params: state.params,
    jid: state.jid,
    rid: state.rid,
    flights: state.flights,
    done: state.done,
    inbox: state.inbox,
    giving: state.giving,
    dispatching: state.dispatching,
    online: state.online,
    polling: state.polling,
    paused: state.paused,
    listening: state.listening,
    urgent: state.urgent,
    released: state.released,
    moved: state.moved,
    taking: state.taking,
    farewell: state.farewell,
    probeRid: state.probeRid,
    spareProbe: state.spareProbe,
    failures: state.failures,
    quick: state.quick,
    cutMs: state.cutMs,
    releaseMs: state.releaseMs,
    retryAt: state.retryAt,
    provenAt: state.provenAt,
    tripMs: state.tripMs,
    quietSince: state.quietSince,
    keeping: state.keeping,
    parking: state.parking,
    parkedUntil: state.parkedUntil,
    lastPollAt: state.lastPollAt,
    closingAt: state.closingAt,
    ending: state.ending,
    stalled: state.stalled,
    doubtful: state.doubtful,
    wakeAt: state.wakeAt,
  }) satisfies Record<keyof BoshState, unknown>;

/**
 * The state with some changes. Not by `{ ...state }`: the engine makes a new shape for every spread of a spread, which costs
 * microseconds, and slows down whatever reads states.
 */
export const change = (state: BoshState, changes: Partial<BoshState>): BoshState =>
  Object.assign(copyOf(state), changes);

/** Goes on from where a transition led; effects add up in order. */
export const chain = (first: BoshTransition, next: (state: BoshState) => BoshTransition): BoshTransition => {
  const second = next(first.state);
  if (first.effects.length === 0) return second;
  return { state: second.state, effects: [...first.effects, ...second.effects] };
};

/** A request with some changes; of one shape too. */
export const changed = (
  { rid, kind, body, sent, phase, since, suspect, answer, handled, doubt }: Flight,
  changes: Partial<Flight>,
): Flight => {
  const all = { rid, kind, body, sent, phase, since, suspect, answer, handled, doubt };
  return Object.assign(all satisfies Record<keyof Flight, unknown>, changes);
};

/** An answer of which so many children have been given, or done with. */
export const advanced = (
  { text, children, rid, restoredAt }: Inbound,
  next: number,
  given: number,
): Inbound => ({ text, children, rid, next, given, restoredAt }) satisfies Record<keyof Inbound, unknown>;

/** The state with one flight changed. */
export const changeFlight = (state: BoshState, rid: number, changes: Partial<Flight>): BoshState =>
  change(state, {
    flights: state.flights.map((flight) => (flight.rid === rid ? changed(flight, changes) : flight)),
  });

/** Whether nothing may leave because of `pause()`. Handshake, probe and goodbye are not concerned. */
export const isSilenced = (state: BoshState): boolean =>
  state.paused && state.online && state.phase === 'open';
