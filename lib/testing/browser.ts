import { NEVER, type Observable, type SchedulerLike, Subject } from 'rxjs';
import type { HttpRequest } from '../protocol/http.js';
import { syncCrypto, type SyncCrypto } from './crypto.js';
import { memoryLocks, type MemoryLocks } from './locks.js';
import {
  createLife,
  livingClock,
  livingHttp,
  livingLocks,
  livingSockets,
  livingStorage,
  type PageDeath,
} from './page-ports.js';
import type { SeenRequest } from './request-log.js';
import { seededBytes } from './seeded-bytes.js';
import { memoryStorage, type MemoryStorage, type StoragePort } from './storage.js';
import type { WebSocketPort } from './sockets.js';
import type { HttpPort } from './wire.js';

/** What a browser can reach: a {@link Domain} or a {@link ScriptedServer}. */
export interface Network {
  readonly http: HttpPort;
  readonly webSocket?: WebSocketPort;
  readonly requests: readonly SeenRequest[];
  readonly scheduler: SchedulerLike;
}

/** What happens to a page: see `Lifecycle` of the main door. */
export type PageEvent = 'online' | 'offline' | 'freeze' | 'thaw' | 'visible' | 'end';

/** Everything that a client takes from outside, with nothing real in it: for `options.platform`. */
export interface PagePlatform {
  readonly http: HttpPort;
  readonly webSocket: WebSocketPort;
  /** Sends a last request, which arrives also when the page dies in the same moment. */
  readonly farewell: (request: HttpRequest) => void;
  readonly uploads: boolean;
  /** Marks that the pages of the browser share. */
  readonly locks: (name: string) => Observable<void>;
  readonly shared: StoragePort;
  readonly storage: StoragePort;
  /** That many bytes, the same in every run. */
  readonly random: (count: number) => Uint8Array;
  readonly crypto: SyncCrypto;
  readonly lifecycle$: Observable<PageEvent>;
  readonly scheduler: SchedulerLike;
}

/** A page of a browser, or a program that needs no browser. */
export interface MemoryPage {
  /** For `createClient(url, { platform })`. */
  readonly platform: PagePlatform;
  /** The `sessionStorage` of its tab, which outlives it. */
  readonly storage: MemoryStorage;
  readonly isAlive: boolean;
  /** What it has asked the network for, in order. */
  readonly requests: readonly SeenRequest[];
  /** Those that it still waits for. */
  readonly open: readonly SeenRequest[];
  /** How many timers it has set that are still to come. */
  readonly timers: number;
  /** Tells it what happens around it. */
  happen(event: PageEvent): void;
  /**
   * It dies at this instant, as in a crash or a reload: nothing of it reaches network, storage, locks or clock any more, and
   * nobody tells it. Its clients are neither told nor closed. `how` is for the traces that it leaves.
   */
  kill(how?: PageDeath): void;
  /** Kills it, and opens the next page of the same tab. */
  reload(how?: PageDeath): MemoryPage;
  /** Opens a page in another tab, with a copy of this one's `sessionStorage` as browsers make it. This one lives on. */
  duplicate(): MemoryPage;
}

/** Pages that share what the pages of one browser share: locks and `localStorage`. */
export interface MemoryBrowser {
  readonly locks: MemoryLocks;
  /** The `localStorage`. */
  readonly shared: MemoryStorage;
  /** Opens a page in a new tab; `storage` is its `sessionStorage` (empty). */
  page(storage?: MemoryStorage): MemoryPage;
}

/**
 * A browser whose pages reach this domain or this scripted server, and nothing real. Random numbers are the same in every
 * run: `seed` (1) says which.
 */
export const memoryBrowser = (network: Network, seed = 1): MemoryBrowser => {
  const locks = memoryLocks();
  const shared = memoryStorage();
  let pages = 0;

  const open = (storage: MemoryStorage): MemoryPage => {
    const life = createLife();
    const { http, requests } = livingHttp(network, life);
    const { clock, pending } = livingClock(network.scheduler, life);
    const lifecycle$ = new Subject<PageEvent>();
    const farewell = (request: HttpRequest): void => {
      // What is sent with the last breath arrives also when the page is gone.
      if (life.isAlive) network.http(request).subscribe({ error: () => undefined });
    };
    pages += 1;
    return {
      platform: {
        ...{ http, farewell, uploads: true, crypto: syncCrypto, scheduler: clock },
        lifecycle$: lifecycle$.asObservable(),
        random: seededBytes(seed * 1000 + pages),
        webSocket: livingSockets(network.webSocket ?? (() => NEVER), life),
        locks: livingLocks(locks.locks, network.scheduler, life),
        shared: livingStorage(shared, life),
        storage: livingStorage(storage, life),
      },
      ...{ storage, requests },
      get isAlive() {
        return life.isAlive;
      },
      get open() {
        return requests.filter(({ state }) => state === 'open');
      },
      get timers() {
        return pending.length;
      },
      happen(event) {
        if (life.isAlive) lifecycle$.next(event);
      },
      kill: (how) => life.end(how),
      reload(how) {
        life.end(how);
        return open(storage);
      },
      duplicate: () => open(storage.clone()),
    };
  };

  return { locks, shared, page: (storage = memoryStorage()) => open(storage) };
};
