/**
 * The domain of the testing kit on a real port, for Node: end-to-end suites, demonstrations, work without a network.
 *
 * @module testing/node
 */
export { listen, type ListeningDomain, type ListenOptions } from './testing/node-listen.js';
export { createDomain } from './testing/node-domain.js';
export type { Domain } from './testing/domain.js';
