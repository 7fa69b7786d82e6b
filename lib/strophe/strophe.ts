/**
 * The documented door: the names under which code written for Strophe.js finds what it uses.
 *
 * @module Strophe
 */
import { stx, unsafeXML } from '../xml/build.js';
import type { XmlElement } from '../xml/element.js';

export { Builder } from '../xml/build.js';
export { escapeNode, unescapeNode } from '../xml/jid.js';
export type { AttachLimits, ConnectLimits, LoginExtras, Maybe } from './arguments.js';
export { Account } from './account.js';
export { Connection } from './connection.js';
export type { HandlerConditions, HandlerOptions, HandlerRef, StanzaHandler } from './handlers.js';
export type { Asking } from './ask.js';
export * from './helpers.js';
export type { Hooks } from './hooks.js';
export type { Identity, Password } from './login.js';
export type { ConnectionOptions, CookieValue, MechanismOption } from './options.js';
export { Receiver } from './receiver.js';
export type { ConnectCallback } from './reporter.js';
export {
  SASLAnonymous,
  SASLExternal,
  SASLMechanism,
  type SASLMechanismClass,
  type ConnectionMechanism,
  SASLOAuthBearer,
  SASLPlain,
  SASLSHA1,
  SASLSHA256,
  SASLSHA384,
  SASLSHA512,
  SASLXOAuth2,
  type SaslAnswer,
  type SaslConnection,
} from './sasl.js';
export { Status } from './status.js';
export type { DomView } from '../client/platform-dom.js';
export type { View } from './view.js';
export type { TimedCallback, TimedHandlerRef } from './timed.js';

/** The element that `Strophe.Stanza` makes. */
export type Stanza = XmlElement;

/** Elements from XML text. */
export const Stanza = {
  /** The element that an XML text describes, without white space between tags. Throws `XmlError`. Only for XML that you trust. */
  toElement: (xml: string): XmlElement => stx`${unsafeXML(xml)}`,
  unsafeXML,
} as const;
