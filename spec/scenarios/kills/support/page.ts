import { Observable, type SchedulerLike } from 'rxjs';
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
  memoryBrowser,
  type MemoryBrowser,
  memoryStorage,
  type MemoryStorage,
  type StoragePort,
} from 'rxmpp/testing';
import { URL } from '../../support/stage.js';
import { createFuse, type Fuse } from './fuse.js';

/** What outlives a page. */
export interface World {
  readonly scheduler: SchedulerLike;
  readonly domain: Domain;
  readonly browser: MemoryBrowser;
  /** The tab's `sessionStorage`. */
  readonly storage: MemoryStorage;
  /** The browser's `localStorage`. */
  readonly shared: MemoryStorage;
}

export interface PageOptions extends ClientOptions {
  readonly storage?: MemoryStorage;
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
  /** Tells it what happens around it. */
  happen(event: Lifecycle): void;
  kill(): void;
}

/** Random numbers are the same in every run: `seed` (1) says which. */
export const createWorld = (domain: Domain, seed?: number): World => {
  const browser = memoryBrowser(domain, seed);
  const { scheduler } = domain;
  return { scheduler, domain, browser, storage: memoryStorage(), shared: browser.shared };
};

const fusedStorage = (storage: StoragePort, fuse: Fuse): StoragePort => ({
  get length() {
    return storage.length;
  },
  key: (index) => storage.key(index),
  getItem: (key) => storage.getItem(key),
  setItem(key, value) {
    if (fuse.take(`set ${key}`)) storage.setItem(key, value);
  },
  removeItem(key) {
    if (fuse.take(`remove ${key}`)) storage.removeItem(key);
  },
});

const ridOf = (body: string): string => /^[^>]* rid="(\d+)"/.exec(body)?.[1] ?? '';

const fusedHttp =
  (http: HttpPort, fuse: Fuse): HttpPort =>
  (request) =>
    new Observable((subscriber) => {
      const rid = ridOf(request.body);
      if (!fuse.take(`post ${rid}`)) return;
      const next = (event: HttpEvent): void => {
        if (fuse.take(`${event.type === 'uploaded' ? 'uploaded' : 'answered'} ${rid}`))
          subscriber.next(event);
      };
      const error = (cause: unknown): void => {
        if (fuse.take(`failed ${rid}`)) subscriber.error(cause);
      };
      subscriber.add(http(request).subscribe({ next, error, complete: () => subscriber.complete() }));
    });

/** Opens a page: a client over what is left of the one before. */
export const openPage = (world: World, options: PageOptions = {}): Page => {
  const { storage = world.storage, lingers = false, dyingMs = 0, handler, ...rest } = options;
  const page = world.browser.page(storage);
  const fuse = createFuse();
  fuse.onBlow(() => page.kill({ arrives: lingers, lockedMs: dyingMs }));
  const platform: Partial<Platform> = {
    ...page.platform,
    farewell: (request) => {
      if (fuse.take(`farewell ${ridOf(request.body)}`)) page.platform.farewell(request);
    },
    storage: fusedStorage(page.platform.storage, fuse),
    shared: fusedStorage(page.platform.shared, fuse),
    http: fusedHttp(page.platform.http, fuse),
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
    ...{ client, fuse, stanzas, statuses, happen: (event) => page.happen(event) },
    get status() {
      return statuses[statuses.length - 1]!;
    },
    kill: fuse.blow,
  };
};
