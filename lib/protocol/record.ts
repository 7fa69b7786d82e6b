import { isBodyOf, readBody } from './bosh-body.js';
import type { BoshParams, BoshState, Flight, FlightKind, Inbound } from './bosh-state.js';
import type { SessionTokens } from './stream.js';

/**
 * What is kept of a session: a superset of what Strophe.js keeps, so that either can read the other's. `jid`, `sid` and
 * `rid` (the next unused one) are all that a plain record has.
 */
export interface SessionRecord extends SessionTokens, Partial<Omit<BoshParams, 'sid'>> {
  readonly v: 2;
  /** Raised at every commit. */
  readonly gen: number;
  readonly url: string;
  /** When the server last proved to be there, in ms since the epoch. */
  readonly ts: number;
  /** Until when the server was asked to keep it without any request, if it was, in ms since the epoch. */
  readonly parked?: number;
  readonly st: 'open' | 'closing';
  /**
   * Unanswered requests, ascending: rid, kind, times sent. Their bodies are kept beside the record. With the number of
   * children done: one that was answered, for whose answer there was no room.
   */
  readonly fl: readonly {
    readonly r: number;
    readonly k: FlightKind;
    readonly n: number;
    readonly c?: number;
    /** Only of a stanza on a managed WebSocket stream: when it was sent first, in ms since the epoch. */
    readonly t?: number;
  }[];
  /** Highest queue number moved into a body. */
  readonly q: number;
  readonly paused: boolean;
  /** Answers that are not dispatched to the end: rid, number of children done. Their texts are kept beside the record. */
  readonly inb: readonly { readonly r: number; readonly c: number }[];
  /** The highest rid journaled. */
  readonly done: number;
  /**
   * Only of a managed WebSocket stream, whose rid is 0: stanzas handled, ours acknowledged, where both stood when it began,
   * seconds that it is kept.
   */
  readonly sm?: {
    readonly h: number;
    readonly a: number;
    readonly from: { readonly h: number; readonly a: number };
    readonly max?: number;
  };
}

/** A session as read back. */
export interface Restored {
  readonly params: BoshParams | undefined;
  readonly flights: readonly Flight[];
  readonly inbox: readonly Inbound[];
  readonly paused: boolean;
  readonly moved: number;
  readonly ts: number | undefined;
  readonly parked?: number | undefined;
  readonly gen: number;
  /** The page was saying goodbye. */
  readonly closing: boolean;
}

/** A commit: the record and the texts it refers to, by rid. */
export interface Snapshot {
  readonly record: SessionRecord;
  readonly bodies: ReadonlyMap<number, string>;
  readonly answers: ReadonlyMap<number, string>;
}

const NONE: ReadonlyMap<number, string> = new Map();

/**
 * The kept form of a session, undefined while there is none worth keeping. `commitEach`: answers with more children
 * than this are marked as dispatched only as a whole.
 */
export const snapshotOf = (state: BoshState, url: string, commitEach: number): Snapshot | undefined => {
  const { params, jid, flights, inbox, rid, paused } = state;
  if (jid === undefined || state.phase === 'closed') return undefined;
  const record: SessionRecord = {
    jid,
    rid,
    ...params,
    v: 2,
    gen: 0,
    url,
    ts: state.provenAt,
    ...(state.parkedUntil > state.provenAt && { parked: state.parkedUntil }),
    st: state.phase === 'closing' ? 'closing' : 'open',
    fl: flights.map((flight) => ({ r: flight.rid, k: flight.kind, n: flight.sent })),
    q: state.moved,
    paused,
    inb: inbox.map(({ rid: r, next, children }) => ({ r, c: children.length > commitEach ? 0 : next })),
    done: state.done,
  };
  return {
    record,
    bodies: new Map(flights.map((flight) => [flight.rid, flight.body])),
    answers: inbox.length === 0 ? NONE : new Map(inbox.map((inbound) => [inbound.rid, inbound.text])),
  };
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * The tokens in a stored text; undefined when there are none that could be used. A rid kept as a decimal string is
 * read too, since other clients have written it so.
 */
export const readTokens = (text: string | null): SessionTokens | undefined => {
  const value = readJson(text);
  if (!isObject(value)) return undefined;
  const { jid, sid } = value;
  const rid =
    typeof value['rid'] === 'string' && /^\d{1,16}$/.test(value['rid']) ? Number(value['rid']) : value['rid'];
  if (!isText(jid) || !isText(sid) || !isCount(rid) || rid === 0) return undefined;
  return { jid, sid, rid };
};

export const readJson = (text: string | null): unknown => {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const KINDS: readonly FlightKind[] = ['handshake', 'restart', 'probe', 'data', 'poll', 'pause', 'terminate'];

const readFlights = (
  value: unknown,
  { sid, rid }: SessionTokens,
  body: (rid: number) => string | null,
): readonly Flight[] | undefined => {
  if (!Array.isArray(value) || value.length > 16 || value.length >= rid) return undefined;
  const flights = value.map((entry: unknown, i): Flight | undefined => {
    if (!isObject(entry) || entry['r'] !== rid - value.length + i || !isCount(entry['n'])) return undefined;
    const kind = KINDS.find((known) => known === entry['k']);
    const text = body(rid - value.length + i);
    if (!kind || text === null || !isBodyOf(text, sid, rid - value.length + i)) return undefined;
    const fields = { phase: 'waiting', since: -Infinity, suspect: false } as const;
    const handled = isCount(entry['c']) && { handled: entry['c'] };
    return { rid: rid - value.length + i, kind, body: text, sent: entry['n'], ...fields, ...handled };
  });
  return flights.every((flight) => flight !== undefined) ? flights : undefined;
};

const readInbox = (value: unknown, text: (rid: number) => string | null): readonly Inbound[] => {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown): Inbound[] => {
    if (!isObject(entry) || !isCount(entry['r']) || !isCount(entry['c'])) return [];
    const answer = readBody(text(entry['r']) ?? '')?.answer;
    if (!answer || entry['c'] >= answer.children.length) return [];
    return [{ ...answer, rid: entry['r'], next: entry['c'], given: entry['c'], restoredAt: entry['c'] }];
  });
};

const optional = (value: unknown): number | undefined => (isCount(value) ? value : undefined);

/**
 * The rest of a stored record: undefined when it has none that can be trusted (written by another client or a newer
 * version, or damaged), so that the tokens alone are used. `body` and `answer` read the texts kept beside it.
 */
export const readRestored = (
  text: string | null,
  body: (rid: number) => string | null,
  answer: (rid: number) => string | null,
): Restored | undefined => {
  const value = readJson(text);
  const tokens = readTokens(text);
  if (!isObject(value) || !tokens || value['v'] !== 2) return undefined;
  const flights = readFlights(value['fl'], tokens, body);
  if (!flights) return undefined;
  const { wait, hold, requests } = value;
  const known = isCount(wait) && isCount(hold) && isCount(requests) && requests > 0;
  const ver = isText(value['ver']) ? value['ver'] : undefined;
  const ack = value['ack'] === true && { ack: true };
  const times = {
    inactivity: optional(value['inactivity']),
    polling: optional(value['polling']),
    maxpause: optional(value['maxpause']),
  };
  return {
    params: known ? { sid: tokens.sid, wait, hold, requests, ver, ...times, ...ack } : undefined,
    flights,
    inbox: readInbox(value['inb'], answer),
    paused: value['paused'] === true,
    moved: optional(value['q']) ?? 0,
    ts: optional(value['ts']),
    parked: optional(value['parked']),
    gen: optional(value['gen']) ?? 0,
    closing: value['st'] === 'closing',
  };
};
