import type { Outbox } from '../session/outbox.js';
import { bounded } from '../session/bounded.js';
import { type Fence, fenceAt } from '../session/fence.js';
import { sessionName } from '../session/ownership.js';
import { forget, type StoragePort, unkept } from '../session/storage.js';
import { createWaiting, type Waiting } from '../session/waiting.js';
import { createWriter, type LazyWriter, lazily, type Writer } from '../session/writer.js';
import { type Kept, type KeptTexts, readKept, type Resumable, textsOf } from './kept.js';
import { limitsOf } from './limits.js';
import { type ClientOptions, KEY, type KeepaliveOptions } from './options.js';
import type { Platform } from './platform.js';
import { randomId } from './random.js';

/** Where a client's session is kept: in the storage, or without `keepalive` in memory only. */
export interface Keeping {
  /** A writer for the session that is opened now; `gen` is that of the kept session that goes on. */
  writer(gen: number, onFault: (error: unknown) => void): Writer;
  /**
   * The kept session, if it is one of `jid`.
   *
   * @throws {StropheSessionError} `no-storage`, `no-session` or `jid-mismatch`.
   */
  read(jid: string | undefined): Kept;
  /** The session of this client itself, wherever it is kept. Throws like `read`. */
  own(): Kept;
  /** What is kept under our key, as it is: in the storage, or what this client itself has kept, wherever that is. */
  texts(own: boolean): KeptTexts | undefined;
  /** Whether another page has committed the same session later. */
  isStale(kept: Resumable): boolean;
  /** Keeps what waits in the outbox and what is sent from now on, behind what the kept session has waiting. */
  queueBehind(kept: Resumable): void;
  /** Takes the stanzas that waited over into the outbox. */
  load<K extends Resumable>(kept: K): K;
  /** The same for a page that has been put aside: what it remembers may have been sent by another one. */
  reload<K extends Resumable>(kept: K): K;
  /** There is a session: it keeps what waits in the outbox from now on. */
  keepQueue(): void;
  /** There is none, and what waits in the outbox goes on waiting: in the name of this account, or in nobody's and unkept. */
  keepWaiting(jid: string | undefined): void;
  /** Takes over what a page before this one has left so, if it was in the name of this account; returns whether it is kept now. */
  takeOver(jid: string): boolean;
  forget(): void;
}

export const createKeeping = (
  service: string,
  { keepalive, limits }: ClientOptions,
  platform: () => Platform,
  outbox: Outbox,
): Keeping => {
  const options: KeepaliveOptions | undefined = keepalive === true ? {} : keepalive || undefined;
  const key = options?.key ?? KEY;
  const journal = options?.journal ?? true;
  const memory = unkept();

  const within = new WeakMap<StoragePort, StoragePort>();
  const limited = (storage: StoragePort): StoragePort => {
    const known = within.get(storage) ?? bounded(storage, key, limitsOf(limits).maxStored);
    within.set(storage, known);
    return known;
  };

  const stored = (): StoragePort | undefined => {
    const storage = options?.storage ?? platform().storage;
    return storage && limited(storage);
  };
  const target = (): StoragePort => (options && stored()) ?? memory;
  let inMemory: LazyWriter | undefined;
  /** The same, with all in it. */
  const written = (): StoragePort => {
    inMemory?.flush();
    return target();
  };
  const prefix = `${key}:gen:`;
  const nameOf: Fence['nameOf'] = ({ sid }) => `${prefix}${sessionName(service, sid)}`;
  const fence = (): Fence | undefined => {
    const { shared } = platform();
    return options && shared && { storage: shared, prefix, nameOf };
  };

  const load = <K extends Resumable>(kept: K): K => {
    const storage = stored();
    if (storage && kept.restored) outbox.load({ storage, key }, kept.restored.moved, kept.isDone);
    return kept;
  };

  let waiting: Waiting | undefined;
  const waitingHere = (): Waiting | undefined => {
    const storage = options && journal ? stored() : undefined;
    if (!storage) return undefined;
    const { random, scheduler } = platform();
    return (waiting ??= createWaiting({
      ...{ storage, key, outbox, fence: fence() },
      newName: () => randomId(random),
      now: () => scheduler.now(),
    }));
  };

  /** What waits when a session ends is kept elsewhere before anything is removed: perhaps another session follows. */
  const leaving = (writer: Writer): Writer => {
    let jid: string | undefined;
    return {
      write(snapshot) {
        ({ jid } = snapshot.record);
        writer.write(snapshot);
      },
      remove() {
        if (jid !== undefined && !outbox.isEmpty()) waitingHere()?.keep(jid);
        writer.remove();
      },
    };
  };

  return {
    writer: (gen, onFault) => {
      const storage = target();
      const fenced = fence();
      const make = (): Writer =>
        createWriter({ storage, key, journal, gen, onFault, ...(fenced && { fence: fenced }) });
      if (storage === memory) return (inMemory = lazily(make));
      return journal ? leaving(make()) : make();
    },
    read: (jid) => readKept(stored(), key, jid),
    own: () => readKept(written(), key, undefined),
    texts(own) {
      const storage = own ? written() : stored();
      return storage && textsOf(storage, key);
    },
    isStale({ tokens, restored }) {
      return options && restored ? fenceAt(platform().shared, nameOf(tokens)) > restored.gen : false;
    },
    queueBehind({ tokens, restored }) {
      if (!restored || !options || !journal) return;
      waitingHere()?.recover(tokens.jid);
      outbox.keepBehind({ storage: target(), key }, restored.moved);
    },
    load,
    reload(kept) {
      if (!options || !journal) return kept;
      outbox.reset();
      return load(kept);
    },
    keepQueue() {
      const waiting = waitingHere();
      waiting?.settle();
      outbox.keep(options && journal ? { storage: target(), key } : undefined);
      waiting?.clear();
    },
    keepWaiting(jid) {
      const waiting = waitingHere();
      if (waiting && jid !== undefined) waiting.keep(jid);
      else {
        outbox.keep(undefined);
        waiting?.clear();
      }
    },
    takeOver: (jid) => waitingHere()?.takeOver(jid) ?? false,
    forget() {
      if (options) forget(target(), key);
    },
  };
};
