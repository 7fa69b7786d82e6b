export { createClient } from './client/create-client.js';
export type { Client, Sendable, SendOptions, Sent } from './client/client.js';
export type { AttachOptions, ClientOptions, ConnectOptions, KeepaliveOptions } from './client/options.js';
export type { Credentials, CredentialsSource } from './client/credentials.js';
export type { SaslDialogue, SaslMechanism } from './client/own-mechanism.js';
export { type Prebound, prebind } from './client/prebind.js';
export type { ReopenOptions } from './client/chain.js';
export type { OpenOptions } from './client/open.js';
export type { HeadersFunction, HeaderValues } from './client/headers.js';
export type { Limits } from './client/limits.js';
export type { CryptoPort } from './client/crypto.js';
export { discover, fetchLookUp, webSocketPort } from './client/platform-later.js';
export type { Discovered, DiscoverOptions } from './client/discover.js';
export type { LookUpPort } from './client/platform-look-up.js';
export type { Addresses } from './protocol/host-meta.js';
export { includeWebSocket } from './client/include-web-socket.js';
export type { WebSocketLike, WebSocketPort } from './client/platform-web-socket.js';
export type { WebSocketParts } from './client/web-socket-parts.js';
export type { Lifecycle, Platform, ZonePort } from './client/platform.js';
export { fetchPort, type HttpPort, xhrPort } from './client/platform-http.js';
export { iqs, messages, ofStanza, presences, type StanzaFilter } from './client/select.js';
export * from './protocol/errors.js';
export { type Condition, type FailureReason, FAILURES } from './protocol/failures.js';
export * as NS from './protocol/ns.js';
export type { Failure } from './protocol/session-state.js';
export type { WebSocketEvent, WebSocketRequest } from './protocol/web-socket.js';
export type { RetryFailure } from './protocol/retry.js';
export type { HttpEvent, HttpRequest, HttpResponse } from './protocol/http.js';
export type { HashName, ScramKeys } from './protocol/scram.js';
export type { How, Status } from './protocol/status.js';
export type { Leftovers, SessionTokens } from './protocol/stream.js';
export type { LocksPort } from './session/ownership.js';
export type { Delivery, UnsentReason } from './session/deliveries.js';
export type { StoragePort } from './session/storage.js';
export * as Strophe from './strophe/strophe.js';
export type { RetryPolicy } from './transport/retry.js';
export { redact, type WireEvent } from './transport/wire.js';
export type { Attributes, Strings } from './xml/attributes.js';
export {
  $build,
  $iq,
  $msg,
  $pres,
  Builder,
  stx,
  type StxValue,
  unsafeXML,
  type UnsafeXml,
} from './xml/build.js';
export {
  type DomAttribute,
  type DomElement,
  type DomNode,
  type ElementLike,
  toElement,
} from './xml/convert.js';
export { element, type Stanza, XmlElement, type XmlNode } from './xml/element.js';
export {
  bareJid,
  domainOf,
  escapeNode,
  type Jid,
  nodeOf,
  parseJid,
  resourceOf,
  sameBareJid,
  sameJid,
  unescapeNode,
} from './xml/jid.js';
export { parse, PARSE_LIMITS, type ParseLimits } from './xml/parse.js';
export { serialise } from './xml/serialise.js';
