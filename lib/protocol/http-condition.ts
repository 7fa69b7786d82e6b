import type { Condition } from './failures.js';

/** What an HTTP status without a BOSH body stands for. XEP-0124 §17.1, RFC 9110 §15. */
export const httpCondition = (status: number): Condition<'TransportError'> => {
  if (status === 400) return 'bad-request';
  if (status === 401 || status === 407) return 'unauthorized';
  if (status === 403) return 'policy-violation';
  if (status === 404) return 'item-not-found';
  if (status === 413) return 'too-large';
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 400 && status < 500 && !PASSING.has(status)) return 'refused';
  return status >= 400 ? 'http' : 'bad-answer';
};

/** HTTP statuses below 500 that say "not now" rather than "no". */
const PASSING = new Set([408, 425, 429]);
