import { body, creationBody } from './bosh-body.js';
import { close } from './bosh-close.js';
import { askableAt, isInDoubt, nudgeableAt } from './bosh-doubt.js';
import { calmAt, expiresAt, isPollingSession, releaseAt } from './bosh-pace.js';
import { launch, launchUrgent, nudge, poll, post, terminate } from './bosh-launch.js';
import { isPause, park } from './bosh-park.js';
import type { BoshState, BoshTransition, Flight, Taken } from './bosh-state.js';
import { change, isSilenced, to } from './bosh-transition.js';
import { TransportError } from './errors.js';
import { RESEND_GRACE_MS } from './retry.js';

/** Where the platform can't tell that an upload is done, a request counts as uploaded after this time at least. */
const UPLOAD_GUESS_MS = 20;
/** What a new connection takes before it carries anything: one round trip for TCP, up to two for TLS. */
const SET_UP_TRIPS = 3;
/** More than this is no way, but a server that takes its time. */
const LONGEST_SET_UP_MS = 1_000;
const ASSUMED_INACTIVITY = 30;

/** Either something is done now, or nothing until `wakeAt`. */
type Move = { readonly done: BoshTransition } | { readonly wakeAt: number | undefined };

const create = (state: BoshState, at: number): Move => {
  if (state.flights.length > 0) return { wakeAt: undefined };
  if (at < state.retryAt) return { wakeAt: state.retryAt };
  const { rid } = state;
  const { state: created, effects } = launch(state, 'create', creationBody(state.settings, rid), at);
  return { done: to(created, { type: 'expect', rid }, ...effects) };
};

/** A request may go over a new connection, and the one after it over one that is there already. */
const setUpMs = (tripMs: number): number =>
  tripMs === Infinity ? 0 : Math.min(SET_UP_TRIPS * tripMs, LONGEST_SET_UP_MS);

/** When another request may follow this one without any risk of overtaking it on the way. */
const followableAt = ({ settings, tripMs }: BoshState, flight: Flight): number => {
  const { answer, doubt, phase, since, body, sent } = flight;
  const { uploads } = settings;
  if (answer || isInDoubt(doubt)) return 0;
  if (uploads && phase !== 'uploaded') return Infinity;
  const reading = Math.floor(body.length / 4096);
  if (uploads) return since + reading + (sent > 1 ? UPLOAD_GUESS_MS : 0);
  return since + reading + Math.max(UPLOAD_GUESS_MS, setUpMs(tripMs));
};

/** Lowest first, each after the lower one's answer or a grace time (in a restore its upload): the other way round wedges servers. */
const resend = (state: BoshState, flight: Flight, at: number): Move => {
  const lower = state.flights.filter(({ rid, answer }) => rid < flight.rid && !answer);
  // When the session must be about to expire, the last attempt can't be put off.
  const retryAt = Math.min(state.retryAt, expiresAt(state));
  const leftAt = (one: Flight): number =>
    state.settings.uploads && !state.dispatching ? followableAt(state, one) : Infinity;
  const laterAt = lower.map((one) => Math.min(leftAt(one), one.since + RESEND_GRACE_MS));
  const readyAt = Math.max(retryAt, ...laterAt);
  return at < readyAt ? { wakeAt: readyAt } : { done: post(state, flight, at) };
};

/** When a fresh request may follow all that are under way. Infinity: not yet. */
const followAt = (state: BoshState): number =>
  state.flights.reduce((latest, flight) => Math.max(latest, followableAt(state, flight)), 0);

/** How many requests may be unanswered; a pause or the goodbye may be one more (XEP-0124 §11, §12). */
const limit = (state: BoshState): number =>
  (isPollingSession(state) ? 1 : state.params.requests) +
  state.flights.filter(isPause).length +
  (state.phase === 'closing' && state.moved >= state.released ? 1 : 0);

/** When the next empty request may go: at once, unless the server answers them so; in a polling session every `polling` seconds. */
const pollableAt = (state: BoshState): number =>
  Math.max(
    calmAt(state),
    isPollingSession(state) ? state.lastPollAt + (state.params.polling ?? 0) * 1000 : 0,
  );

type Want = (state: BoshState, at: number) => BoshTransition;

/** The next new request that there is a reason for. */
const wanted = (state: BoshState): { readonly want: Want; readonly from: number } | undefined => {
  if (state.taking || state.flights.some(({ kind }) => kind === 'restart' || kind === 'terminate'))
    return undefined;
  const [first] = state.urgent;
  if (first && state.phase === 'open') return { want: (now, at) => launchUrgent(now, first, at), from: 0 };
  if (state.online && state.released > state.moved) {
    // What handlers send must not leave before it is committed that they have run.
    if (state.giving) return undefined;
    const { released: upTo, settings } = state;
    const take: Want = (now) =>
      to(change(now, { taking: true }), { type: 'take', upTo, maxSize: settings.maxBodySize });
    return { want: take, from: 0 };
  }
  if (state.phase === 'closing') return { want: (now, at) => terminate(now, [], at), from: 0 };
  const idle = state.flights.every((flight) => flight.doubt === 'open' || isPause(flight));
  if (idle && (state.listening || (state.online && state.polling)))
    return { want: poll, from: pollableAt(state) };
  const { spareProbe } = state;
  if (spareProbe === undefined)
    return state.online && state.polling ? { want: poll, from: releaseAt(state) } : undefined;
  return { want: (now, at) => nudge(now, spareProbe, at), from: nudgeableAt(state) };
};

const fresh = (state: BoshState, at: number): Move => {
  if (state.phase === 'creating') return create(state, at);
  const next = wanted(state);
  if (!next || state.flights.length >= limit(state)) return { wakeAt: undefined };
  const readyAt = Math.max(next.from, followAt(state));
  if (readyAt === Infinity) return { wakeAt: undefined };
  return at < readyAt ? { wakeAt: readyAt } : { done: next.want(state, at) };
};

/**
 * What a pause leaves: nothing, unless no request is with the server and its patience (`inactivity`) is about to
 * end. Then the lowest unanswered body goes again, or an empty one if all are answered.
 */
const keepAlive = (state: BoshState, at: number): Move => {
  const unanswered = state.flights.filter(({ answer }) => !answer);
  const gone = unanswered.filter(({ phase }) => phase !== 'waiting');
  if (!gone.every(isPause)) return { wakeAt: undefined };
  const patience = (state.params.inactivity ?? ASSUMED_INACTIVITY) * 1000;
  const quietUntil = Math.max(state.quietSince + patience, state.parkedUntil);
  const lowest = unanswered.find(({ phase }) => phase === 'waiting');
  const readyAt = Math.max(state.retryAt, lowest ? 0 : followAt(state));
  const dueAt = Math.max(quietUntil - Math.min(5_000, patience / 4), readyAt);
  if (dueAt === Infinity) return { wakeAt: undefined };
  if (at < dueAt) return { wakeAt: dueAt };
  const keeping = change(state, { keeping: true });
  return { done: lowest ? post(keeping, lowest, at) : poll(keeping, at) };
};

/** The request for a pause follows what is under way; what broke of that, or the pause itself, goes again before. */
const silenced = (state: BoshState, at: number): Move => {
  const broken = state.flights.find(({ phase, answer }) => phase === 'waiting' && !answer);
  const parked = at < state.parkedUntil && state.flights.some(isPause);
  if (broken && (parked || state.parking !== undefined)) return resend(state, broken, at);
  if (state.parking === undefined) return keepAlive(state, at);
  const readyAt = followAt(state);
  if (readyAt === Infinity) return { wakeAt: undefined };
  return at < readyAt ? { wakeAt: readyAt } : { done: park(state, state.parking, at) };
};

/** Asks for a doubtful request once more, when nothing else is to be done before. */
const askAgain = (state: BoshState, flight: Flight, otherwiseAt = Infinity, at: number): Move => {
  const readyAt = Math.max(askableAt(state, flight), state.retryAt);
  if (at < readyAt) return { wakeAt: Math.min(readyAt, otherwiseAt) };
  return { done: post(state, flight, at) };
};

/** XEP-0124 §14.1: a rid must never pass 2^53 - 1. A session that may be somebody else's gets no goodbye. */
const exhausted = (state: BoshState, at: number): BoshTransition => {
  const message = 'The request ids of this session are used up';
  const ending = new TransportError('expired', message, 0, 'rid-exhausted');
  if (!state.dispatching) return close(state, ending);
  return to(change(state, { phase: 'closing', closingAt: at, ending, released: state.moved }));
};

const move = (state: BoshState, at: number): Move => {
  if (state.phase === 'closing' && at >= state.closingAt + state.settings.disconnectMs) {
    return { done: close(state, undefined) };
  }
  if (state.phase === 'open' && state.rid >= Number.MAX_SAFE_INTEGER - 1) {
    return { done: exhausted(state, at) };
  }
  if (isSilenced(state)) return silenced(state, at);
  const unsent = state.flights.filter(({ phase, answer }) => phase === 'waiting' && !answer);
  const broken = unsent.find(({ doubt }) => !isInDoubt(doubt));
  const next = broken ? resend(state, broken, at) : fresh(state, at);
  const doubtful = unsent.find(({ doubt }) => isInDoubt(doubt));
  return doubtful && !('done' in next) ? askAgain(state, doubtful, next.wakeAt, at) : next;
};

/** Stanzas from the queue become a body; the last ones, when the session is being ended, go with the goodbye. */
export const fillBody = (
  state: BoshState,
  stanzas: readonly Taken[],
  upTo: number,
  more: boolean,
  at: number,
): BoshTransition => {
  const filled = change(state, { taking: false, moved: upTo });
  if (state.phase === 'closing' && !more) return terminate(filled, stanzas, at);
  if (stanzas.length === 0) return to(filled);
  const payload = stanzas.map(({ xml }) => xml);
  return launch(filled, 'data', body(state.params.sid, state.rid, payload), at);
};

/** Does everything that can be done now, then says when to look again. XEP-0124 §10, §11, §14.2, §14.3. */
export const advance = (state: BoshState, at: number): BoshTransition => {
  if (state.phase === 'closed') return to(state);
  const next = move(state, at);
  if ('done' in next) {
    const { state: moved, effects } = advance(next.done.state, at);
    return { state: moved, effects: [...next.done.effects, ...effects] };
  }
  const deadline = state.phase === 'closing' ? state.closingAt + state.settings.disconnectMs : Infinity;
  const earliest = Math.min(next.wakeAt ?? Infinity, deadline);
  const wakeAt = earliest === Infinity ? undefined : earliest;
  return to(wakeAt === state.wakeAt ? state : change(state, { wakeAt }));
};
