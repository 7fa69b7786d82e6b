import { Subject } from 'rxjs';

import type { Taken } from '../protocol/bosh-state.js';
import { createDeliveries, type Deliveries, type UnsentReason } from './deliveries.js';
import type { Outbox } from './outbox-port.js';
import { type Entry, type Keeper, numbersIn, readBack, readQueue } from './queue.js';
import { sideKeys } from './storage.js';

export type { Batch, Outbox } from './outbox-port.js';

/** An empty one. */
export const createOutbox = (deliveries: Deliveries = createDeliveries()): Outbox => {
  const added$ = new Subject<number>();
  let entries: (Entry | undefined)[] = [];
  let head = 0;
  let first = 1;
  let keeper: Keeper | undefined;

  const last = (): number => first + entries.length - head - 1;

  const write = ({ n, xml, in: within, until }: Entry): void => {
    if (!keeper) return;
    try {
      keeper.storage.setItem(sideKeys(keeper.key).queued(n), JSON.stringify({ xml, in: within, until }));
    } catch (error) {
      keeper.onFault?.(error);
    }
  };

  const erase = (n: number): void => {
    if (keeper) keeper.storage.removeItem(sideKeys(keeper.key).queued(n));
  };

  const move = (entry: Entry, n: number): void => {
    const from = entry.n;
    if (n === from) return;
    entry.n = n;
    write(entry);
    erase(from);
  };

  const shift = (): Entry | undefined => {
    const entry = entries[head];
    entries[head] = undefined;
    head += 1;
    first += 1;
    if (head > 1024 && head * 2 > entries.length) {
      entries = entries.slice(head);
      head = 0;
    }
    return entry;
  };

  const remove = (entry: Entry, reason: UnsentReason): boolean => {
    const index = head + entry.n - first;
    if (entries[index] !== entry) return false;
    entries[index] = undefined;
    erase(entry.n);
    deliveries.unsent(entry.ticket, reason);
    return true;
  };

  const waiting = (): readonly (Entry | undefined)[] => entries.slice(head);

  /** Puts what waits behind `kept` and number `moved`; what is in a storage already stays under its number if it can. */
  const place = (kept: readonly Entry[], moved: number): void => {
    const since = waiting();
    first = moved + 1;
    head = 0;
    entries = [];
    const put = (n: number, entry: Entry | undefined): void => {
      entries[n - first] = entry;
    };
    for (const entry of kept) put(entry.n, entry);
    const moves: (() => void)[] = [];
    for (const entry of since) {
      const n = Math.max(last() + 1, keeper && entry ? entry.n : 0);
      put(n, entry);
      if (entry) moves.push(() => move(entry, n));
    }
    // The last one first: the number that one leaves may be the next one's.
    for (const act of moves.reverse()) act();
  };

  const keep = (next: Keeper | undefined): void => {
    if (!next) for (const entry of waiting()) if (entry) erase(entry.n);
    keeper = next;
    for (const entry of waiting()) if (entry) write(entry);
  };

  return {
    added$,
    last,
    size: () => entries.length - head,
    isEmpty: () => head === entries.length,

    add(element, within, { until, ticket = deliveries.ticket(element.attrs['id'] ?? '') } = {}) {
      const entry: Entry = { n: last() + 1, xml: element.toString(), element, in: within, until, ticket };
      entries.push(entry);
      write(entry);
      deliveries.queued(ticket);
      added$.next(entry.n);
      return (reason = 'cancelled') => remove(entry, reason);
    },

    take(upTo, maxSize, nowMs = -Infinity) {
      const stanzas: Taken[] = [];
      let size = 0;
      while (first <= upTo && head < entries.length) {
        const length = entries[head]?.xml.length ?? 0;
        if (stanzas.length > 0 && size + length > maxSize) break;
        const n = first;
        const entry = shift();
        if (entry && (entry.until ?? Infinity) <= nowMs) {
          deliveries.unsent(entry.ticket, 'expired');
        } else if (entry) {
          deliveries.taken(entry.ticket);
          stanzas.push({ n, xml: entry.xml });
          size += length;
        }
      }
      return { stanzas, upTo: first - 1, more: first <= Math.min(upTo, last()) };
    },

    putBack(rid, xmls) {
      const tickets = deliveries.returned(rid, xmls.length);
      const back = xmls.map((xml, i) => readBack(xml, first - xmls.length + i, tickets[i]));
      entries = [...back, ...waiting()];
      head = 0;
      first -= back.length;
      back.forEach(write);
    },

    drain() {
      const all = waiting();
      for (let n = first; n <= last(); n++) erase(n);
      first += all.length;
      entries = [];
      head = 0;
      for (const entry of all) if (entry) deliveries.unsent(entry.ticket, 'ended');
      return all.flatMap((entry) => (entry ? [entry.element] : []));
    },

    reset() {
      for (const entry of waiting()) if (entry) deliveries.putAside(entry.ticket);
      first += waiting().length;
      entries = [];
      head = 0;
    },

    keep,

    keepBehind(next, moved) {
      place([], Math.max(moved, numbersIn(next).at(-1) ?? 0));
      keep(next);
    },

    load(from, moved, isDone) {
      const ours = new Set(keeper && waiting().map((entry) => entry?.n));
      const kept = readQueue(from, moved, isDone, deliveries.ticket).filter(({ n }) => !ours.has(n));
      for (const { ticket } of kept) deliveries.queued(ticket);
      place(kept, moved);
    },
  };
};
