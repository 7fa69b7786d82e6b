import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';

const SENDER_FAULT = new Set(['bad-request', 'conflict', 'jid-malformed', 'not-acceptable']);

/** The result of an iq, addressed to its sender. */
export const resultOf = (iq: XmlElement, ...children: readonly XmlElement[]): XmlElement => {
  const { id, from, to } = iq.attrs;
  return element('iq', NS.CLIENT, { type: 'result', id, to: from, from: to }, children);
};

/** The error that answers a stanza, addressed to its sender, with what was sent inside (RFC 6120 §8.3). */
export const errorOf = (stanza: XmlElement, condition: string): XmlElement => {
  const { id, from, to } = stanza.attrs;
  const type = SENDER_FAULT.has(condition) ? 'modify' : 'cancel';
  const error = element('error', NS.CLIENT, { type }, [element(condition, NS.STANZAS)]);
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
