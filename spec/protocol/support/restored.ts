import type { FlightKind } from '../../../lib/protocol/bosh-state.js';
import { readRestored, type Restored } from '../../../lib/protocol/record.js';
import { JID, message } from './bosh.js';

interface Entry {
  readonly r: number;
  readonly k: FlightKind;
}

export const bodyOf = ({ r, k }: Entry): string => {
  const head = `<body xmlns="http://jabber.org/protocol/httpbind" rid="${r}" sid="s1"`;
  return k === 'poll' ? `${head}/>` : `${head}>${message(`of${r}`)}</body>`;
};

/** A session read back with these requests unanswered. */
export const restored = (...entries: readonly [Entry, ...Entry[]]): Restored => {
  const rid = entries[0].r + entries.length;
  const fl = entries.map(({ r, k }) => ({ r, k, n: 1 }));
  const granted = { wait: 60, hold: 1, requests: 2, inactivity: 30, ver: '1.11' };
  const text = JSON.stringify({ v: 2, jid: JID, sid: 's1', rid, fl, inb: [], q: 0, ...granted });
  const body = (r: number): string | null => entries.filter((one) => one.r === r).map(bodyOf)[0] ?? null;
  const found = readRestored(text, body, () => null);
  if (!found) throw new Error('not restorable');
  return found;
};
