import { close } from './bosh-close.js';
import { expiresAt, learnCut } from './bosh-pace.js';
import { isPause } from './bosh-park.js';
import { httpError, tooLarge } from './bosh-refusal.js';
import type { BoshState, BoshTransition, Flight } from './bosh-state.js';
import { change, changeFlight, to } from './bosh-transition.js';
import type { SessionError, StreamError, TransportError } from './errors.js';
import { expired } from './expired.js';
import { backoffMs } from './retry.js';

/** Since when no request is with the server, now that one has to be sent again. Matters during a pause. */
export const quietSince = (state: BoshState, at: number): number => (state.keeping ? state.quietSince : at);

/** When to send again: the machine knows by itself, unless somebody else is to say. */
const backOff = (
  state: BoshState,
  flight: Flight,
  error: TransportError,
  at: number,
  retryAfterMs: number,
): BoshTransition => {
  const delayMs = Math.max(retryAfterMs, backoffMs(state.failures, state.settings.seed + flight.rid));
  if (state.settings.patient !== true) return to(change(state, { retryAt: at + delayMs }));
  const expiry = state.phase === 'creating' ? undefined : expiresAt(state);
  const failure = { error, attempt: state.failures, delayMs, expiresAt: expiry };
  return to(change(state, { retryAt: Infinity }), { type: 'backOff', failure });
};

/**
 * A request has failed below XMPP: it will be sent again unchanged, under its own rid, until the session must have
 * expired; what left before that gets one more chance, since the clock may have jumped. A session creation is tried under
 * another rid instead, since without a sid nothing can be recovered. XEP-0124 §14.3.
 */
export const lost = (
  state: BoshState,
  flight: Flight,
  error: TransportError,
  at: number,
  retryAfterMs = 0,
): BoshTransition => {
  const failures = state.failures + 1;
  if (state.phase === 'creating') {
    const rid = state.settings.rids[failures];
    if (rid === undefined) return close(state, error);
    return backOff(change(state, { rid, flights: [], failures }), flight, error, at, retryAfterMs);
  }
  const expiry = expiresAt(state);
  // A pause that nobody answers says nothing: servers are known not to.
  const silent = isPause(flight) && error.kind === 'timeout';
  if (at >= expiry && flight.since >= expiry && !silent) return close(state, expired(error.status, error));
  const waiting = changeFlight(state, flight.rid, { phase: 'waiting' });
  const learned = { failures, quietSince: quietSince(state, at), ...learnCut(state, flight, error, at) };
  return backOff(change(waiting, learned), flight, error, at, retryAfterMs);
};

/**
 * HTTP said no. Final for a manager that said no `ver` (legacy) and before the session has proven itself; else asked
 * once more before it is believed. XEP-0124 §17.1.
 */
export const refused = (state: BoshState, flight: Flight, status: number, at: number): BoshTransition => {
  const unproven = !state.online || state.params.ver === undefined;
  const bulky = flight.kind === 'data' && !unproven;
  if (bulky && (status === 413 || (status === 403 && flight.suspect))) {
    return tooLarge(state, flight, status, at);
  }
  if (status === 413 && flight.kind === 'poll') return lost(state, flight, httpError(status), at);
  if (!unproven && !flight.suspect) {
    const suspect = changeFlight(state, flight.rid, { phase: 'waiting', suspect: true });
    return to(change(suspect, { retryAt: at, quietSince: quietSince(state, at) }));
  }
  return close(state, ended(state, httpError(status), at));
};

/** A session that is gone when it had to be gone has expired. */
export const ended = (state: BoshState, error: StreamError | TransportError, at: number): SessionError =>
  error.condition === 'item-not-found' && state.online && at >= expiresAt(state) ? expired(0, error) : error;
