import { element, type XmlElement } from '../xml/element.js';
import { bareJid, domainOf } from '../xml/jid.js';
import { isCondition } from './conditions.js';
import { StanzaError } from './errors.js';
import * as NS from './ns.js';

/** What a stanza of type `error` says (RFC 6120 §8.3). A retry helps when its type is `wait`. */
export const readStanzaError = (stanza: XmlElement): StanzaError => {
  const error = stanza.child('error');
  const word = error?.children.find(({ ns, name }) => ns === NS.STANZAS && name !== 'text')?.name ?? '';
  const condition = isCondition('StanzaError', word) ? word : 'undefined-condition';
  const text = error?.child('text', NS.STANZAS)?.text ?? 'The request was refused';
  return new StanzaError(condition, text, stanza, error?.attrs['type'] === 'wait');
};

const isIq = (stanza: XmlElement, ...types: readonly string[]): boolean =>
  stanza.name === 'iq' && stanza.ns === NS.CLIENT && types.includes(stanza.attrs['type'] ?? '');

/** Whether a stanza asks for an answer: every iq of type get or set does (RFC 6120 §8.2.3). */
export const isRequest = (stanza: XmlElement): boolean => isIq(stanza, 'get', 'set');

/** Whether a stanza answers an iq. */
export const isResponse = (stanza: XmlElement): boolean => isIq(stanza, 'result', 'error');

/** Who may answer an iq that was sent to `to`: that JID; for our own account and server also nobody by name. */
export const mayAnswer = (from: string | undefined, to: string | undefined, own: string): boolean => {
  if (from === to) return true;
  const bare = bareJid(own);
  const ours = [undefined, bare, own, domainOf(own)];
  return to === undefined || to === bare || to === domainOf(own) ? ours.includes(from) : false;
};

/** The answer to a request that nobody has answered: a ping gets its result (XEP-0199), anything else a refusal. */
export const defaultAnswer = (request: XmlElement): XmlElement => {
  const { id, from } = request.attrs;
  const address = { ...(id !== undefined && { id }), ...(from !== undefined && { to: from }) };
  if (request.attrs['type'] === 'get' && request.child('ping', NS.PING)) {
    return element('iq', NS.CLIENT, { type: 'result', ...address });
  }
  const condition = element('service-unavailable', NS.STANZAS);
  const error = element('error', NS.CLIENT, { type: 'cancel' }, [condition]);
  return element('iq', NS.CLIENT, { type: 'error', ...address }, [error]);
};
