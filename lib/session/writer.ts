import type { SessionRecord, Snapshot } from '../protocol/record.js';
import { type Fence, raiseFence, sweepFences } from './fence.js';
import { forget, keysBeside, sideKeys, type StoragePort } from './storage.js';

export interface WriterOptions {
  readonly storage: StoragePort;
  /** Name of the record in the storage. */
  readonly key: string;
  /** False keeps `jid`, `sid` and `rid` only, as Strophe.js does. Default true. */
  readonly journal?: boolean;
  /** The generation that was read, when a kept session goes on. Default 0. */
  readonly gen?: number;
  readonly fence?: Fence;
  /** Told when the storage refuses to take or give something; the session goes on without it. */
  readonly onFault?: (error: unknown) => void;
}

type Flight = SessionRecord['fl'][number];

/** Keeps one session. Neither method throws. */
export interface Writer {
  write(snapshot: Snapshot): void;
  remove(): void;
}

/**
 * A writer for which the record never speaks of a text that is not there: a commit is one `setItem` of the record, and the
 * texts it refers to are written before and removed after it. An answer that the storage has no room for is left with the
 * server instead: its request stays unanswered in the record, and is asked again after a reload.
 */
export const createWriter = (options: WriterOptions): Writer => {
  const { storage, key, journal = true, fence, onFault } = options;
  const names = sideKeys(key);
  let kept = new Set<string>();
  let flights: readonly Flight[] = [];
  let unkept: readonly Flight[] = [];
  let moved: number | undefined;
  let gen = options.gen ?? 0;
  let fenced: string | undefined;

  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      onFault?.(error);
      return false;
    }
  };

  const put = (name: string, text: string): boolean =>
    kept.has(name) || attempt(() => storage.setItem(name, text));

  const sweep = (wanted: ReadonlySet<string>, q: number): void => {
    const old =
      moved === undefined
        ? keysBeside(storage, key).filter((name) => !name.startsWith(names.queued('')))
        : kept;
    for (const name of old) if (!wanted.has(name)) storage.removeItem(name);
    for (let n = (moved ?? q) + 1; n <= q; n++) storage.removeItem(names.queued(n));
  };

  /**
   * Requests whose answers could not be kept, as long as those are not dispatched; and those after them, since the
   * requests of a record have no gap. Each with the number of children dispatched.
   */
  const leftWithServer = ({ record, answers }: Snapshot): readonly Flight[] => {
    const candidates = [...unkept, ...flights];
    let refused = false;
    return record.inb.flatMap(({ r, c }) => {
      const known = candidates.find((flight) => flight.r === r);
      refused ||= unkept.some((flight) => flight.r === r) || !put(names.answer(r), answers.get(r) ?? '');
      return refused && known ? [{ ...known, c }] : [];
    });
  };

  const commit = (record: SessionRecord, fl: SessionRecord['fl'], inb: SessionRecord['inb']): void => {
    gen += 1;
    storage.setItem(key, JSON.stringify({ ...record, fl, inb, gen }));
    if (!fence) return;
    if (fenced === undefined) sweepFences(fence, record.ts);
    fenced ??= fence.nameOf(record);
    raiseFence(fence.storage, fenced, gen, record.ts);
  };

  const write = (snapshot: Snapshot): void => {
    const { record, bodies } = snapshot;
    for (const [rid, text] of bodies) put(names.body(rid), text);
    unkept = leftWithServer(snapshot);
    const isUnkept = (rid: number): boolean => unkept.some(({ r }) => r === rid);
    const fl = [...unkept, ...record.fl];
    const inb = record.inb.filter(({ r }) => !isUnkept(r));
    const wanted = new Set([...fl.map(({ r }) => names.body(r)), ...inb.map(({ r }) => names.answer(r))]);
    if (!attempt(() => commit(record, fl, inb))) return;
    attempt(() => sweep(wanted, record.q));
    kept = wanted;
    flights = record.fl;
    moved = record.q;
  };

  return {
    write(snapshot) {
      const { jid, rid, sid } = snapshot.record;
      if (journal) write(snapshot);
      else attempt(() => storage.setItem(key, JSON.stringify({ jid, rid, sid })));
    },
    remove() {
      attempt(() => forget(storage, key));
      const name = fenced;
      if (fence && name !== undefined) attempt(() => fence.storage.removeItem(name));
    },
  };
};

/** A writer that only remembers what it is to write. */
export interface LazyWriter extends Writer {
  /** Writes it. */
  flush(): void;
}

/** Puts writing off until somebody wants to read: for a memory that is gone with the page anyway, no commit is worth its text. */
export const lazily = (make: () => Writer): LazyWriter => {
  let made: Writer | undefined;
  let latest: Snapshot | undefined;
  const writer = (): Writer => (made ??= make());
  return {
    write(snapshot) {
      latest = snapshot;
    },
    remove() {
      latest = undefined;
      writer().remove();
    },
    flush() {
      if (latest) writer().write(latest);
      latest = undefined;
    },
  };
};
