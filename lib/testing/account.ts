import * as NS from '../protocol/ns.js';
import type { XmlElement } from '../xml/element.js';
import { bareJid } from '../xml/jid.js';
import { errorOf, isRequest, resultOf } from './stanzas.js';

/** What the server itself says to an iq for the domain or for the sender's own account; undefined for anything else. */
export const answerAccount = (iq: XmlElement, to: string, domain: string): XmlElement | undefined => {
  const { from = '', type } = iq.attrs;
  const isOwn = to === bareJid(from);
  if (!isRequest(iq) || (to !== domain && !isOwn)) return undefined;
  if (type === 'get' && iq.child('ping', NS.PING)) return resultOf(iq);
  if (type === 'set' && iq.child('session', NS.SESSION)) return resultOf(iq);
  return errorOf(iq, 'service-unavailable');
};
