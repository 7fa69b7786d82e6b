import type { Observable } from 'rxjs';

import type { Taken } from '../protocol/bosh-state.js';
import type { Ref } from '../protocol/stream.js';
import type { XmlElement } from '../xml/element.js';
import type { Ticket, UnsentReason } from './deliveries.js';
import type { Keeper } from './queue.js';

/** What is known of a stanza besides. */
interface More {
  readonly until?: number | undefined;
  readonly ticket?: Ticket;
}

/** What was taken out at once. */
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
  /** How many places are taken, those of stanzas that were taken back included. */
  size(): number;
  /**
   * Returns what takes it back; that returns false when it has left already. `within`: the incoming stanza whose handler sent
   * it; `until`: when it is of no use any more, in ms since the epoch; `ticket`: what it is followed by.
   */
  readonly add: (element: XmlElement, within?: Ref, more?: More) => (reason?: UnsentReason) => boolean;
  /** Hands out the oldest up to number `upTo`, as many as fit in `maxSize` characters, but always one. */
  readonly take: (upTo: number, maxSize: number, nowMs?: number) => Batch;
  /** Takes what was handed out last, for the request `rid`, in again: ahead of everything, under the numbers it had. */
  readonly putBack: (rid: number, xmls: readonly string[]) => void;
  /** Empties it. */
  readonly drain: () => readonly XmlElement[];
  /** Forgets what waits in memory, and nothing of what a storage keeps of it. */
  readonly reset: () => void;
  /** Keeps what waits, and what will be added, in a storage too; undefined: in memory only, and no longer in a storage. */
  readonly keep: (keeper: Keeper | undefined) => void;
  /** The same, behind number `moved` and all that the storage keeps already, which `load` can take in later. */
  readonly keepBehind: (keeper: Keeper, moved: number) => void;
  /**
   * Takes in what a storage has kept beyond number `moved`, ahead of what was added since. What it kept besides is removed:
   * stanzas that have moved, and those of handlers that are not done and will run again.
   */
  readonly load: (keeper: Keeper, moved: number, isDone: (ref: Ref) => boolean) => void;
}
