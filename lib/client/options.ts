import { UsageError } from '../protocol/errors.js';
import type { SessionTokens } from '../protocol/stream.js';
import type { StoragePort } from '../session/storage.js';
import type { Stanza } from '../xml/element.js';
import type { SaslMechanism } from './own-mechanism.js';
import type { RetryPolicy } from '../transport/retry.js';
import type { HeaderValues, HeadersFunction } from './headers.js';
import type { Limits } from './limits.js';
import type { Platform } from './platform.js';

/** How sessions are kept, so that a reloaded page can go on. */
export interface KeepaliveOptions {
  /** Default: `sessionStorage`. */
  readonly storage?: StoragePort;
  /** Name of the record. Two connections in one page need two. Default `strophe-bosh-session`. */
  readonly key?: string;
  /** False keeps the tokens only, as Strophe.js does: a reload may then lose stanzas. Default true. */
  readonly journal?: boolean;
  /**
   * When stanzas count as dispatched: each by itself, or all of an answer together, which is faster. Default: `stanza` for
   * answers of up to 20, `body` beyond.
   */
  readonly dispatchCommit?: 'stanza' | 'body';
}

/** What a client is told once; every field may be left out. */
export interface ClientOptions {
  /** Keeps the session in `sessionStorage`, for `restore`. Default false. */
  readonly keepalive?: boolean | KeepaliveOptions;
  /** Longest time the server may hold a request, in seconds. Default 60. */
  readonly wait?: number;
  /** How many requests the server may hold. Default 1. */
  readonly hold?: number;
  /** Period of the cycle in which stanzas leave, in ms; 0: at once. Default 100 over BOSH, 0 over WebSocket. */
  readonly dispatchInterval?: number;
  /** Whether an attach must be proven by an exchange before it counts as online. Default true. */
  readonly verifyAttach?: boolean;
  /** Longest time the proof of an attach may take, in ms. Default 20,000. */
  readonly attachTimeout?: number;
  /** Longest time a login may take, in ms. Default 30,000. */
  readonly connectTimeout?: number;
  /**
   * Ends the session on the server when the page ends, with what is still queued. A reload then can't go on with it.
   * Default false: a page that ends says nothing, since it may be a reload.
   */
  readonly terminateOnClose?: boolean;
  /** Longest time a goodbye may take, in ms. Default 3,000. */
  readonly disconnectTimeout?: number;
  /**
   * Acknowledges answers in requests, so that a server that supports it keeps what it has said until it has surely come (XEP-0124 §9).
   * An attached session must have been opened so. Default false.
   */
  readonly ack?: boolean;
  /** Largest body that is sent, in characters; a larger batch is split, in order. Default 262,144. */
  readonly maxBodySize?: number;
  /**
   * SASL mechanisms that may be used, most wanted first: the first one that the server offers and the credentials fit is,
   * and no other is tried when it fails. Default: EXTERNAL, SCRAM-SHA-512, SCRAM-SHA-384, SCRAM-SHA-256, SCRAM-SHA-1, PLAIN,
   * OAUTHBEARER, X-OAUTH2, ANONYMOUS.
   */
  readonly mechanisms?: readonly (string | SaslMechanism)[];
  /**
   * Waits, once logged in, in the status `binding` until `bind()` is called, as long as that may take. Default false: the
   * resource is bound at once.
   */
  readonly explicitResourceBinding?: boolean;
  /** Allows passwords and tokens to be sent as they are over `http:` to other than loopback addresses. Default false. */
  readonly allowUnencryptedPlain?: boolean;
  /** What is tried of the addresses that a domain names, in this order. Default: `websocket`, then `bosh`. */
  readonly discovery?: readonly ('websocket' | 'bosh')[];
  /** Whether a stream over WebSocket is managed, and resumed when its connection is lost (XEP-0198). Default true. */
  readonly streamManagement?: boolean;
  /** After so much silence on a WebSocket the server is asked for a sign of life, in ms; 0: never. Default 30,000. */
  readonly quietInterval?: number;
  /** How long the server may take to give one, in ms; then the connection counts as lost. Default 10,000. */
  readonly quietTimeout?: number;
  /**
   * Headers of every request, besides the content type; or a function that is asked for them at each request, and once more
   * when the answer was HTTP 401.
   */
  readonly headers?: HeaderValues | HeadersFunction;
  /** Sends cookies to other origins too. Default false. */
  readonly withCredentials?: boolean;
  /** Content type of requests. Default `text/xml; charset=utf-8`; with `text/plain` a browser asks no permission by preflight. */
  readonly contentType?: string;
  /**
   * Whether to hear when a request has been uploaded. False: the order of requests is guarded by time instead, and a browser
   * asks no permission for that by preflight. Default true.
   */
  readonly uploadEvents?: boolean;
  /**
   * Origins besides the service's own that a server may send the client to. A redirect that the browser has followed is
   * accepted from them. A login that is answered with `see-other-uri` (XEP-0124 §17.2) goes on there, in a new session, three
   * times at most, over `https:` or `wss:` (or loopback) only; a session that is kept is restored where it was opened. `headers`
   * are sent there too. Default: none.
   */
  readonly allowedOrigins?: readonly string[];
  /** Says when a lost request is sent again. Default: with exponential backoff, until the session must have expired. */
  readonly retry?: RetryPolicy;
  /** How much the client puts up with. */
  readonly limits?: Limits;
  /** Language of the stream (`xml:lang`). Default `en`. */
  readonly lang?: string;
  /**
   * Says which iq requests the app answers itself later. One that no subscriber of `stanza$` has answered when they
   * return is otherwise refused with `service-unavailable`; a ping is answered.
   */
  readonly answers?: (request: Stanza) => boolean;
  /** What the library takes from outside, as far as it is not to be the runtime's own. */
  readonly platform?: Partial<Platform>;
}

/** What is asked of the server at a login (XEP-0124 §7.1). */
export interface ConnectOptions {
  /** Longest time the server may hold a request, in seconds. Default 60. */
  readonly wait?: number;
  /** How many requests the server may hold. Default 1. */
  readonly hold?: number;
  /** As in {@link ClientOptions}. */
  readonly mechanisms?: readonly (string | SaslMechanism)[];
  /** As in {@link ClientOptions}. */
  readonly disconnectTimeout?: number;
}

/** What is known of a session that is taken over. A kept session knows better: these go for what it does not say. */
export interface AttachOptions extends Pick<ConnectOptions, 'wait' | 'hold'> {
  /** Range of rids that the server accepts. Never more requests than its `requests`, or 2, are open at once. Default 5. */
  readonly wind?: number;
}

export const KEY = 'strophe-bosh-session';

/** A domain alone: no scheme, no port, no path, and a dot in it. */
export const isDomain = (service: string): boolean => /^[^\s/:?#@]+(\.[^\s/:?#@]+)+$/.test(service);

export const isWebSocket = (service: string): boolean => /^wss?:/i.test(service);

/** Whether a service is one that no redirect may make unsafe. */
export const isSecure = (service: string): boolean => /^(https|wss):/i.test(service);

/** Loopback counts as encrypted: nothing leaves the machine. */
export const isPrivate = (service: string, baseUrl: string | undefined): boolean => {
  try {
    const { protocol, hostname } = new URL(service, baseUrl);
    return (
      protocol === 'https:' || protocol === 'wss:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
    );
  } catch {
    return false;
  }
};

/** Tokens that could be valid, or a {@link UsageError} that names what is wrong. */
export const checkTokens = ({ jid, sid, rid }: SessionTokens): SessionTokens => {
  if (typeof sid !== 'string' || sid === '')
    throw new UsageError('bad-sid', 'The sid of a session must be a text');
  if (!Number.isSafeInteger(rid) || rid < 1 || rid >= Number.MAX_SAFE_INTEGER) {
    throw new UsageError('bad-rid', `A rid must be a whole number from 1 to 2^53 - 2, not ${String(rid)}`);
  }
  return { jid, sid, rid };
};
