import { type BodyAnswer, isEcho, readBody, readParams, readTerminate } from './bosh-body.js';
import { close, stanzasIn } from './bosh-close.js';
import { isDoubtful } from './bosh-doubt.js';
import { SLACK_MS } from './bosh-launch.js';
import type { Answer, BoshEffect, BoshEvent, BoshState, BoshTransition, Flight } from './bosh-state.js';
import { chain, changeFlight, to } from './bosh-transition.js';
import { TransportError } from './errors.js';
import { isRetryable } from './failures.js';
import { httpCondition } from './http-condition.js';
import { backoffMs } from './retry.js';

type Answered = Extract<BoshEvent, { type: 'answered' }>;

/** How long a session may live without any sign of the server when the server did not say (seconds). */
const PATIENCE = 300;

/** A longer way than this is no way, but a server that takes its time (ms). */
const LONGEST_WAY_MS = 1_000;

const isRefusal = (status: number): boolean => !isRetryable('TransportError', httpCondition(status));

const expiresAt = ({ provenAt, params }: BoshState): number =>
  provenAt + (params.wait + (params.inactivity ?? PATIENCE)) * 1000 + SLACK_MS;

/** Since when no request is with the server, now that one has to be sent again. Matters during a pause. */
const quietSince = (state: BoshState, at: number): number => (state.keeping ? state.quietSince : at);

/**
 * A request has failed below XMPP: it will be sent again unchanged, under its own rid, until the session must have
 * expired. A session creation is tried under another rid instead, since without a sid nothing can be recovered.
 * XEP-0124 §14.3.
 */
export const lost = (
  state: BoshState,
  flight: Flight,
  error: TransportError,
  at: number,
  retryAfterMs = 0,
): BoshTransition => {
  const failures = state.failures + 1;
  const retryAt = at + Math.max(retryAfterMs, backoffMs(failures, state.settings.seed + flight.rid));
  if (state.phase === 'creating') {
    const rid = state.settings.rids[failures];
    if (rid === undefined) return close(state, error);
    return to({ ...state, rid, flights: [], failures, retryAt });
  }
  if (at >= expiresAt(state)) {
    const message = 'The server was out of reach for longer than it keeps a session';
    return close(state, new TransportError('expired', message, error.status, 'expired', { cause: error }));
  }
  const waiting = changeFlight(state, flight.rid, { phase: 'waiting' });
  return to({ ...waiting, failures, retryAt, quietSince: quietSince(state, at) });
};

/**
 * HTTP said no. Final for a manager that said no `ver` (legacy) and before the session has proven itself; else asked
 * once more before it is believed. XEP-0124 §17.1.
 */
const refused = (state: BoshState, flight: Flight, status: number, at: number): BoshTransition => {
  const unproven = !state.online || state.params.ver === undefined;
  if (!unproven && !flight.suspect) {
    const suspect = changeFlight(state, flight.rid, { phase: 'waiting', suspect: true });
    return to({ ...suspect, retryAt: at, quietSince: quietSince(state, at) });
  }
  const message = `The server refused the request with HTTP status ${status}`;
  return close(state, new TransportError('http', message, status, httpCondition(status)));
};

/** What an answer proves of the session. */
/** The server has shown that it is there. */
const proven = (state: BoshState, at: number, ...effects: readonly BoshEffect[]): BoshTransition => {
  const proof = { failures: 0, retryAt: at, provenAt: at, quietSince: at, stalled: false, keeping: false };
  const calmed: readonly BoshEffect[] = state.stalled ? [{ type: 'stalled', stalled: false }] : [];
  return to({ ...state, ...proof }, ...effects, ...calmed);
};

/** The longest way that a request has to take; one that was sent again says nothing of it. */
const wayMs = (state: BoshState, { kind, sent, since }: Flight, at: number): number =>
  (kind === 'create' || kind === 'probe') && sent === 1
    ? Math.max(state.wayMs, Math.min(at - since, LONGEST_WAY_MS))
    : state.wayMs;

/** Takes an answer in. It is settled, and its place in the window free, when all lower ones are. */
const land = (state: BoshState, flight: Flight, answer: Answer, at: number): BoshTransition => {
  const flights = state.flights.map((other): Flight => {
    if (other.rid === flight.rid) return { ...other, answer, phase: 'uploaded' };
    return other.rid < flight.rid && other.phase === 'posted' ? { ...other, phase: 'uploaded' } : other;
  });
  const lastPollAt = answer.children.length > 0 ? -Infinity : state.lastPollAt;
  const known = { ...state, flights, lastPollAt, wayMs: wayMs(state, flight, at) };
  const landed = proven(known, at, { type: 'settle', rid: flight.rid, answer });
  if (state.dispatching) return landed;
  const probed = state.probeRid !== undefined && flight.rid >= state.probeRid;
  return chain(landed, (now) => to(now, { type: 'seen', elements: answer.children, probed }));
};

const created = (state: BoshState, read: BodyAnswer): BoshState | undefined => {
  const params = readParams(read.attrs, state.settings);
  return params && { ...state, phase: 'open', params, listening: read.answer.children.length === 0 };
};

const badAnswer = (state: BoshState, message: string): BoshTransition =>
  close(state, new TransportError('http', message, 200, 'protocol-violation'));

const accept = (state: BoshState, flight: Flight, read: BodyAnswer, at: number): BoshTransition => {
  if (flight.kind === 'create') {
    const open = created(state, read);
    if (!open) return badAnswer(state, 'The server opened a session without a sid');
    return land(open, flight, read.answer, at);
  }
  const { sid } = read.attrs;
  if (flight.kind === 'restart' && sid !== undefined && sid !== state.params.sid) {
    return badAnswer(state, 'The server changed the sid of the session');
  }
  const { answer } = read;
  if (isDoubtful(state, flight, answer)) {
    return proven(changeFlight(state, flight.rid, { phase: 'waiting', doubt: 'open' }), at);
  }
  const speechless = state.dispatching && !state.online && answer.children.length === 0;
  const listening = state.listening || speechless;
  return chain(land({ ...state, listening, doubtful: [] }, flight, answer, at), (now) => reported(now, read));
};

/** The server says that it answered `report` long ago (XEP-0124 §9.3): if that never came, ask again. */
const reported = (state: BoshState, read: BodyAnswer): BoshTransition => {
  const rid = Number(read.attrs['report']);
  const open = state.flights.some((flight) => flight.rid === rid && !flight.answer);
  return to(open ? changeFlight(state, rid, { phase: 'waiting' }) : state);
};

/** XEP-0124 §17.3: repeat that request and all preceding ones, lowest first. */
const recover = (state: BoshState, flight: Flight, at: number): BoshTransition => {
  const failures = state.failures + 1;
  const retryAt = failures > 1 ? at + backoffMs(failures, state.settings.seed + flight.rid) : at;
  const flights = state.flights.map((other): Flight =>
    other.rid <= flight.rid && !other.answer ? { ...other, phase: 'waiting' } : other,
  );
  return to({ ...state, flights, failures, retryAt, provenAt: at, quietSince: quietSince(state, at) });
};

/**
 * The server says that the session is over. One case is not what it seems: `item-not-found` for a repeated request below
 * another one only says that this one can't be answered any more; the verdict comes from the higher one, or, if that has
 * been answered, from the next.
 */
const terminated = (state: BoshState, flight: Flight, read: BodyAnswer, at: number): BoshTransition => {
  const higher = state.flights.some(({ rid }) => rid > flight.rid);
  if (read.attrs['condition'] === 'item-not-found' && flight.sent > 1 && higher) {
    const doubtful = [...state.doubtful, ...stanzasIn(flight)];
    return land({ ...state, doubtful }, flight, { text: read.answer.text, children: [] }, at);
  }
  return close(state, readTerminate(read), flight.rid, read.answer);
};

/** Reads the answer to a request. Our own request come back is an answer without children. */
const readAnswer = (text: string, { rid, body }: Flight): BodyAnswer | undefined => {
  const read = readBody(text);
  return read && isEcho(read, rid, body) ? { ...read, answer: { text, children: [] } } : read;
};

/** An HTTP answer has come. One of an earlier attempt, or of a request already answered, says nothing new. */
export const answered = (state: BoshState, event: Answered, at: number): BoshTransition => {
  const flight = state.flights.find(
    ({ rid, sent, answer }) => rid === event.rid && sent === event.attempt && !answer,
  );
  if (!flight) return to(state);
  const read = readAnswer(event.text, flight);
  if (read?.attrs['type'] === 'terminate') return terminated(state, flight, read, at);
  if (isRefusal(event.status)) return refused(state, flight, event.status, at);
  if (!read || event.status >= 300) {
    const message = read ? 'The server answered with an error' : 'The answer is not a BOSH body';
    const error = new TransportError('http', message, event.status, httpCondition(event.status));
    return lost(state, flight, error, at, event.retryAfterMs);
  }
  if (read.attrs['type'] === 'error') return recover(state, flight, at);
  return accept(state, flight, read, at);
};
