import type { XmlElement } from '../xml/element.js';
import { AuthError } from './errors.js';
import { NS } from './ns.js';

/**
 * What a `<failure/>` says: the wire's own word as the condition, `not-authorized` if there is none.
 *
 * Only `temporary-auth-failure` is worth another try.
 *
 * @see RFC 6120 §6.5
 */
export const readSaslFailure = (failure: XmlElement): AuthError => {
  const reason = failure.children.find((child) => child.ns === NS.SASL && child.name !== 'text');
  const condition = reason?.name ?? 'not-authorized';
  const text = failure.child('text', NS.SASL)?.text ?? '';
  const message = text === '' ? 'The server refused the login' : `The server refused the login: ${text}`;
  return new AuthError(condition, message, condition === 'temporary-auth-failure');
};
