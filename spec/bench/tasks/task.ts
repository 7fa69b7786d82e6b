import type { Account, Manner } from '../seats/seat.js';

/** What a program is told to do, in a process of its own. */
export interface Task {
  readonly name: string;
  readonly contender: string;
  readonly account: Account;
  readonly manner: Manner;
  /** Calls `flush` after each send. */
  readonly flush: boolean;
  /** How often, or how many. */
  readonly count: number;
  readonly gapMs: number;
  /** Characters of a message's text. */
  readonly length: number;
}

/**
 * So many messages of a flood come before those that count, so that everybody's code has been compiled: in portions, since
 * ejabberd ends a stream that has more than 5,000 unacknowledged.
 */
export const WARM_UP = { portions: 5, count: 2_000 };

/** What came of it, by name; lists keep every single value. */
export type Figures = Readonly<Record<string, number | readonly number[]>>;

/** Does the task. `ready` says to the other side that it may begin, and with whom. */
export type Act = (task: Task, ready: (jid: string) => void) => Promise<Figures>;
