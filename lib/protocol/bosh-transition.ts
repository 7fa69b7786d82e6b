import type { BoshEffect, BoshState, BoshTransition, Flight } from './bosh-state.js';

/** A transition to `state` with `effects`. */
export const to = (state: BoshState, ...effects: readonly BoshEffect[]): BoshTransition => ({
  state,
  effects,
});

/** Goes on from where a transition led; effects add up in order. */
export const chain = (first: BoshTransition, next: (state: BoshState) => BoshTransition): BoshTransition => {
  const second = next(first.state);
  if (first.effects.length === 0) return second;
  return { state: second.state, effects: [...first.effects, ...second.effects] };
};

/** The state with one flight changed. */
export const changeFlight = (state: BoshState, rid: number, change: Partial<Flight>): BoshState => ({
  ...state,
  flights: state.flights.map((flight) => (flight.rid === rid ? { ...flight, ...change } : flight)),
});

/** Whether nothing may leave because of `pause()`. Handshake, probe and goodbye are not concerned. */
export const isSilenced = (state: BoshState): boolean =>
  state.paused && state.online && state.phase === 'open';
