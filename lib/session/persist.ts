import { distinctUntilChanged, Observable, type OperatorFunction } from 'rxjs';

import type { SessionRecord, Snapshot } from '../protocol/record.js';
import { forget, sideKeys, type StoragePort } from './storage.js';

export interface PersistOptions {
  readonly storage: StoragePort;
  /** Name of the record in the storage. */
  readonly key: string;
  /** False keeps `jid`, `sid` and `rid` only, as Strophe.js does. Default true. */
  readonly journal?: boolean;
  /** Told when the storage refuses to take or give something; the session goes on without it. */
  readonly onFault?: (error: unknown) => void;
}

const NOTHING: ReadonlyMap<number, string> = new Map();

const sameTokens = (a: SessionRecord | null, b: SessionRecord | null): boolean =>
  a === b || (a !== null && b !== null && a.jid === b.jid && a.sid === b.sid && a.rid === b.rid);

/** Writes commits so that the record never speaks of a text that is not there: texts first, then the record. */
const createWriter = ({ storage, key, journal = true }: PersistOptions) => {
  const names = sideKeys(key);
  let bodies = NOTHING;
  let answers = NOTHING;
  let moved: number | undefined;
  let gen = 0;

  const addMissing = (name: (rid: number) => string, was: ReadonlyMap<number, string>, is: typeof was): void => {
    for (const [rid, text] of is) if (!was.has(rid)) storage.setItem(name(rid), text);
  };
  const dropOld = (name: (rid: number) => string, was: ReadonlyMap<number, string>, is: typeof was): void => {
    for (const rid of was.keys()) if (!is.has(rid)) storage.removeItem(name(rid));
  };

  return (snapshot: Snapshot): void => {
    const { record } = snapshot;
    if (!journal) {
      const { jid, rid, sid } = record;
      storage.setItem(key, JSON.stringify({ jid, rid, sid }));
      return;
    }
    addMissing(names.body, bodies, snapshot.bodies);
    addMissing(names.answer, answers, snapshot.answers);
    gen += 1;
    storage.setItem(key, JSON.stringify({ ...record, gen }));
    dropOld(names.body, bodies, snapshot.bodies);
    dropOld(names.answer, answers, snapshot.answers);
    for (let n = (moved ?? record.q) + 1; n <= record.q; n++) storage.removeItem(names.queued(n));
    ({ bodies, answers } = snapshot);
    moved = record.q;
  };
};

/**
 * Writes every commit of a session to the storage, then passes the record on when its tokens have changed: what comes out has been kept. `undefined`
 * (there is no session, or none any more) removes it and comes out as null.
 *
 * A commit is one `setItem` of the record; the texts it refers to are written before and removed after it. A storage that
 * fails is reported to `onFault` and never ends the stream. Synchronous: subscribe before whatever must come after the write.
 */
export const persist =
  (options: PersistOptions): OperatorFunction<Snapshot | undefined, SessionRecord | null> =>
  (snapshots$) =>
    new Observable<SessionRecord | null>((subscriber) => {
      const write = createWriter(options);
      const attempt = (work: () => void): void => {
        try {
          work();
        } catch (error) {
          options.onFault?.(error);
        }
      };
      const next = (snapshot: Snapshot | undefined): void => {
        if (snapshot) {
          attempt(() => write(snapshot));
          subscriber.next(snapshot.record);
        } else {
          attempt(() => forget(options.storage, options.key));
          subscriber.next(null);
        }
      };
      return snapshots$.subscribe({
        next,
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    }).pipe(distinctUntilChanged(sameTokens));
