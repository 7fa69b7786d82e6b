import * as PROTOCOL_NS from '../protocol/ns.js';
import type { Attributes } from '../xml/attributes.js';
import { type DomElement, type ElementLike, toElement } from '../xml/convert.js';
import { element, XmlElement } from '../xml/element.js';
import { bareJid, domainOf, nodeOf, resourceOf } from '../xml/jid.js';
import { escapeText, serialise } from '../xml/serialise.js';
import type { Maybe } from './arguments.js';

/** Namespaces by the names that Strophe.js gives them, and those that `addNamespace` has added. */
export const NS: typeof PROTOCOL_NS &
  Readonly<Record<'COMPONENT' | 'DELAY' | 'SERVER' | 'SM', string>> &
  Record<string, string> = {
  ...PROTOCOL_NS,
  COMPONENT: 'jabber:component:accept',
  DELAY: 'urn:xmpp:delay',
  SERVER: 'jabber:server',
  SM: 'urn:xmpp:sm:3',
};

/** Gives a namespace a name in `NS`. */
export const addNamespace = (name: string, value: string): void => {
  Object.assign(NS, { [name]: value });
};

/** Kinds of nodes, as the DOM numbers them. */
export const ElementType = { NORMAL: 1, TEXT: 3, CDATA: 4, FRAGMENT: 11 } as const;

/** Conditions that callbacks of Strophe.js may get of its own. Those of this library are the errors' own words. */
export const ErrorCondition = {
  BAD_FORMAT: 'bad-format',
  CONFLICT: 'conflict',
  MISSING_JID_NODE: 'x-strophe-bad-non-anon-jid',
  NO_AUTH_MECH: 'no-auth-mech',
  UNKNOWN_REASON: 'unknown',
} as const;

/** The JID without its resource; null for no JID. */
export const getBareJidFromJid = (jid: Maybe<string>): string | null => (jid ? bareJid(jid) : null);

/** What stands before the `@`; null without it. */
export const getNodeFromJid = (jid: Maybe<string>): string | null => (jid ? (nodeOf(jid) ?? null) : null);

/** Null for no JID. */
export const getDomainFromJid = (jid: Maybe<string>): string | null => (jid ? domainOf(jid) : null);

/** What stands behind the first `/`; null without it. */
export const getResourceFromJid = (jid: Maybe<string>): string | null =>
  jid ? (resourceOf(jid) ?? null) : null;

/** A text as it may stand in XML, between tags or in an attribute. Throws `XmlError` for characters that XML forbids. */
export const xmlescape = (text: string): string =>
  escapeText(text).replaceAll("'", '&apos;').replaceAll('"', '&quot;');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' };

/** The text that `xmlescape` has escaped. */
export const xmlunescape = (text: string): string =>
  text.replace(/&(amp|lt|gt|apos|quot);/g, (_, name: string) => ENTITIES[name] ?? '');

/** An element, builder or DOM Element as XML text. */
export const serialize = (given: ElementLike): string => serialise(toElement(given));

/** What a handler gets: our element, or a DOM Element. */
export type Readable = XmlElement | DomElement;

const readable = (given: Readable): XmlElement => (given instanceof XmlElement ? given : toElement(given));

/** Whether its tag has that name; capitals count. */
export const isTagEqual = (given: Readable, name: string): boolean => given.nodeName === name;

/** The element's own text, escaped; null for no element. */
export const getText = (given: Maybe<Readable>): string | null =>
  given ? xmlescape(readable(given).text) : null;

/** The namespace; null for none. */
export const getNamespace = (given: Readable): string | null => readable(given).ns || null;

/** Calls `work` with each child element, or with those of that name. */
export const forEachChild = <E extends Readable>(
  given: E,
  name: Maybe<string>,
  work: (child: E) => void,
): void => {
  for (const child of Array.from(given.childNodes as ArrayLike<unknown>)) {
    if (isElement(child) && (!name || isTagEqual(child, name))) work(child as E);
  }
};

const isElement = (node: unknown): node is Readable =>
  node instanceof XmlElement ||
  (node as { readonly nodeType?: number } | null)?.nodeType === ElementType.NORMAL;

/** Names and values of attributes. */
export type AttributePairs = readonly (readonly [name: string, value: string])[];

const isPairs = (attrs: Attributes | AttributePairs): attrs is AttributePairs => Array.isArray(attrs);

/** An element of that name with attributes, or a text in their place, and a text. */
export const xmlElement = (
  name: string,
  attrs?: Attributes | AttributePairs | string | number | null,
  text?: string | number | null,
): XmlElement => {
  const isText = typeof attrs === 'string' || typeof attrs === 'number';
  const given: Attributes = isText || !attrs ? {} : isPairs(attrs) ? Object.fromEntries(attrs) : attrs;
  const content = text ?? (isText ? attrs : '');
  return element(name, String(given['xmlns'] ?? ''), given, [String(content)]);
};

/** A copy. Our elements never change, so that it is the element itself; of a DOM Element it is one of ours. */
export const copyElement = (given: Readable): XmlElement => readable(given);
