import type { SessionError } from './errors.js';

/** A re-sent request may be followed by another re-sent one after this time, unless it is answered, or in a restore uploaded, before. */
export const RESEND_GRACE_MS = 250;

/** Why a request has to be sent again, for who decides when. */
export interface RetryFailure {
  readonly error: SessionError;
  /** How many requests in a row were lost, 1 at first. */
  readonly attempt: number;
  /** How long to wait if nobody knows better: exponential, capped, with jitter, and as long as `Retry-After` says. In ms. */
  readonly delayMs: number;
  /** When the server must have given the session up, in ms since the epoch; undefined while there is none yet. */
  readonly expiresAt: number | undefined;
}

const FIRST_MS = 200;
const LONGEST_MS = 15_000;

/** A number in [0, 1) that depends on `seed` alone, evenly spread. */
const spread = (seed: number): number => {
  const mixed = Math.imul((seed ^ (seed / 2 ** 32)) | 0, 0x9e3779b1) >>> 0;
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
};

/**
 * How long to wait before the next attempt after `failures` (1, 2, …) in a row, in ms: doubles from 200 ms up to 15 s,
 * of which half is jitter made from `seed`, so that many clients do not come back at once.
 */
export const backoffMs = (failures: number, seed: number): number => {
  const full = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return Math.round(full * (0.5 + spread(seed + failures) / 2));
};
