import type { Ref } from '../protocol/stream.js';
import type { XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import type { Ticket } from './deliveries.js';
import { keysBeside, sideKeys, type StoragePort } from './storage.js';

/** A stanza that has been accepted and has not left. `in`: the incoming stanza whose handler sent it. */
export interface Entry {
  /** Its number; a higher one later if stanzas that a storage has kept come ahead of it. */
  n: number;
  readonly xml: string;
  readonly element: XmlElement;
  readonly in: Ref | undefined;
  /** When it is of no use any more, in ms since the epoch. */
  readonly until: number | undefined;
  readonly ticket: Ticket;
}

/** Where waiting stanzas are kept besides in memory. */
export interface Keeper {
  readonly storage: StoragePort;
  readonly key: string;
  readonly onFault?: (error: unknown) => void;
}

type NewTicket = (id: string) => Ticket;

const readEntry = (n: number, text: string | null, ticket: NewTicket): Entry | undefined => {
  if (text === null) return undefined;
  try {
    const value = JSON.parse(text) as { xml: string; in?: Ref; until?: number };
    const element = parse(value.xml);
    const ticketed = { element, ticket: ticket(element.attrs['id'] ?? '') };
    return { n, xml: value.xml, in: value.in, until: value.until, ...ticketed };
  } catch {
    return undefined;
  }
};

/** The numbers of what is kept, ascending. */
export const numbersIn = ({ storage, key }: Keeper): readonly number[] => {
  const prefix = sideKeys(key).queued('');
  return keysBeside(storage, key)
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
};

/** What is kept and still to be sent, ascending; removes the rest. It writes nothing: a page may die at any point of this. */
export const readQueue = (
  from: Keeper,
  moved: number,
  isDone: (ref: Ref) => boolean,
  ticket: NewTicket,
): readonly Entry[] => {
  const { storage, key } = from;
  return numbersIn(from).flatMap((n) => {
    const name = sideKeys(key).queued(n);
    const entry = n > moved ? readEntry(n, storage.getItem(name), ticket) : undefined;
    if (entry && (entry.in === undefined || isDone(entry.in))) return [entry];
    storage.removeItem(name);
    return [];
  });
};

/** A stanza that had left the queue already, as it waits in it again. */
export const readBack = (xml: string, n: number, ticket: Ticket | undefined): Entry => {
  const element = parse(xml);
  const { id = '' } = element.attrs;
  const known = ticket ?? { id, now: { state: 'queued', id }, watch: undefined };
  return { n, xml, element, in: undefined, until: undefined, ticket: known };
};
