import { type Observable, Subject } from 'rxjs';

import type { Taken } from '../protocol/bosh-state.js';
import type { Ref } from '../protocol/stream.js';
import type { XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import { keysBeside, sideKeys, type StoragePort } from './storage.js';

/** A stanza that has been accepted and has not left. `in`: the incoming stanza whose handler sent it. */
interface Entry {
  /** Its number; a higher one later if stanzas that a storage has kept come ahead of it. */
  n: number;
  readonly xml: string;
  readonly element: XmlElement;
  readonly in: Ref | undefined;
}

/** Where waiting stanzas are kept besides in memory. */
export interface Keeper {
  readonly storage: StoragePort;
  readonly key: string;
  readonly onFault?: (error: unknown) => void;
}

export interface Batch {
  readonly stanzas: readonly Taken[];
  /** Everything up to this number has left the outbox. */
  readonly upTo: number;
  readonly more: boolean;
}

/** The only owner of stanzas that have not left yet. Each has a number; numbers ascend by one. */
export interface Outbox {
  /** The number of each stanza as it is added. */
  readonly added$: Observable<number>;
  /** The highest number given. */
  readonly last: () => number;
  isEmpty(): boolean;
  /** Returns what takes it back; that returns false when it has left already. */
  readonly add: (element: XmlElement, within?: Ref) => () => boolean;
  /** Hands out the oldest up to number `upTo`, as many as fit in `maxSize` characters, but always one. */
  readonly take: (upTo: number, maxSize: number) => Batch;
  /** Empties it. */
  readonly drain: () => readonly XmlElement[];
  /** Forgets what waits in memory, and nothing of what a storage keeps of it. */
  readonly reset: () => void;
  /** Keeps what waits, and what will be added, in a storage too; undefined: in memory only. */
  readonly keep: (keeper: Keeper | undefined) => void;
  /**
   * Takes in what a storage has kept beyond number `moved`, ahead of what was added since. What it kept besides is removed:
   * stanzas that have moved, and those of handlers that are not done and will run again.
   */
  readonly load: (keeper: Keeper, moved: number, isDone: (ref: Ref) => boolean) => void;
}

const readEntry = (n: number, text: string | null): Entry | undefined => {
  if (text === null) return undefined;
  try {
    const value = JSON.parse(text) as { xml: string; in?: Ref };
    return { n, xml: value.xml, element: parse(value.xml), in: value.in };
  } catch {
    return undefined;
  }
};

/** What is kept and still to be sent, ascending; removes the rest. It writes nothing: a page may die at any point of this. */
const readQueue = (
  { storage, key }: Keeper,
  moved: number,
  isDone: (ref: Ref) => boolean,
): readonly Entry[] => {
  const prefix = sideKeys(key).queued('');
  const numbers = keysBeside(storage, key)
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
  return numbers.flatMap((n) => {
    const name = sideKeys(key).queued(n);
    const entry = n > moved ? readEntry(n, storage.getItem(name)) : undefined;
    if (entry && (entry.in === undefined || isDone(entry.in))) return [entry];
    storage.removeItem(name);
    return [];
  });
};

export const createOutbox = (): Outbox => {
  const added$ = new Subject<number>();
  let entries: (Entry | undefined)[] = [];
  let head = 0;
  let first = 1;
  let keeper: Keeper | undefined;

  const last = (): number => first + entries.length - head - 1;

  const write = ({ n, xml, in: within }: Entry): void => {
    if (!keeper) return;
    try {
      keeper.storage.setItem(sideKeys(keeper.key).queued(n), JSON.stringify({ xml, in: within }));
    } catch (error) {
      keeper.onFault?.(error);
    }
  };

  const erase = (n: number): void => {
    if (keeper) keeper.storage.removeItem(sideKeys(keeper.key).queued(n));
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

  const remove = (entry: Entry): boolean => {
    const index = head + entry.n - first;
    if (entries[index] !== entry) return false;
    entries[index] = undefined;
    erase(entry.n);
    return true;
  };

  const waiting = (): readonly (Entry | undefined)[] => entries.slice(head);

  return {
    added$,
    last,
    isEmpty: () => head === entries.length,

    add(element, within) {
      const entry: Entry = { n: last() + 1, xml: element.toString(), element, in: within };
      entries.push(entry);
      write(entry);
      added$.next(entry.n);
      return () => remove(entry);
    },

    take(upTo, maxSize) {
      const stanzas: Taken[] = [];
      let size = 0;
      while (first <= upTo && head < entries.length) {
        const length = entries[head]?.xml.length ?? 0;
        if (stanzas.length > 0 && size + length > maxSize) break;
        const n = first;
        const entry = shift();
        if (entry) stanzas.push({ n, xml: entry.xml });
        size += length;
      }
      return { stanzas, upTo: first - 1, more: first <= Math.min(upTo, last()) };
    },

    drain() {
      const all = waiting();
      for (let n = first; n <= last(); n++) erase(n);
      first += all.length;
      entries = [];
      head = 0;
      return all.flatMap((entry) => (entry ? [entry.element] : []));
    },

    reset() {
      first += waiting().length;
      entries = [];
      head = 0;
    },

    keep(next) {
      keeper = next;
      for (const entry of waiting()) if (entry) write(entry);
    },

    load(from, moved, isDone) {
      const since = waiting();
      const kept = readQueue(from, moved, isDone);
      first = moved + 1;
      head = 0;
      entries = Array.from({ length: (kept.at(-1)?.n ?? moved) - moved });
      for (const entry of kept) entries[entry.n - first] = entry;
      for (const entry of since) {
        entries.push(entry);
        if (entry) entry.n = last();
      }
    },
  };
};
