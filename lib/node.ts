/**
 * What only Node has or needs: sessions kept in files, its own HTTP client, and a WebSocket for Node 20, which has none of
 * its own.
 *
 * @module node
 */
export { nodeHttp } from './client/node-http.js';
export { fileStorage, type FileStorageOptions } from './client/node-storage.js';
export { nodeWebSocket } from './client/node-web-socket.js';
export type { StoragePort } from './session/storage.js';
