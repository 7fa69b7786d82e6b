import { type BodyAnswer, isEcho, parseBody, readParams, readTerminate } from './bosh-body.js';
import { close, stanzasIn } from './bosh-close.js';
import { doubtOf, explains } from './bosh-doubt.js';
import { ended, lost, quietSince, refused } from './bosh-lost.js';
import { quickAfter } from './bosh-pace.js';
import { isPause } from './bosh-park.js';
import { httpError } from './bosh-refusal.js';
import type {
  Answer,
  BoshEffect,
  BoshEvent,
  BoshSettings,
  BoshState,
  BoshTransition,
  Flight,
} from './bosh-state.js';
import { change, changed, chain, changeFlight, to } from './bosh-transition.js';
import { LimitError, TransportError } from './errors.js';
import { isRetryable } from './conditions.js';
import { httpCondition } from './http-condition.js';
import { backoffMs } from './retry.js';

type Answered = Extract<BoshEvent, { type: 'answered' }>;

const isRefusal = (status: number): boolean => !isRetryable('TransportError', httpCondition(status));

/** The server has shown that it is there. */
const proven = (state: BoshState, at: number, ...effects: readonly BoshEffect[]): BoshTransition => {
  const proof = { failures: 0, retryAt: at, provenAt: at, quietSince: at, stalled: false, keeping: false };
  const calmed: readonly BoshEffect[] = state.stalled ? [{ type: 'stalled', stalled: false }] : [];
  return to(change(state, proof), ...effects, ...calmed);
};

/** No answer is faster than the way to the server and back; that to a request that was sent again may be to the first. */
const tripMs = (state: BoshState, { sent, since }: Flight, at: number): number =>
  sent === 1 ? Math.min(state.tripMs, at - since) : state.tripMs;

const NOTHING: Answer = { text: '', children: [] };

/**
 * Takes an answer in. It is settled, and its place in the window free, when all lower ones are. A pause below it has
 * been processed too, and needs no answer of its own; and an empty answer in doubt, if it is explained now, is one after all.
 */
const land = (state: BoshState, flight: Flight, answer: Answer, at: number): BoshTransition => {
  const passed = state.flights.filter(
    (other) =>
      !other.answer && ((isPause(other) && other.rid < flight.rid) || explains(flight, answer, other, at)),
  );
  const flights = state.flights.map((other): Flight => {
    if (other.rid === flight.rid) return changed(other, { answer, phase: 'uploaded' });
    if (passed.includes(other)) return changed(other, { answer: NOTHING, phase: 'uploaded' });
    return other.rid < flight.rid && other.phase === 'posted' ? changed(other, { phase: 'uploaded' }) : other;
  });
  const lastPollAt = answer.children.length > 0 ? -Infinity : state.lastPollAt;
  const quick = quickAfter(state, flight, answer, at);
  const known = change(state, { flights, lastPollAt, quick, tripMs: tripMs(state, flight, at) });
  const settles = passed.map(({ rid }): BoshEffect => ({ type: 'settle', rid, answer: NOTHING }));
  const landed = proven(known, at, ...settles, { type: 'settle', rid: flight.rid, answer });
  if (state.dispatching) return landed;
  const probed = state.probeRid !== undefined && flight.rid >= state.probeRid;
  return chain(landed, (now) => to(now, { type: 'seen', elements: answer.children, probed }));
};

const created = (state: BoshState, read: BodyAnswer): BoshState | undefined => {
  const params = readParams(read.attrs, state.settings);
  return params && change(state, { phase: 'open', params, listening: read.answer.children.length === 0 });
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
  const doubt = doubtOf(state, flight, answer, at);
  if (doubt) return proven(changeFlight(state, flight.rid, { phase: 'waiting', since: at, doubt }), at);
  const speechless = state.dispatching && !state.online && answer.children.length === 0;
  const listening = state.listening || speechless;
  return chain(land(change(state, { listening, doubtful: [] }), flight, answer, at), (now) =>
    reported(now, read),
  );
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
    other.rid <= flight.rid && !other.answer ? changed(other, { phase: 'waiting' }) : other,
  );
  return to(change(state, { flights, failures, retryAt, provenAt: at, quietSince: quietSince(state, at) }));
};

/**
 * The server says that the session is over. One case is not what it seems: `item-not-found` for a request below another one
 * may only say that this one can't be answered any more, because it came twice, which the network can do by itself; the verdict
 * comes from the higher one, or, if that has been answered, from the next.
 */
const terminated = (state: BoshState, flight: Flight, read: BodyAnswer, at: number): BoshTransition => {
  const higher = state.flights.some(({ rid }) => rid > flight.rid);
  if (read.attrs['condition'] === 'item-not-found' && (higher || (flight.sent > 1 && isPause(flight)))) {
    const doubtful = [...state.doubtful, ...stanzasIn(flight)];
    return land(change(state, { doubtful }), flight, { ...NOTHING, text: read.answer.text }, at);
  }
  return close(state, ended(state, readTerminate(read), at), flight.rid, read.answer);
};

/** What should not have come at all would come again, so the session is ended: with a goodbye, if it is surely ours. */
const unbearable = (state: BoshState, flight: Flight, error: LimitError, at: number): BoshTransition => {
  if (!state.dispatching || state.phase !== 'open') return close(state, error);
  return chain(land(state, flight, NOTHING, at), (now) =>
    to(change(now, { phase: 'closing', closingAt: at, ending: error, released: now.moved })),
  );
};

/** A request has failed below XMPP, or what came can't be taken in. */
export const failedFor = (
  state: BoshState,
  flight: Flight,
  error: TransportError | LimitError,
  at: number,
): BoshTransition => {
  if (error instanceof LimitError) return unbearable(state, flight, error, at);
  return error.retryable ? lost(state, flight, error, at) : close(state, error);
};

/** Reads the answer to a request. Our own request come back is an answer without children. */
const readAnswer = (
  text: string,
  { rid, body }: Flight,
  limits: BoshSettings['limits'],
): ReturnType<typeof parseBody> => {
  const read = parseBody(text, limits);
  return read && !(read instanceof LimitError) && isEcho(read, rid, body)
    ? { ...read, answer: { text, children: [] } }
    : read;
};

/** An HTTP answer has come. One of an earlier attempt, or of a request already answered, says nothing new. */
export const answered = (state: BoshState, event: Answered, at: number): BoshTransition => {
  const flight = state.flights.find(
    ({ rid, sent, answer }) => rid === event.rid && sent === event.attempt && !answer,
  );
  if (!flight) return to(state);
  const read = readAnswer(event.text, flight, state.settings.limits);
  if (read instanceof LimitError) return unbearable(state, flight, read, at);
  if (read?.attrs['type'] === 'terminate') return terminated(state, flight, read, at);
  if (isRefusal(event.status)) return refused(state, flight, event.status, at);
  if (!read || event.status >= 300)
    return lost(state, flight, httpError(event.status), at, event.retryAfterMs);
  if (read.attrs['type'] === 'error') return recover(state, flight, at);
  return accept(state, flight, read, at);
};
