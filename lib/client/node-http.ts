import http from 'node:http';
import https from 'node:https';

import { nodeHttpPort } from './platform-node-http.js';
import type { Platform } from './platform.js';

/**
 * HTTP by Node's own client, for `options.platform`. It is the default in Node from version 20.16 on, where there is no
 * `XMLHttpRequest`; give it where something else is found first. Unlike `fetch` it says when a request has been uploaded, so
 * that the next one need not wait for what would otherwise be a guess, and it takes less than half of the CPU. Connections
 * are kept (`http.globalAgent`, `https.globalAgent`); no redirect is followed, no cookie kept, no compression asked for.
 */
export const nodeHttp = (): Pick<Platform, 'http' | 'uploads'> => ({
  http: nodeHttpPort({ http, https }),
  uploads: true,
});
