import { defer, map, shareReplay, switchMap } from 'rxjs';

import { type WebSocketPort, webSocketPort } from './platform-web-socket.js';

/** The package is looked up when a socket is opened: who uses this door for something else need not have it. */
const ws$ = defer(() => import('ws')).pipe(
  map(({ WebSocket }) => webSocketPort((url, protocols) => new WebSocket(url, [...protocols]))),
  shareReplay({ bufferSize: 1, refCount: false }),
);

/**
 * The port on the package `ws` (version 8), an optional peer dependency, for `platform.webSocket`. Node 22 and later have a
 * WebSocket of their own and do not need it.
 */
export const nodeWebSocket: WebSocketPort = (request) => ws$.pipe(switchMap((open) => open(request)));
