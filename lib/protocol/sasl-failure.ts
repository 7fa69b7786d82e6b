import type { XmlElement } from '../xml/element.js';
import { isCondition } from './conditions.js';
import { AuthError } from './errors.js';
import * as NS from './ns.js';

/**
 * What a `<failure/>` says: the wire's own word as the condition; `not-authorized` if there is none, or one that nobody knows.
 *
 * Only `temporary-auth-failure` is worth another try. `said`: what the server has said before of its reasons.
 *
 * @see RFC 6120 §6.5
 */
export const readSaslFailure = (failure: XmlElement, said = ''): AuthError => {
  const reason = failure.children.find((child) => child.ns === NS.SASL && child.name !== 'text');
  const word = reason?.name ?? '';
  const condition = isCondition('AuthError', word) ? word : 'not-authorized';
  const text = failure.child('text', NS.SASL)?.text || said;
  const message = ['The server refused the login', word === condition ? '' : word, text]
    .filter(Boolean)
    .join(': ');
  return new AuthError(condition, message);
};
