import type { XmlElement } from '../xml/element.js';
import { type UsageError, XmppError } from '../xml/error.js';
import { isRetryable } from './conditions.js';
import type { Condition } from './failures.js';

export { UsageError, XmlError, XmppError } from '../xml/error.js';

/** The server ended the stream or the BOSH session. Conditions: RFC 6120 §4.9.3, XEP-0124 §17.2; see {@link FAILURES}. */
export class StreamError extends XmppError<Condition<'StreamError'>> {
  override readonly name = 'StreamError';

  constructor(
    condition: Condition<'StreamError'>,
    message: string,
    /** Where to connect instead, if the server says so (`see-other-uri`, XEP-0124 §17.2). */
    readonly uri?: string,
  ) {
    super(condition, message, isRetryable('StreamError', condition));
  }
}

/**
 * The login failed. Conditions: RFC 6120 §6.5; `no-usable-mechanism` when the server offers none that may be used here,
 * `server-signature` when the server could not prove that it knows the password (RFC 5802 §5); see {@link FAILURES}.
 */
export class AuthError extends XmppError<Condition<'AuthError'>> {
  override readonly name = 'AuthError';

  constructor(condition: Condition<'AuthError'>, message: string, options?: ErrorOptions) {
    super(condition, message, isRetryable('AuthError', condition), options);
  }
}

/** What went wrong below XMPP: an HTTP answer that is none, no answer, no time left, an end without a word. */
export type TransportErrorKind = 'http' | 'network' | 'timeout' | 'closed' | 'expired';

/** The way to the server failed. `status` is the HTTP status, 0 when there was no answer. Conditions: {@link FAILURES}. */
export class TransportError extends XmppError<Condition<'TransportError'>> {
  override readonly name = 'TransportError';

  constructor(
    readonly kind: TransportErrorKind,
    message: string,
    readonly status = 0,
    condition: Condition<'TransportError'> = kind,
    options?: ErrorOptions,
  ) {
    super(condition, message, isRetryable('TransportError', condition), options);
  }
}

/** A stanza of type `error` came as the answer (RFC 6120 §8.3). `stanza` is the whole answer. */
export class StanzaError extends XmppError<Condition<'StanzaError'>> {
  override readonly name = 'StanzaError';

  constructor(
    condition: Condition<'StanzaError'>,
    message: string,
    readonly stanza: XmlElement,
    retryable = false,
  ) {
    super(condition, message, retryable);
  }
}

/** No answer to a request came in time. */
export class TimeoutError extends XmppError<'timeout'> {
  override readonly name = 'TimeoutError';

  constructor(message: string) {
    super('timeout', message, true);
  }
}

/**
 * There is no session to restore or to attach to.
 *
 * Conditions: `no-storage`, `no-session`, `jid-mismatch`, `not-bosh`, and as the reason of a failed attach
 * `stale`, `session-in-use`.
 */
export class StropheSessionError extends XmppError<Condition<'StropheSessionError'>> {
  override readonly name = 'StropheSessionError';

  constructor(condition: Condition<'StropheSessionError'>, message: string, options?: ErrorOptions) {
    super(condition, message, isRetryable('StropheSessionError', condition), options);
  }
}

/** More than the limits of the client allow, which way it ever goes. Conditions: {@link FAILURES}. */
export class LimitError extends XmppError<Condition<'LimitError'>> {
  override readonly name = 'LimitError';

  constructor(condition: Condition<'LimitError'>, message: string, options?: ErrorOptions) {
    super(condition, message, isRetryable('LimitError', condition), options);
  }
}

/**
 * Every reason why a session can fail: a closed set. Tell them apart by `name`, then by `condition`; a `switch` over both can
 * be checked for completeness by the compiler.
 */
export type SessionError =
  | StreamError
  | AuthError
  | TransportError
  | StanzaError
  | TimeoutError
  | StropheSessionError
  | LimitError
  | UsageError;

/** Whether it is one of ours, rather than a defect of somebody's code. */
export const isSessionError = (error: unknown): error is SessionError =>
  error instanceof XmppError && error.name !== 'XmlError';
