import { acknowledging } from './bosh-ack.js';
import { body, childrenOfBody } from './bosh-body.js';
import { close } from './bosh-close.js';
import type { BoshEvent, BoshState, BoshTransition, Flight } from './bosh-state.js';
import { change, changeFlight, to } from './bosh-transition.js';
import { TransportError } from './errors.js';
import { httpCondition } from './http-condition.js';

/** What HTTP said instead of an answer, as the reason of an end. */
export const httpError = (status: number): TransportError => {
  const condition = httpCondition(status);
  return new TransportError('http', `HTTP status ${status} came instead of an answer`, status, condition);
};

/**
 * A request was refused as too large by something that has surely not processed it. Its last stanzas go back to the queue, the
 * half of them that it can do without; or all, if nothing can be left out: then that is the end.
 *
 * Stanzas of a later request that has left already would overtake those that go back. Then it is the end too.
 */
export const tooLarge = (state: BoshState, flight: Flight, status: number, at: number): BoshTransition => {
  const stanzas = childrenOfBody(flight.body).map(String);
  const overtaken = state.flights.some(({ rid, kind }) => rid > flight.rid && kind !== 'poll');
  const kept = overtaken ? 0 : Math.floor(stanzas.length / 2);
  // It is not sent again before what it loses is safe in the queue.
  const waiting = changeFlight(state, flight.rid, { phase: 'posted', since: at });
  return to(waiting, { type: 'putBack', rid: flight.rid, kept, status, xmls: stanzas.slice(kept) });
};

/** What the request could do without is in the queue again: it goes as what is left, or not at all. */
export const lightened = (
  state: BoshState,
  { rid, kept, status }: Extract<BoshEvent, { type: 'lightened' }>,
  at: number,
): BoshTransition => {
  const flight = state.flights.find((one) => one.rid === rid);
  if (!flight) return to(state);
  const stanzas = childrenOfBody(flight.body).map(String);
  const moved = state.moved - (stanzas.length - kept);
  if (kept === 0) {
    const flights = state.flights.filter((one) => one !== flight);
    return close(change(state, { flights, moved }), httpError(status));
  }
  const text = acknowledging(state, rid, body(state.params.sid, rid, stanzas.slice(0, kept)));
  const lighter = changeFlight(state, rid, { phase: 'waiting', suspect: false, body: text });
  return to(change(lighter, { moved, retryAt: at }));
};
