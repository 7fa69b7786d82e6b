import { serialise } from '../xml/serialise.js';
import { acknowledging } from './bosh-ack.js';
import { body, restartBody } from './bosh-body.js';
import type { BoshState, BoshTransition, Flight, FlightKind, Taken, Urgent } from './bosh-state.js';
import { change, changeFlight, isSilenced, to } from './bosh-transition.js';
import * as NS from './ns.js';

/** What a server may take longer than `wait` before a request counts as lost. */
export const SLACK_MS = 5_000;

/** Gives a request to the network, for the first time or again, unchanged. */
export const post = (state: BoshState, flight: Flight, at: number): BoshTransition => {
  const attempt = flight.sent + 1;
  const { rid, body } = flight;
  const doubt = flight.doubt && 'asked';
  const posted = changeFlight(state, rid, { sent: attempt, phase: 'posted', since: at, doubt });
  const patienceMs = Math.max(state.params.wait * 1000, state.parkedUntil - at);
  return to(posted, { type: 'post', rid, attempt, body, timeoutMs: patienceMs + SLACK_MS });
};

export const launch = (state: BoshState, kind: FlightKind, text: string, at: number): BoshTransition => {
  const flight: Flight = {
    rid: state.rid,
    kind,
    body: acknowledging(state, state.rid, text),
    sent: 0,
    phase: 'waiting',
    since: at,
    suspect: false,
  };
  const launched = change(state, { rid: state.rid + 1, flights: [...state.flights, flight] });
  // A pause came while these stanzas were being taken from the queue: they have their rid, and wait with it.
  if (kind === 'data' && isSilenced(state)) return to(launched);
  return post(launched, flight, at);
};

export const poll = (state: BoshState, at: number): BoshTransition =>
  launch(
    change(state, { listening: false, lastPollAt: at }),
    'poll',
    body(state.params.sid, state.rid, []),
    at,
  );

export const launchUrgent = (state: BoshState, { kind }: Urgent, at: number): BoshTransition => {
  const { sid } = state.params;
  if (kind === 'restart') {
    const rest = change(state, { urgent: state.urgent.slice(1) });
    return launch(rest, kind, restartBody(state.settings, sid, state.rid), at);
  }
  const until = kind === 'probe' ? 1 : state.urgent.findIndex((urgent) => urgent.kind !== kind);
  const payload = state.urgent.slice(0, until < 0 ? undefined : until);
  const rest: BoshState = change(state, { urgent: state.urgent.slice(payload.length), listening: false });
  const xml = payload.map((urgent) => urgent.xml);
  const probing = kind === 'probe' ? change(rest, { probeRid: state.rid }) : rest;
  return launch(probing, kind, body(sid, state.rid, xml), at);
};

export const terminate = (state: BoshState, stanzas: readonly Taken[], at: number): BoshTransition => {
  const farewell = state.farewell.map((element) => serialise(element, NS.HTTPBIND));
  const payload = [...stanzas.map(({ xml }) => xml), ...farewell];
  return launch(state, 'terminate', body(state.params.sid, state.rid, payload, 'terminate'), at);
};

export const nudge = (state: BoshState, spareProbe: string, at: number): BoshTransition =>
  launch(
    change(state, { spareProbe: undefined }),
    'probe',
    body(state.params.sid, state.rid, [spareProbe]),
    at,
  );
