/**
 * The domain of the testing kit on a real port, for Node: end-to-end suites, demonstrations, work without a network.
 *
 * @module testing/node
 */
export { listen, type ListeningDomain, type ListenOptions } from './testing/node-listen.js';
export { createDomain, type Domain } from './testing/domain.js';
