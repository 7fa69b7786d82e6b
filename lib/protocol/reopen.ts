import type { Failure } from './session-state.js';

/** How long to wait before a lost session is opened anew, in ms. */
export interface ReopenPace {
  readonly firstDelay: number;
  readonly maxDelay: number;
}

/** What a new session would meet again, or what somebody wants to be heeded. RFC 6120 §4.9.3, XEP-0124 §17.2. */
const FINAL: ReadonlySet<string> = new Set<string>([
  'conflict',
  'host-gone',
  'host-unknown',
  'improper-addressing',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'see-other-host',
  'see-other-uri',
  'unauthorized',
  'unsupported-version',
]);

/**
 * Whether another session is worth a try: after a login that failed when a retry helps; after a session that was lost or
 * could not be taken over always, but for reasons that concern every session of this account.
 */
export const canReopen = ({ during, error }: Failure): boolean => {
  if (FINAL.has(error.condition)) return false;
  return during === 'session' || during === 'attach' || error.retryable;
};

/**
 * How long to wait before attempt number `attempt` (1, 2, …) in ms: doubles from the first delay up to the longest, of
 * which half is jitter, so that many clients do not come back at once. `jitter` in [0, 1).
 */
export const reopenDelayMs = (attempt: number, jitter: number, pace: ReopenPace): number => {
  const full = Math.min(pace.firstDelay * 2 ** (attempt - 1), pace.maxDelay);
  return Math.round(full * (0.5 + jitter / 2));
};
