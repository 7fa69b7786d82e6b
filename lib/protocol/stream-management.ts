import { element } from '../xml/element.js';
import * as NS from './ns.js';

/** A stanza that has left and is not acknowledged: the `n`-th of its stream, first sent at `at` (ms since the epoch). */
export interface Unacked {
  readonly n: number;
  readonly xml: string;
  readonly at: number;
}

/**
 * The counters of a session's managed stream (XEP-0198 §4). They count on past 2^32, and when another stream follows; on the
 * wire they are counted from where the stream began, modulo 2^32.
 */
export interface StreamManagement {
  /** What the server calls the stream; undefined while it can not be resumed. */
  readonly id: string | undefined;
  /** How long the server keeps the stream without a connection, in seconds, if it said so. */
  readonly max: number | undefined;
  /** Stanzas of the server that the app has handled, and that are kept so. */
  readonly handled: number;
  /** Our stanzas that the server has handled. */
  readonly acked: number;
  /** What `handled` and `acked` were when this stream began. */
  readonly from: { readonly handled: number; readonly acked: number };
  /** Our stanzas that it has not acknowledged yet, without a gap from `acked + 1` on. */
  readonly unacked: readonly Unacked[];
}

const MODULO = 2 ** 32;

/** A stream of which nothing is counted yet. */
export const unmanaged: StreamManagement = {
  id: undefined,
  max: undefined,
  handled: 0,
  acked: 0,
  from: { handled: 0, acked: 0 },
  unacked: [],
};

/** Our stanzas so far. */
export const sentOf = ({ acked, unacked }: StreamManagement): number => acked + unacked.length;

/** Counts stanzas that leave. */
export const counted = (
  sm: StreamManagement,
  stanzas: readonly { readonly xml: string; readonly at: number }[],
): StreamManagement => {
  const first = sentOf(sm) + 1;
  return { ...sm, unacked: [...sm.unacked, ...stanzas.map(({ xml, at }, i) => ({ n: first + i, xml, at }))] };
};

/** A count of the server, as the number of ours that it stands for; undefined when it is none. */
const readCount = (sm: StreamManagement, h: string | undefined): number | undefined => {
  if (h === undefined || !/^\d{1,10}$/.test(h) || Number(h) >= MODULO) return undefined;
  const more = (Number(h) - ((sm.acked - sm.from.acked) % MODULO) + MODULO) % MODULO;
  return sm.acked + more;
};

/**
 * Takes in what the server says it has handled; undefined when it claims more than was sent, or says no number. A count that
 * is lower than the last one can not be told from that, and is taken for it (XEP-0198 §4).
 */
export const acknowledged = (sm: StreamManagement, h: string | undefined): StreamManagement | undefined => {
  const acked = readCount(sm, h);
  if (acked === undefined || acked > sentOf(sm)) return undefined;
  return arrivedUpTo(sm, acked);
};

/** The stanza numbered `n` of the server has been handled. */
export const handledUpTo = (sm: StreamManagement, n: number): StreamManagement =>
  n > sm.handled ? { ...sm, handled: n } : sm;

/** A stream that follows another: nothing of this one is acknowledged yet. */
export const renewed = (
  { handled, acked, unacked }: StreamManagement,
  id: string | undefined,
  max: number | undefined,
): StreamManagement => ({ id, max, handled, acked, from: { handled, acked }, unacked });

/** Everything up to the `n`-th of ours is known to have arrived. */
export const arrivedUpTo = (sm: StreamManagement, n: number): StreamManagement =>
  n > sm.acked ? { ...sm, acked: n, unacked: sm.unacked.slice(n - sm.acked) } : sm;

const count = (n: number): string => String(n % MODULO);

/** Asks for management, and for a stream that can be resumed (XEP-0198 §3). */
export const enableFrame = (): string => element('enable', NS.SM, { resume: 'true' }).toString();

/** Asks for the stream to go on (XEP-0198 §5). */
export const resumeFrame = ({ id = '', handled, from }: StreamManagement): string =>
  element('resume', NS.SM, { previd: id, h: count(handled - from.handled) }).toString();

/** Asks the server for its count. */
export const requestFrame = (): string => element('r', NS.SM).toString();

/** Says what has been handled. */
export const answerFrame = ({ handled, from }: StreamManagement): string =>
  element('a', NS.SM, { h: count(handled - from.handled) }).toString();

/** Complains of a count that is too high (XEP-0198 §4). */
export const tooHighFrame = (sm: StreamManagement, h: string): string =>
  element('error', NS.STREAM, {}, [
    element('undefined-condition', NS.STREAMS),
    element('handled-count-too-high', NS.SM, { h, 'send-count': count(sentOf(sm) - sm.from.acked) }),
  ]).toString();
