import { withDelay } from '../protocol/delay.js';
import type { Condition } from '../protocol/failures.js';
import * as NS from '../protocol/ns.js';
import { type ElementLike, toElement } from '../xml/convert.js';
import { element, redeliver, type XmlElement } from '../xml/element.js';
import { errorOf, resultOf } from './stanzas.js';

/** What any stanza may have; what is left out is missing in the stanza, apart from the defaults that a builder names. */
export interface StanzaParts {
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly type?: string;
  /** What else is in it, behind the rest: elements, builders, DOM Elements. */
  readonly children?: readonly ElementLike[];
  /** Whether it is marked as one that a handler may have had before, in the page before a reload (false). */
  readonly redelivered?: boolean;
}

/** What a message may have besides. */
export interface MessageParts extends StanzaParts {
  readonly body?: string;
  readonly subject?: string;
  readonly thread?: string;
  /** When it was sent, in ms since the epoch, for one that has waited on a server (XEP-0203). */
  readonly sentAt?: number;
}

/** What a presence may have besides (RFC 6121 §4.7). */
export interface PresenceParts extends StanzaParts {
  readonly show?: 'away' | 'chat' | 'dnd' | 'xa';
  readonly status?: string;
  readonly priority?: number;
}

/** What an error says besides its condition. */
export interface ErrorParts {
  /** Whether a retry makes sense, and after what (RFC 6120 §8.3.2). Default: what goes with the condition (§8.3.3). */
  readonly type?: 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';
  readonly text?: string;
}

const stanza = (
  name: string,
  { from, to, id, type, children = [], redelivered = false }: StanzaParts,
  texts: Readonly<Record<string, string | number | undefined>> = {},
): XmlElement => {
  const said = Object.entries(texts).flatMap(([child, text]) =>
    text === undefined ? [] : [element(child, NS.CLIENT, {}, [String(text)])],
  );
  const content = [...said, ...children.map((child) => toElement(child))];
  const made = element(name, NS.CLIENT, { from, to, id, type }, content);
  return redelivered ? redeliver(made) : made;
};

/**
 * A message for a test: `aMessage({ from: 'juliet@example.com/balcony', body: 'ay me' })`. `type` is `chat` unless given.
 *
 * What a peer of a domain sends gets its sender there; a {@link fakeClient} hears what it is given, so say `from`.
 */
export const aMessage = ({ subject, body, thread, sentAt, ...parts }: MessageParts = {}): XmlElement => {
  const message = stanza('message', { type: 'chat', ...parts }, { subject, body, thread });
  return sentAt === undefined ? message : withDelay(message, sentAt);
};

/** A presence for a test: `aPresence({ from, show: 'away' })`, `aPresence({ from, type: 'unavailable' })`. */
export const aPresence = ({ show, status, priority, ...parts }: PresenceParts = {}): XmlElement =>
  stanza('presence', parts, { show, status, priority });

/**
 * An iq for a test: `anIq({ from, children: [$build('query', { xmlns: 'jabber:iq:version' })] })`. `type` is `get` and `id`
 * is `iq-1` unless given.
 */
export const anIq = (parts: StanzaParts = {}): XmlElement =>
  stanza('iq', { type: 'get', id: 'iq-1', ...parts });

/** The result of an iq, addressed to who has asked, with this content. */
export const aResult = (iq: ElementLike, ...children: readonly ElementLike[]): XmlElement =>
  resultOf(toElement(iq), ...children.map((child) => toElement(child)));

/** The error that answers a stanza, addressed to its sender, with what was sent inside (RFC 6120 §8.3). */
export const anError = (
  answered: ElementLike,
  condition: Condition<'StanzaError'>,
  { type, text }: ErrorParts = {},
): XmlElement => errorOf(toElement(answered), condition, type, text);
