import type { Answer, BoshParams, BoshState, Flight } from './bosh-state.js';
import { isPollingSession } from './bosh-pace.js';
import { isPause } from './bosh-park.js';
import { isSilenced } from './bosh-transition.js';
import { RESEND_GRACE_MS } from './retry.js';

/** How long a proof that has left may be silent before it is asked for once more. */
const NUDGE_MS = 1_000;

/**
 * Whether the server is one that remembers the empty answer it gave to an earlier copy of a request, and nevertheless may
 * have answered a later copy, whose connection was dead: Prosody or ejabberd, by what they say of a session. Others end
 * the session when they are asked again, or gain nothing by it.
 */
const remembers = ({ ver, polling, maxpause }: BoshParams): boolean =>
  (ver === '1.11' && polling === 2 && maxpause !== undefined) ||
  (ver === '1.6' && polling === 5 && maxpause === undefined);

/** Whether the server had a reason to answer with nothing: the time was up, or it knows a later request. */
const isDue = ({ flights, params }: BoshState, { rid, since }: Flight, at: number): boolean =>
  at >= since + params.wait * 1000 || flights.some((other) => other.rid > rid && other.sent > 0);

/**
 * Whether an answer may be less than what the server has said to that rid. It is empty, and was for the third copy at least; or
 * for the second without a reason, as when the first, of a page that is gone, came in late and took its place.
 */
export const isDoubtful = (state: BoshState, flight: Flight, answer: Answer, at: number): boolean =>
  answer.children.length === 0 &&
  (flight.sent > 2 || (flight.sent === 2 && !isDue(state, flight, at))) &&
  flight.doubt === undefined &&
  !isPause(flight) &&
  !isSilenced(state) &&
  !isPollingSession(state) &&
  remembers(state.params);

/** When a doubtful request may be asked for once more: as soon as a later one is surely there. Infinity: not yet. */
export const askableAt = ({ flights }: BoshState, { rid }: Flight): number => {
  const isThere = ({ answer, doubt }: Flight): boolean => answer !== undefined || doubt !== undefined;
  const later = flights.filter((other) => other.rid > rid && (isThere(other) || other.phase !== 'waiting'));
  return Math.min(Infinity, ...later.map((other) => (isThere(other) ? 0 : other.since + RESEND_GRACE_MS)));
};

/**
 * When the proof of an attach may be asked for in one more request: the server may have given it to a connection of the
 * page before this one, which only we know to be dead, and a second one makes it answer the first. Infinity: not now.
 */
export const nudgeableAt = ({ dispatching, probeRid, flights }: BoshState): number => {
  const probe = flights.find(({ rid, phase, answer }) => rid === probeRid && phase !== 'waiting' && !answer);
  return probe && !dispatching ? probe.since + NUDGE_MS : Infinity;
};
