import type { BoshParams, BoshSettings, BoshState, Flight } from './bosh-state.js';
import type { Restored } from './record.js';
import { change } from './bosh-transition.js';
import type { SessionTokens } from './stream.js';

/** How a session that somebody else opened is to be taken over; seconds, requests, rids. */
export interface AttachLimits {
  readonly wait: number;
  readonly hold: number;
  /** Range of rids that the server accepts; bounds the requests open at once. */
  readonly wind: number;
}

const start = (settings: BoshSettings, rid: number, at: number): BoshState => ({
  phase: 'creating',
  settings,
  params: { sid: '', wait: settings.wait, hold: settings.hold, requests: 1 },
  jid: undefined,
  rid,
  flights: [],
  done: 0,
  inbox: [],
  giving: false,
  dispatching: true,
  online: false,
  polling: false,
  paused: false,
  listening: false,
  urgent: [],
  released: 0,
  moved: 0,
  taking: false,
  farewell: [],
  probeRid: undefined,
  spareProbe: undefined,
  failures: 0,
  quick: 0,
  cutMs: undefined,
  releaseMs: undefined,
  retryAt: at,
  provenAt: at,
  tripMs: Infinity,
  quietSince: at,
  keeping: false,
  parking: undefined,
  parkedUntil: -Infinity,
  lastPollAt: -Infinity,
  closingAt: at,
  ending: undefined,
  stalled: false,
  doubtful: [],
  wakeAt: undefined,
});

/** A session that is still to be opened. XEP-0124 §7. */
export const creating = (settings: BoshSettings, at: number): BoshState =>
  start(settings, settings.rids[0], at);

/** Requests open at once where the server's `requests` is not known (XEP-0124 §7.2: hold + 1, usually 2). */
const USUAL_REQUESTS = 2;

/**
 * A session that is already open: handed over as tokens, or read back from storage with its unanswered requests and
 * undelivered answers. Nothing is given out until it is proven.
 */
export const attaching = (
  settings: BoshSettings,
  tokens: SessionTokens,
  limits: AttachLimits,
  restored: Restored | undefined,
  at: number,
): BoshState => {
  const requests = Math.min(restored?.params?.requests ?? USUAL_REQUESTS, Math.max(1, limits.wind));
  const { wait, hold } = limits;
  const known = restored?.params ?? (settings.ack && { ack: true });
  const params: BoshParams = { wait, hold, ...known, sid: tokens.sid, requests };
  const flights: readonly Flight[] = restored?.flights ?? [];
  const first = flights[0]?.rid ?? tokens.rid;
  return change(start(settings, tokens.rid, at), {
    phase: 'open',
    params,
    jid: tokens.jid,
    flights,
    done: first - 1,
    inbox: restored?.inbox ?? [],
    dispatching: false,
    paused: restored?.paused ?? false,
    released: restored?.moved ?? 0,
    moved: restored?.moved ?? 0,
  });
};
