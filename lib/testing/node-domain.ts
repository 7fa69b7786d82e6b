import { createDomain as createInMemory, type Domain } from './domain.js';
import type { DomainOptions } from './options.js';

/**
 * The domain of `rxmpp/testing` with what other people's clients need of a server that runs for long: SCRAM with 4096
 * iterations (RFC 7677 §4; some clients refuse fewer), and memory of no more than the last requests and stanzas (1000).
 */
export const createDomain = (options: DomainOptions = {}): Domain =>
  createInMemory({ iterations: 4096, remember: 1000, ...options });
