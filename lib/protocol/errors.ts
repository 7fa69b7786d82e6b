import type { XmlElement } from '../xml/element.js';
import { XmppError } from '../xml/error.js';

export { UsageError, XmlError, XmppError } from '../xml/error.js';

/** The server ended the stream or the BOSH session. Conditions: RFC 6120 §4.9.3, XEP-0124 §17.2. */
export class StreamError extends XmppError {
  override readonly name = 'StreamError';

  constructor(
    condition: string,
    message: string,
    retryable = false,
    /** Where to connect instead, if the server says so (`see-other-uri`, XEP-0124 §17.2). */
    readonly uri?: string,
  ) {
    super(condition, message, retryable);
  }
}

/**
 * The login failed. Conditions: RFC 6120 §6.5; `no-usable-mechanism` when the server offers none that may be used here,
 * `server-signature` when the server could not prove that it knows the password (RFC 5802 §5).
 */
export class AuthError extends XmppError {
  override readonly name = 'AuthError';
}

/** What went wrong below XMPP: an HTTP answer that is none, no answer, no time left, an end without a word. */
export type TransportErrorKind = 'http' | 'network' | 'timeout' | 'closed' | 'expired';

/** The way to the server failed. `status` is the HTTP status, 0 when there was no answer. */
export class TransportError extends XmppError {
  override readonly name = 'TransportError';

  constructor(
    readonly kind: TransportErrorKind,
    message: string,
    readonly status = 0,
    condition: string = kind,
    retryable = true,
    options?: ErrorOptions,
  ) {
    super(condition, message, retryable, options);
  }
}

/** A stanza of type `error` came as the answer (RFC 6120 §8.3). `stanza` is the whole answer. */
export class StanzaError extends XmppError {
  override readonly name = 'StanzaError';

  constructor(
    condition: string,
    message: string,
    readonly stanza: XmlElement,
    retryable = false,
  ) {
    super(condition, message, retryable);
  }
}

/** No answer to a request came in time. */
export class TimeoutError extends XmppError {
  override readonly name = 'TimeoutError';

  constructor(message: string) {
    super('timeout', message, true);
  }
}

/**
 * There is no session to restore or to attach to.
 *
 * Conditions: `no-storage`, `no-session`, `jid-mismatch`, `not-bosh`, `bad-tokens`, and as the reason of a failed attach
 * `stale`, `session-in-use`.
 */
export class StropheSessionError extends XmppError {
  override readonly name = 'StropheSessionError';
}
