import { isPrivate, isWebSocket } from './options.js';

const parsed = (url: string, baseUrl: string | undefined): URL | undefined => {
  try {
    return new URL(url, baseUrl);
  } catch {
    return undefined;
  }
};

/**
 * Whether a client of `service` may talk to another address: one of the same origin, or of an origin that its user has
 * allowed. Never one that is less private than the service, unless it has been allowed word by word.
 */
export const mayTalkTo = (
  service: string,
  baseUrl: string | undefined,
  allowedOrigins: readonly string[] = [],
): ((url: string) => boolean) => {
  const home = parsed(service, baseUrl)?.origin;
  const allowed = new Set(allowedOrigins.map((origin) => parsed(origin, undefined)?.origin));
  return (url) => {
    const there = parsed(url, undefined)?.origin;
    return there !== undefined && there !== 'null' && (there === home || allowed.has(there));
  };
};

/**
 * Whether a session of a client of `service` may be opened at another address, given in full: one that it may talk to, by the
 * same protocol, and encrypted unless it is loopback.
 */
export const mayMoveTo = (
  service: string,
  baseUrl: string | undefined,
  allowedOrigins?: readonly string[],
): ((url: string) => boolean) => {
  const talks = mayTalkTo(service, baseUrl, allowedOrigins);
  const protocol = isWebSocket(service) ? /^wss?:/i : /^https?:/i;
  return (url) => protocol.test(url) && isPrivate(url, undefined) && talks(url);
};
