import { besides } from '../client/headers.js';
import { type ClientOptions, isWebSocket } from '../client/options.js';
import type { SaslMechanism } from '../client/own-mechanism.js';
import { platformOf } from '../client/platform.js';
import type { SASLMechanismClass } from './sasl.js';

/** A cookie as `document.cookie` takes it; `expires` as an HTTP date. */
export interface CookieValue {
  readonly value: string;
  readonly domain?: string;
  readonly path?: string;
  readonly expires?: string;
}

/** What may stand in the option `mechanisms`: a class as Strophe.js has them, a name, or one of the client's kind. */
export type MechanismOption = string | SaslMechanism | SASLMechanismClass;

/** The options that Strophe.js documents, and those of the client beside them. */
export interface ConnectionOptions extends Omit<ClientOptions, 'mechanisms' | 'streamManagement'> {
  /**
   * Over WebSocket the session is kept as with `keepalive`, and `connect` goes on with the one that this tab has left, if the
   * server still has it: CONNECTED, and `hasResumed()` (XEP-0198). Default false.
   */
  readonly enableStreamManagement?: boolean;
  /** False: streams over WebSocket are not managed. What Strophe.js lets one say of it in an object needs not be said. */
  readonly streamManagement?: boolean | object;
  /** Set in the page when a connection is opened. Only of use where the service has the page's own host. */
  readonly cookies?: Readonly<Record<string, string | CookieValue>>;
  /** Headers of every HTTP request; those of `headers` go before them. */
  readonly customHeaders?: Readonly<Record<string, string>>;
  /** The mechanisms that may be used. Default: all, by the priorities that Strophe.js gives them. */
  readonly mechanisms?: readonly MechanismOption[];
  /** For a `service` that is a path: `ws` or `wss` means WebSocket on the page's host. */
  readonly protocol?: 'ws' | 'wss';
  /** Handlers and callbacks get real DOM Elements. May be changed at any time. Default false; only where there is a DOMParser. */
  dom?: boolean;
}

/** The service's URL; a path is one of the page's host where the protocol is not HTTP. */
export const serviceOf = (service: string, { protocol, platform }: ConnectionOptions): string => {
  if (!protocol || /^[a-z][a-z0-9+.-]*:/i.test(service)) return service;
  const { baseUrl } = platformOf(platform);
  return baseUrl === undefined ? service : new URL(service, baseUrl).href.replace(/^[^:]+/, protocol);
};

/** Whether `connect` goes on with a session of before. */
export const resumes = (service: string, { enableStreamManagement }: ConnectionOptions): boolean =>
  enableStreamManagement === true && isWebSocket(service);

/** The same in the words of the client. */
export const clientOptionsOf = (options: ConnectionOptions, service = ''): ClientOptions => {
  const { cookies: _cookies, customHeaders, mechanisms: _mechanisms, headers, ...others } = options;
  const { enableStreamManagement: _enable, streamManagement = true, ...plain } = others;
  const rest: ClientOptions = {
    ...plain,
    ...(streamManagement === false && { streamManagement }),
    ...(resumes(service, options) && { keepalive: plain.keepalive || true }),
  };
  if (!customHeaders) return headers === undefined ? rest : { ...rest, headers };
  return { ...rest, headers: besides(customHeaders, headers) };
};

/** What would end a cookie's value, or may not stand in it (RFC 6265 §4.1.1). */
const NOT_IN_VALUE = /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/gu;

/** The cookies as `document.cookie` takes them, one by one. */
export const cookieTexts = (cookies: ConnectionOptions['cookies'] = {}): readonly string[] =>
  Object.entries(cookies).map(([name, given]) => {
    const cookie: CookieValue = typeof given === 'string' ? { value: given } : given;
    const { value, expires, domain, path } = cookie;
    const attributes = Object.entries({ expires, domain, path }).flatMap(([key, text]) =>
      text ? `;${key}=${text}` : [],
    );
    return `${name}=${value.replace(NOT_IN_VALUE, encodeURIComponent)}${attributes.join('')}`;
  });
