import {
  asyncScheduler,
  EMPTY,
  filter,
  fromEvent,
  map,
  merge,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

import { UsageError } from '../protocol/errors.js';
import type { HttpRequest } from '../protocol/http.js';
import type { LocksPort } from '../session/ownership.js';
import type { StoragePort } from '../session/storage.js';
import type { DomElement } from '../xml/convert.js';
import { type CryptoPort, portableCrypto, webCrypto } from './crypto.js';
import { channelLocks, noLocks, webLocks } from './platform-locks.js';
import type { LookUpPort } from './platform-look-up.js';
import { loadWebSocket } from './platform-load.js';
import type { WebSocketPort } from './platform-web-socket.js';
import { fetchFarewell, fetchPort, type HttpPort, xhrPort } from './platform-http.js';
import { runtimeHttp } from '#runtime-http';

import type { WebSocketParts } from './web-socket-parts.js';

/**
 * What happens around the page: the network comes (`online`) or goes (`offline`), the page can be seen again (`visible`), it is put aside complete
 * (`freeze`, pagehide into the back/forward cache) and taken out again (`thaw`), or ends for good (`end`).
 */
export type Lifecycle = 'online' | 'offline' | 'visible' | 'freeze' | 'thaw' | 'end';

/** Where work is done and where apps are told of it. Angular: `runOutside: (work) => zone.runOutsideAngular(work), run: (work) => zone.run(work)`. */
export interface ZonePort {
  /** Runs it at once, where timers and requests do not wake the app. */
  runOutside(work: () => void): void;
  /** Runs it at once, where the app sees what changes. */
  run(work: () => void): void;
}

/** What the library takes from outside. Each has a default for browsers, workers and Node; all can be injected. */
export interface Platform {
  /** Default: `XMLHttpRequest` where there is one, `node:http` in Node (from 20.16 on), else `fetch`. */
  readonly http: HttpPort;
  /** Sends a last request from a page that is about to end, and hears no answer. Default: `fetch` with `keepalive`. */
  readonly farewell: (request: HttpRequest) => void;
  /** Whether `http` says when a request has been uploaded; else the order of requests is guarded by time. */
  readonly uploads: boolean;
  /** Reads a document about a domain. Default, if undefined: `fetch`. */
  readonly lookUp: LookUpPort | undefined;
  /** Default, if undefined: the runtime's own `WebSocket`; Node 20 has none: there give that of `rxmpp/node`. */
  readonly webSocket: WebSocketPort | undefined;
  /**
   * Loads what speaks WebSocket and looks domains up, once one is to be opened or looked up. Default: by `import()`, as a part of its own. Where that can't be
   * (a service worker), or shall not be (virtual time), give {@link includeWebSocket}.
   */
  readonly loadWebSocket: () => Observable<WebSocketParts>;
  /** Marks that say which page owns a session. Default: Web Locks, else a BroadcastChannel, else none. */
  readonly locks: LocksPort;
  /** What all pages share, to know a stale copy of a session by; undefined where there is no such thing. Default: `localStorage`. */
  readonly shared: StoragePort | undefined;
  /** Where sessions are kept; undefined where there is no such thing. Default: `sessionStorage`. */
  readonly storage: StoragePort | undefined;
  /** That many unpredictable bytes. Default: `crypto.getRandomValues`. */
  readonly random: (count: number) => Uint8Array;
  /** Default: WebCrypto, or the same in JavaScript where a page has none (plain `http:`). */
  readonly crypto: CryptoPort;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly zone: ZonePort;
  /** The only clock. Times in ms since the epoch. */
  readonly scheduler: SchedulerLike;
  /** What relative URLs are relative to, if anything. */
  readonly baseUrl: string | undefined;
  /** A DOM Element of an XML text; undefined where there is no DOM. Default: `DOMParser`. */
  readonly toDom: ((xml: string) => DomElement) | undefined;
  /** Sets a cookie of the page. Default: `document.cookie`, or nothing where there is no document. */
  readonly setCookie: (cookie: string) => void;
}

/** Reading the property alone throws where a browser denies storage. */
const storageOf = (name: 'sessionStorage' | 'localStorage'): StoragePort | undefined => {
  try {
    // Outside of pages neither is to be touched: Node warns of a localStorage without a file.
    return 'document' in globalThis ? globalThis[name] : undefined;
  } catch {
    return undefined;
  }
};

const locksOf = (global: Partial<typeof globalThis>, random: Platform['random']): LocksPort => {
  const { navigator, BroadcastChannel } = global;
  const locks = (navigator as Partial<Navigator> | undefined)?.locks;
  if (!global.document) return noLocks;
  if (locks) return webLocks(locks);
  if (!BroadcastChannel) return noLocks;
  const after = (ms: number, work: () => void): (() => void) => {
    const timer = asyncScheduler.schedule(work, ms);
    return () => timer.unsubscribe();
  };
  const number = (): number => random(6).reduce((sum, byte) => sum * 256 + byte, 0);
  return channelLocks({ open: (name) => new BroadcastChannel(name), random: number, after });
};

/** So many bytes are fetched at once: the source costs the same for a few as for some hundred. */
const POOL = 260;

const randomOf = (global: Partial<typeof globalThis>): Platform['random'] => {
  let pool = new Uint8Array(0);
  return (count) => {
    if (!global.crypto)
      throw new UsageError('no-random', 'There is no source of random numbers: inject platform.random');
    if (pool.length < count) pool = global.crypto.getRandomValues(new Uint8Array(Math.max(count, POOL)));
    const bytes = pool.subarray(0, count);
    pool = pool.subarray(count);
    return bytes;
  };
};

const lifecycleOf = (global: Partial<typeof globalThis>): Observable<Lifecycle> => {
  if (!global.addEventListener || !global.document) return EMPTY;
  const on = (
    name: string,
    toLife: (event: PageTransitionEvent) => Lifecycle | undefined,
  ): Observable<Lifecycle> =>
    fromEvent<PageTransitionEvent>(global as EventTarget, name).pipe(
      map(toLife),
      filter((life) => life !== undefined),
    );
  return merge(
    on('online', () => 'online'),
    on('offline', () => 'offline'),
    on('visibilitychange', () => (global.document?.visibilityState === 'visible' ? 'visible' : undefined)),
    on('pagehide', ({ persisted }) => (persisted ? 'freeze' : 'end')),
    on('pageshow', ({ persisted }) => (persisted ? 'thaw' : undefined)),
  );
};

const here: ZonePort = { runOutside: (work) => work(), run: (work) => work() };

const toDomOf = ({ DOMParser }: Partial<typeof globalThis>): Platform['toDom'] =>
  DOMParser && ((xml) => new DOMParser().parseFromString(xml, 'text/xml').documentElement);

/** Whatever tells of uploads comes first. */
const httpOf = (global: Partial<typeof globalThis>): Pick<Platform, 'http' | 'uploads'> => {
  const { XMLHttpRequest } = global;
  if (XMLHttpRequest) return { http: xhrPort(() => new XMLHttpRequest()), uploads: true };
  const own = runtimeHttp(global);
  if (own) return { http: own, uploads: true };
  return { http: fetchPort((...given) => globalThis.fetch(...given)), uploads: false };
};

/** What this runtime offers, where `injected` says nothing else. Looked up when a session is opened, never on import. */
export const platformOf = (injected: Partial<Platform> = {}): Platform => {
  const global: Partial<typeof globalThis> = globalThis;
  const { crypto, location } = global;
  const random = randomOf(global);
  const subtle = (crypto as Partial<Crypto> | undefined)?.subtle;
  return {
    ...(injected.http ? { http: injected.http, uploads: false } : httpOf(global)),
    farewell: fetchFarewell((...given) => globalThis.fetch(...given)),
    lookUp: undefined,
    webSocket: undefined,
    loadWebSocket,
    storage: storageOf('sessionStorage'),
    shared: storageOf('localStorage'),
    locks: locksOf(global, random),
    random,
    crypto: subtle ? webCrypto(subtle) : portableCrypto,
    lifecycle$: lifecycleOf(global),
    zone: here,
    scheduler: asyncScheduler,
    baseUrl: location?.href,
    toDom: toDomOf(global),
    setCookie: (cookie) => {
      if (global.document) global.document.cookie = cookie;
    },
    ...injected,
  };
};
