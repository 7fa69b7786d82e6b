import type { FlightKind } from '../../../lib/protocol/bosh-state.js';
import { readRestored, type Restored } from '../../../lib/protocol/record.js';
import { JID, message } from './bosh.js';

interface Entry {
  readonly r: number;
  readonly k: FlightKind;
  /** How often it was sent; 1 unless said. */
  readonly n?: number;
  /** How many children of its answer have been handled, if it came. */
  readonly c?: number;
}

const GRANTED = { wait: 60, hold: 1, requests: 2, inactivity: 30, ver: '1.11' };

export const bodyOf = ({ r, k }: Entry): string => {
  const head = `<body xmlns="http://jabber.org/protocol/httpbind" rid="${r}" sid="s1"`;
  return k === 'poll' ? `${head}/>` : `${head}>${message(`of${r}`)}</body>`;
};

/** A session read back with these requests unanswered. */
export const restored = (...entries: readonly [Entry, ...Entry[]]): Restored =>
  restoredBy(GRANTED, ...entries);

/** The same, by a server that has granted these parameters. */
export const restoredBy = (granted: object, ...entries: readonly [Entry, ...Entry[]]): Restored => {
  const rid = entries[0].r + entries.length;
  const fl = entries.map((entry) => ({ n: 1, ...entry }));
  const text = JSON.stringify({ v: 2, jid: JID, sid: 's1', rid, fl, inb: [], q: 0, ...granted });
  const body = (r: number): string | null => entries.filter((one) => one.r === r).map(bodyOf)[0] ?? null;
  const found = readRestored(text, body, () => null);
  if (!found) throw new Error('not restorable');
  return found;
};
