import { SLACK_MS } from './bosh-launch.js';
import type { Answer, BoshState, Flight } from './bosh-state.js';
import type { SessionError } from './errors.js';

/** How long a session may live without any sign of the server when the server did not say (seconds). */
const PATIENCE = 300;

/** When the server must have given the session up, by its own rules, if it has heard nothing since it last spoke. */
export const expiresAt = ({ provenAt, params, parkedUntil }: BoshState): number =>
  Math.max(provenAt + (params.wait + (params.inactivity ?? PATIENCE)) * 1000, parkedUntil) + SLACK_MS;

/** Whether the server holds no request: then there is never more than one (XEP-0124 §12). */
export const isPollingSession = ({ params }: BoshState): boolean =>
  params.requests === 1 || params.hold === 0 || params.wait === 0;

/** A server that holds requests answers none with nothing in less than this, unless another one came. */
const QUICK_MS = 1_000;
/** So many quick answers in a row mean nothing. */
const FREE = 2;
const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** How many times in a row a lone empty request has been answered at once with nothing, now that this answer is there. */
export const quickAfter = (
  { quick, flights }: BoshState,
  flight: Flight,
  answer: Answer,
  at: number,
): number => {
  if (answer.children.length > 0 || at - flight.since >= QUICK_MS) return 0;
  return flight.kind === 'poll' && flights.length === 1 ? quick + 1 : quick;
};

/**
 * When the next empty request may go, if the server answers them at once: an endless stream of such answers makes no storm
 * of requests. At most 130 in ten minutes, whatever the server does.
 */
export const calmAt = ({ quick, provenAt }: BoshState): number =>
  quick > FREE ? provenAt + Math.min(FIRST_MS * 2 ** (quick - FREE - 1), LONGEST_MS) : 0;

/** A proxy that cuts sooner than this can't be told from a network that breaks. */
const SHORTEST_CUT_MS = 5_000;
/** Statuses of a proxy whose own patience is over. */
const CUTS = new Set([0, 408, 502, 503, 504]);

/**
 * What is learned from the end of a request that the server held: a proxy that cuts twice after the same time will go on
 * doing so. Then requests are released before that (XEP-0124 §11: a new one makes the server answer the older), since
 * `wait` can't be changed in a session.
 */
export const learnCut = (
  state: BoshState,
  { since, phase, kind }: Flight,
  error: SessionError,
  at: number,
): Pick<BoshState, 'cutMs' | 'releaseMs'> => {
  const { cutMs, releaseMs, params } = state;
  const heldMs = at - since;
  const isCut = 'status' in error && CUTS.has(error.status) && error.kind !== 'timeout';
  if (
    !isCut ||
    kind === 'pause' ||
    phase === 'waiting' ||
    heldMs < SHORTEST_CUT_MS ||
    heldMs >= params.wait * 1000
  ) {
    return { cutMs, releaseMs };
  }
  const steady = cutMs !== undefined && Math.abs(cutMs - heldMs) <= Math.max(1_000, heldMs / 10);
  return { cutMs: heldMs, releaseMs: steady ? Math.min(cutMs, heldMs) * 0.8 : releaseMs };
};

/** Shortest time between two empty requests where the server did not say (seconds). */
const POLLING = 5;

/** When the request that the server holds should be released, because a proxy would cut it soon. Infinity: never. */
export const releaseAt = ({ releaseMs, params, flights }: BoshState): number => {
  const [held, ...others] = flights.filter(({ answer }) => !answer);
  if (releaseMs === undefined || !held || others.length > 0 || held.phase === 'waiting') return Infinity;
  return held.since + Math.max(releaseMs, (params.polling ?? POLLING) * 1000 + 500);
};
