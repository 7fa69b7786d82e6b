import { Observable, type SchedulerAction, type SchedulerLike, Subject } from 'rxjs';
import {
  type Client,
  type ClientOptions,
  createClient,
  type Lifecycle,
  type Platform,
  type Stanza,
  type Status,
} from 'rxmpp';
import {
  type Domain,
  type HttpEvent,
  type HttpPort,
  memoryLocks,
  type MemoryLocks,
  memoryStorage,
  type MemoryStorage,
  type StoragePort,
  syncCrypto,
} from 'rxmpp/testing';
import { bytesFrom, URL } from '../../support/stage.js';
import { createFuse, type Fuse } from './fuse.js';

/** What outlives a page. */
export interface World {
  readonly scheduler: SchedulerLike;
  readonly domain: Domain;
  /** The tab's `sessionStorage`. */
  readonly storage: MemoryStorage;
  /** The browser's `localStorage`. */
  readonly shared: MemoryStorage;
  readonly locks: MemoryLocks;
}

export interface PageOptions extends ClientOptions {
  readonly storage?: MemoryStorage;
  readonly seed?: number;
  /** Whether a request that was on its way when the page died still arrives. Default false. */
  readonly lingers?: boolean;
  /** How long the dead document still holds its lock, in ms. Default 0. */
  readonly dyingMs?: number;
  readonly handler?: (stanza: Stanza, client: Client) => void;
}

/** A page: a client that can die at any instant, without noticing. */
export interface Page {
  readonly client: Client;
  readonly fuse: Fuse;
  /** What its app was given, in order. */
  readonly stanzas: readonly Stanza[];
  readonly statuses: readonly Status[];
  readonly status: Status;
  readonly life$: Subject<Lifecycle>;
  kill(): void;
}

export const createWorld = (scheduler: SchedulerLike, domain: Domain): World => ({
  ...{ scheduler, domain, storage: memoryStorage(), shared: memoryStorage(), locks: memoryLocks() },
});

const fusedStorage = (storage: StoragePort, fuse: Fuse): StoragePort => ({
  get length() {
    return storage.length;
  },
  key: (index) => storage.key(index),
  getItem: (key) => (fuse.blown ? null : storage.getItem(key)),
  setItem(key, value) {
    if (fuse.take(`set ${key}`)) storage.setItem(key, value);
  },
  removeItem(key) {
    if (fuse.take(`remove ${key}`)) storage.removeItem(key);
  },
});

const ridOf = (body: string): string => /^[^>]* rid="(\d+)"/.exec(body)?.[1] ?? '';

/** A dead page hears nothing more; what it had on the way is cut, or with `lingers` only once it has arrived. */
const fusedHttp =
  (http: HttpPort, fuse: Fuse, lingers: boolean): HttpPort =>
  (request) =>
    new Observable((subscriber) => {
      const rid = ridOf(request.body);
      if (!fuse.take(`post ${rid}`)) return;
      const open = { uploaded: false, done: false };
      const hear = (event: HttpEvent): void => {
        if (event.type === 'uploaded') open.uploaded = true;
        const said = fuse.take(event.type === 'uploaded' ? `uploaded ${rid}` : `answered ${rid}`);
        if (said) subscriber.next(event);
        else sending.unsubscribe();
      };
      const error = (cause: unknown): void => {
        if (fuse.take(`failed ${rid}`)) subscriber.error(cause);
      };
      const sending = http(request).subscribe({ next: hear, error, complete: () => subscriber.complete() });
      fuse.onBlow(() => {
        if (open.uploaded || !lingers) sending.unsubscribe();
      });
      subscriber.add(() => {
        if (!fuse.blown) sending.unsubscribe();
      });
    });

const fusedClock = (scheduler: SchedulerLike, fuse: Fuse): SchedulerLike => ({
  now: () => scheduler.now(),
  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, delay?: number, state?: T) {
    return scheduler.schedule<T>(
      function (given) {
        if (!fuse.blown) work.call(this, given as T);
      },
      delay,
      state as T,
    );
  },
});

/** The mark of a dead page goes with it, or a little later. */
const fusedLocks =
  ({ locks, scheduler }: World, fuse: Fuse, dyingMs: number): Platform['locks'] =>
  (name) =>
    new Observable((subscriber) => {
      if (fuse.blown) return;
      const holding = locks.locks(name).subscribe(() => {
        if (!fuse.blown) subscriber.next();
      });
      const release = (): void => holding.unsubscribe();
      fuse.onBlow(() => {
        if (dyingMs > 0) scheduler.schedule(release, dyingMs);
        else release();
      });
      subscriber.add(() => {
        if (!fuse.blown) release();
      });
    });

/** Opens a page: a client over what is left of the one before. */
export const openPage = (world: World, options: PageOptions = {}): Page => {
  const { storage = world.storage, seed = 1, lingers = false, dyingMs = 0, handler, ...rest } = options;
  const { scheduler, domain, shared } = world;
  const fuse = createFuse();
  const life$ = new Subject<Lifecycle>();
  const farewell: Platform['farewell'] = (request) => {
    if (fuse.take(`farewell ${ridOf(request.body)}`)) domain.http(request).subscribe({ error: () => {} });
  };
  const platform: Partial<Platform> = {
    ...{ uploads: true, random: bytesFrom(seed), crypto: syncCrypto, lifecycle$: life$, farewell },
    storage: fusedStorage(storage, fuse),
    shared: fusedStorage(shared, fuse),
    http: fusedHttp(domain.http, fuse, lingers),
    scheduler: fusedClock(scheduler, fuse),
    locks: fusedLocks(world, fuse, dyingMs),
  };
  const client = createClient(URL, { keepalive: true, ...rest, platform: { ...platform, ...rest.platform } });
  const [stanzas, statuses]: [Stanza[], Status[]] = [[], []];
  client.status$.subscribe((status) => {
    if (!fuse.blown) statuses.push(status);
  });
  client.stanza$.subscribe((stanza) => {
    if (!fuse.take('given')) return;
    stanzas.push(stanza);
    handler?.(stanza, client);
  });
  return {
    ...{ client, fuse, stanzas, statuses, life$ },
    get status() {
      return statuses[statuses.length - 1]!;
    },
    kill: fuse.blow,
  };
};
