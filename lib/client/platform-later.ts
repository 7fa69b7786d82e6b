// What the door gives of the part that is loaded only where it is needed: by functions of its own, because esbuild (and so
// Angular) puts the file of whatever a door exports into the first chunk as soon as anybody uses it.
import type { Observable } from 'rxjs';

import { discover as lookUpDomain, type Discovered, type DiscoverOptions } from './discover.js';
import { fetchLookUp as lookUpByFetch, type LookUpPort } from './platform-look-up.js';
import { webSocketPort as portOn, type WebSocketLike, type WebSocketPort } from './platform-web-socket.js';

/**
 * Asks a domain where its XMPP server can be reached from a page: `host-meta.json`, and where that says nothing `host-meta`.
 * Over `https:` only, and only addresses of `https:` and `wss:` count.
 *
 * Cold. Emits once and completes, and never errors: where nothing is found the lists are empty and `failures` says why. A page
 * may read the documents only if the domain allows it (CORS).
 *
 * @see XEP-0156 §3, RFC 6415
 */
export const discover = (domain: string, options?: DiscoverOptions): Observable<Discovered> =>
  lookUpDomain(domain, options);

/** The port on `fetch`, unless told otherwise that of the runtime. */
export const fetchLookUp = (fetch?: typeof globalThis.fetch): LookUpPort => lookUpByFetch(fetch);

/** The port on a class like the browser's. */
export const webSocketPort = (
  create: (url: string, protocols: readonly string[]) => WebSocketLike,
): WebSocketPort => portOn(create);
