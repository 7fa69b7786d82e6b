import { sameBareJid } from '../xml/jid.js';
import { type Fence, fenceAt, raiseFence } from './fence.js';
import type { Outbox } from './outbox-port.js';
import { type Keeper, numbersIn } from './queue.js';
import { keysBeside, sideKeys, type StoragePort } from './storage.js';

export interface WaitingPorts {
  readonly storage: StoragePort;
  /** Name of the session's record: no session waits beside it. */
  readonly key: string;
  readonly outbox: Outbox;
  /** Where it is marked which copy of what waits is not to be sent any more, if there is such a place. */
  readonly fence: Omit<Fence, 'nameOf'> | undefined;
  readonly newName: () => string;
  readonly now: () => number;
}

/** Keeps what waits to be sent while there is no session, so that the page after this one sends it: once. */
export interface Waiting {
  /** From now on what waits is kept, in the name of this account. */
  keep(jid: string): void;
  /**
   * This account is about to get a session: takes over what a page before this one has left, if it was in its name, else
   * removes it. Returns whether what waits is kept now.
   */
  takeOver(jid: string): boolean;
  /**
   * A session of this account goes on: a page died while what waits was on its way between here and the session's own place.
   * What has not arrived there is brought there.
   */
  recover(jid: string): void;
  /** There is a session, which keeps what waits from now on. */
  settle(): void;
  /** Keeps nothing any more. */
  clear(): void;
}

/** Whose it is, and what this copy of it is called: a duplicated tab has the same. */
interface Mark {
  readonly jid: string;
  readonly name: string;
}

const readMark = (text: string | null): Mark | undefined => {
  try {
    const { jid, name } = JSON.parse(text ?? '') as Partial<Mark>;
    return typeof jid === 'string' && typeof name === 'string' ? { jid, name } : undefined;
  } catch {
    return undefined;
  }
};

/** Whoever sends a copy marks up to which number; who has the same copy sends none of that. */
export const createWaiting = ({ storage, key, outbox, fence, newName, now }: WaitingPorts): Waiting => {
  const keeper: Keeper = { storage, key: `${key}:w` };
  let own: string | undefined;

  const write = (jid: string): void => {
    own ??= newName();
    storage.setItem(keeper.key, JSON.stringify({ jid, name: own }));
  };
  const sentUpTo = (name: string): number => (fence ? fenceAt(fence.storage, fence.prefix + name) : 0);
  const markSent = (name: string, upTo: number): void => {
    if (fence) raiseFence(fence.storage, fence.prefix + name, upTo, now());
  };
  /** A storage that fails keeps nothing, and breaks nothing. */
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };

  const forgetAll = (): void => {
    own = undefined;
    for (const name of keysBeside(storage, keeper.key)) storage.removeItem(name);
    // The mark last: nothing is there that nobody knows of.
    storage.removeItem(keeper.key);
  };

  const inherit = ({ jid, name }: Mark): void => {
    const numbers = numbersIn(keeper);
    const sent = sentUpTo(name);
    own = undefined;
    write(jid);
    markSent(name, Math.max(sent, numbers.at(-1) ?? 0));
    outbox.load(keeper, Math.max(sent, (numbers[0] ?? 1) - 1), () => true);
    outbox.keep(keeper);
  };

  const takeOver = (jid: string): boolean => {
    const mark = readMark(storage.getItem(keeper.key));
    if (!mark) return false;
    if (storage.getItem(key) !== null || !sameBareJid(mark.jid, jid)) {
      if (own !== undefined) outbox.keep(undefined);
      forgetAll();
      return false;
    }
    if (mark.name !== own) inherit(mark);
    return true;
  };

  const recover = (jid: string): void => {
    const mark = readMark(storage.getItem(keeper.key));
    if (!mark) return;
    const [from, to] = [sideKeys(keeper.key), sideKeys(key)];
    for (const n of sameBareJid(mark.jid, jid) ? numbersIn(keeper) : []) {
      const text = storage.getItem(from.queued(n));
      if (text !== null && storage.getItem(to.queued(n)) === null) storage.setItem(to.queued(n), text);
    }
    forgetAll();
  };

  const keep = (jid: string): boolean => {
    write(jid);
    outbox.keep(keeper);
    return true;
  };

  const settle = (): void => {
    if (own === undefined) return;
    const sent = sentUpTo(own);
    if (sent > 0) outbox.take(sent, Infinity);
    else markSent(own, outbox.last());
  };

  return {
    keep(jid) {
      if (!attempt(() => keep(jid), false)) outbox.keep(undefined);
    },
    takeOver: (jid) => attempt(() => takeOver(jid), false),
    recover: (jid) => attempt(() => recover(jid), undefined),
    settle: () => attempt(settle, undefined),
    clear: () => {
      if (own !== undefined) attempt(forgetAll, undefined);
    },
  };
};
