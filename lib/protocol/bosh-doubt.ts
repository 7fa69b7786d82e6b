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

/**
 * Whether an answer may be less than what the server has said to that rid. It is empty, and was for the third copy at least; or
 * for the second without a reason, as when the first, of a page that is gone, came in late and took its place. Reasons are that
 * the time was up, or that the server knows a later request. If that is the proof, right behind, it has to say more: the server
 * can be asked for the lower one as long as there is none above.
 */
export const doubtOf = (state: BoshState, flight: Flight, answer: Answer, at: number): Flight['doubt'] => {
  const { rid, sent, since, doubt } = flight;
  const { flights, params, dispatching, probeRid } = state;
  const isCertain =
    answer.children.length > 0 ||
    sent < 2 ||
    doubt ||
    isPause(flight) ||
    isSilenced(state) ||
    isPollingSession(state) ||
    !remembers(params);
  if (isCertain) return undefined;
  const isDue = at >= since + params.wait * 1000;
  if (sent > 2 || !(isDue || flights.some((other) => other.rid > rid && other.sent > 0))) return 'open';
  return probeRid === rid + 1 && !isDue && !dispatching ? 'perhaps' : undefined;
};

/** Answers that a server gives for the same reason come together; how far apart they may be, in ms, and as a part of a round trip. */
const TOGETHER_MS = 10;
const TOGETHER_PART = 1 / 8;

/**
 * Whether the answer that has come to `later` explains the empty one to a request below it: it says something, and came with
 * it. If that came long before, the cause was not this request, which was still on its way.
 */
export const explains = (later: Flight, answer: Answer, { rid, doubt, since }: Flight, at: number): boolean =>
  doubt === 'perhaps' &&
  rid < later.rid &&
  answer.children.length > 0 &&
  at - since <= Math.max(TOGETHER_MS, (at - later.since) * TOGETHER_PART);

/** Whether an answer has come that is in doubt, and nothing is done about that yet. */
export const isInDoubt = (doubt: Flight['doubt']): boolean => doubt !== undefined && doubt !== 'asked';

/**
 * When a doubtful request may be asked for once more: as soon as a later one is surely there; or, if that explains its answer,
 * has been answered with nothing, or is silent. Infinity: not yet.
 */
export const askableAt = ({ flights }: BoshState, { rid, doubt }: Flight): number => {
  const graceMs = doubt === 'perhaps' ? NUDGE_MS : RESEND_GRACE_MS;
  const later = flights.filter((other) => other.rid > rid);
  const times = later.map((other) => {
    if (other.answer || other.doubt) return 0;
    return other.phase === 'waiting' ? Infinity : other.since + graceMs;
  });
  return Math.min(Infinity, ...times);
};

/**
 * When the proof of an attach may be asked for in one more request: the server may have given it to a connection of the
 * page before this one, which only we know to be dead, and a second one makes it answer the first. Infinity: not now.
 */
export const nudgeableAt = ({ probeRid, flights }: BoshState): number => {
  const probe = flights.find(({ rid, phase, answer }) => rid === probeRid && phase !== 'waiting' && !answer);
  return probe ? probe.since + NUDGE_MS : Infinity;
};
