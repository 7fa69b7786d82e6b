import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';

/** The type that goes with a condition, where that is not `cancel` (RFC 6120 §8.3.3). */
const TYPES: Readonly<Record<string, string>> = {
  'bad-request': 'modify',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'policy-violation': 'modify',
  redirect: 'modify',
  forbidden: 'auth',
  'not-authorized': 'auth',
  'registration-required': 'auth',
  'subscription-required': 'auth',
  'recipient-unavailable': 'wait',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'unexpected-request': 'wait',
};

/** The result of an iq, addressed to its sender. */
export const resultOf = (iq: XmlElement, ...children: readonly XmlElement[]): XmlElement => {
  const { id, from, to } = iq.attrs;
  return element('iq', NS.CLIENT, { type: 'result', id, to: from, from: to }, children);
};

/** The error that answers a stanza, addressed to its sender, with what was sent inside (RFC 6120 §8.3) and, at the end, why. */
export const errorOf = (
  stanza: XmlElement,
  condition: string,
  type = TYPES[condition] ?? 'cancel',
  text?: string,
): XmlElement => {
  const { id, from, to } = stanza.attrs;
  const words = text === undefined ? [] : [element('text', NS.STANZAS, {}, [text])];
  const error = element('error', NS.CLIENT, { type }, [element(condition, NS.STANZAS), ...words]);
  return element(stanza.name, NS.CLIENT, { type: 'error', id, to: from, from: to }, [...stanza.nodes, error]);
};

/** Whether it asks for an answer (RFC 6120 §8.2.3). */
export const isRequest = (stanza: XmlElement): boolean =>
  stanza.name === 'iq' && (stanza.attrs['type'] === 'get' || stanza.attrs['type'] === 'set');

/** A stream error as a body carries it (XEP-0206 §6). */
export const streamError = (condition: string): XmlElement =>
  element('error', NS.STREAM, {}, [element(condition, NS.STREAMS)]);

const optional = (isOptional: boolean): readonly XmlElement[] =>
  isOptional ? [element('optional', NS.SESSION)] : [];

/** What is offered before the login. */
export const loginFeatures = (mechanisms: readonly string[]): XmlElement => {
  const offered = mechanisms.map((mechanism) => element('mechanism', NS.SASL, {}, [mechanism]));
  return element('features', NS.STREAM, {}, [element('mechanisms', NS.SASL, {}, offered)]);
};

/** What is offered after it. */
export const boundFeatures = (session: 'optional' | 'required' | 'none', managed = false): XmlElement => {
  const legacy = element('session', NS.SESSION, {}, optional(session === 'optional'));
  return element('features', NS.STREAM, {}, [
    element('bind', NS.BIND),
    ...(session === 'none' ? [] : [legacy]),
    ...(managed ? [element('sm', NS.SM)] : []),
  ]);
};

/** A stanza error's condition by itself, as stream management uses it. */
export const errorCondition = (condition: string): XmlElement => element(condition, NS.STANZAS);
