/**
 * What only Node has: sessions kept in files.
 *
 * @module node
 */
export { fileStorage, type FileStorageOptions } from './client/node-storage.js';
export type { StoragePort } from './session/storage.js';
