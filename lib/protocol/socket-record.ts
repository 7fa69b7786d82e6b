import { isCount, isObject, isText, readJson, type SessionRecord, type Snapshot } from './record.js';
import type { SocketState } from './socket-state.js';
import type { StreamManagement, Unacked } from './stream-management.js';

/** A managed stream as read back. Its `sid` is what the server calls it, and there is no rid. */
export interface RestoredStream {
  readonly tokens: { readonly jid: string; readonly sid: string; readonly rid: 0 };
  readonly sm: StreamManagement;
  readonly paused: boolean;
  /** Highest queue number that has left the queue. */
  readonly moved: number;
  readonly gen: number;
  /** The page was saying goodbye. */
  readonly closing: boolean;
}

/**
 * The kept form of a stream, undefined while it is none that can be resumed. The rid of 0 tells everybody who reads the
 * record of a BOSH session that this is not one.
 */
export const streamSnapshotOf = (state: SocketState, url: string): Snapshot | undefined => {
  const { jid, sm, phase, paused, moved, heardAt } = state;
  if (jid === undefined || sm.id === undefined || phase === 'closed') return undefined;
  const record: SessionRecord = {
    jid,
    sid: sm.id,
    rid: 0,
    v: 2,
    gen: 0,
    url,
    ts: heardAt,
    st: phase === 'closing' ? 'closing' : 'open',
    fl: sm.unacked.map(({ n, at }) => ({ r: n, k: 'data', n: 1, t: at })),
    q: moved,
    paused,
    inb: [],
    done: 0,
    sm: {
      h: sm.handled,
      a: sm.acked,
      from: { h: sm.from.handled, a: sm.from.acked },
      ...(sm.max !== undefined && { max: sm.max }),
    },
  };
  return { record, bodies: new Map(sm.unacked.map(({ n, xml }) => [n, xml])), answers: new Map() };
};

/** How far the counters had come, and from where. */
const readCounters = (value: unknown): Pick<StreamManagement, 'handled' | 'acked' | 'from'> | undefined => {
  if (!isObject(value) || !isObject(value['from'])) return undefined;
  const { h: handled, a: acked } = value;
  const { h, a } = value['from'];
  const known = isCount(handled) && isCount(acked) && isCount(h) && isCount(a);
  return known ? { handled, acked, from: { handled: h, acked: a } } : undefined;
};

const readUnacked = (
  value: unknown,
  acked: number,
  body: (n: number) => string | null,
): readonly Unacked[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const stanzas = value.map((entry: unknown, i): Unacked | undefined => {
    const n = acked + 1 + i;
    const xml = body(n);
    return isObject(entry) && entry['r'] === n && isCount(entry['t']) && xml !== null
      ? { n, xml, at: entry['t'] }
      : undefined;
  });
  return stanzas.every((one) => one !== undefined) ? stanzas : undefined;
};

/** The managed stream in a stored text; undefined when there is none that can be trusted. `body` reads its stanzas. */
export const readRestoredStream = (
  text: string | null,
  body: (n: number) => string | null,
): RestoredStream | undefined => {
  const value = readJson(text);
  if (!isObject(value) || value['v'] !== 2 || value['rid'] !== 0) return undefined;
  const { jid, sid, sm, q, gen, paused, st } = value;
  const counters = readCounters(sm);
  if (!isText(jid) || !isText(sid) || !counters) return undefined;
  const unacked = readUnacked(value['fl'], counters.acked, body);
  if (!unacked) return undefined;
  const max = isObject(sm) && isCount(sm['max']) ? sm['max'] : undefined;
  return {
    tokens: { jid, sid, rid: 0 },
    sm: { id: sid, max, ...counters, unacked },
    paused: paused === true,
    moved: isCount(q) ? q : 0,
    gen: isCount(gen) ? gen : 0,
    closing: st === 'closing',
  };
};
