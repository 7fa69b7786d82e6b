/**
 * The documented door: the names under which code written for Strophe.js finds what it uses.
 *
 * @module Strophe
 */
import { NS as PROTOCOL_NS } from '../protocol/ns.js';
import { stx, unsafeXML } from '../xml/build.js';
import { type ElementLike, toElement } from '../xml/convert.js';
import type { XmlElement } from '../xml/element.js';
import { bareJid, domainOf, nodeOf, resourceOf } from '../xml/jid.js';
import { escapeText, serialise } from '../xml/serialise.js';
import type { Maybe } from './arguments.js';

export { Builder } from '../xml/build.js';
export { escapeNode, unescapeNode } from '../xml/jid.js';
export type { AttachLimits, ConnectLimits, Maybe } from './arguments.js';
export { Connection } from './connection.js';
export type { HandlerConditions, HandlerOptions, HandlerRef, StanzaHandler } from './handlers.js';
export type { Asking } from './ask.js';
export type { ConnectCallback } from './reporter.js';
export { Status } from './status.js';

/** Namespaces by the names that Strophe.js gives them. */
export const NS = {
  ...PROTOCOL_NS,
  COMPONENT: 'jabber:component:accept',
  DELAY: 'urn:xmpp:delay',
  SERVER: 'jabber:server',
  SM: 'urn:xmpp:sm:3',
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

/** An element, builder or DOM Element as XML text. */
export const serialize = (given: ElementLike): string => serialise(toElement(given));

/** The element that `Strophe.Stanza` makes. */
export type Stanza = XmlElement;

/** Elements from XML text. */
export const Stanza = {
  /** The element that an XML text describes, without white space between tags. Throws `XmlError`. Only for XML that you trust. */
  toElement: (xml: string): XmlElement => stx`${unsafeXML(xml)}`,
  unsafeXML,
} as const;
