import type { SessionRecord } from '../protocol/record.js';
import type { StoragePort } from './storage.js';

/** What tells a stale copy of a session from the living one: a mark in a storage that all pages share. */
export interface Fence {
  readonly storage: StoragePort;
  /** What the names of all marks begin with. */
  readonly prefix: string;
  readonly nameOf: (record: Pick<SessionRecord, 'sid'>) => string;
}

/** A session whose tab was closed leaves its mark behind. After a day no server knows it any more. */
const FORGET_MS = 86_400_000;

/** Marks the generation of a session's last commit, and when that was (ms since the epoch). */
export const raiseFence = (storage: StoragePort, name: string, gen: number, ts: number): void =>
  storage.setItem(name, `${gen} ${ts}`);

/** The generation that is marked; 0 where there is none or the storage can't be read. */
export const fenceAt = (storage: StoragePort | undefined, name: string): number => {
  try {
    return parseInt(storage?.getItem(name) ?? '') || 0;
  } catch {
    return 0;
  }
};

/** Removes the marks that others have left for longer than any session lives without them. */
export const sweepFences = ({ storage, prefix }: Fence, nowMs: number): void => {
  const names = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
  for (const name of names) {
    const [, ts] = name.startsWith(prefix) ? (storage.getItem(name) ?? '').split(' ') : [];
    if (ts !== undefined && Number(ts) < nowMs - FORGET_MS) storage.removeItem(name);
  }
};
