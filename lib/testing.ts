/**
 * The testing kit: an XMPP domain in memory, a server that says what it is told, a client without any, stanzas to put in,
 * storage that can be broken, cryptography without a Promise, and marble tests. With a `TestScheduler` a whole client runs in
 * virtual time, login to restore.
 *
 * @module testing
 */
export { body, terminateBody, type BodyAttributes } from './testing/body.js';
export {
  memoryBrowser,
  type MemoryBrowser,
  type MemoryPage,
  type Network,
  type PageEvent,
  type PagePlatform,
} from './testing/browser.js';
export {
  aMessage,
  anError,
  anIq,
  aPresence,
  aResult,
  type ErrorParts,
  type MessageParts,
  type PresenceParts,
  type StanzaParts,
} from './testing/builders.js';
export type { DomainSession } from './testing/bosh-session.js';
export { syncCrypto, type SyncCrypto } from './testing/crypto.js';
export { createDomain, type Domain } from './testing/domain.js';
export type { BodyMatch, Expectations } from './testing/expectations.js';
export type { Command, FakeClient, FakeClientOptions, FakeSent, Identified } from './testing/fake.js';
export { fakeClient } from './testing/fake-client.js';
export type { FaultAction, Interceptor, MadeUpAnswer } from './testing/faults.js';
export { memoryLocks, type MemoryLocks } from './testing/locks.js';
export { marbles } from './testing/marbles.js';
export type { BoshManner, BoshParameters, DomainOptions, SocketManner } from './testing/options.js';
export type { PageDeath } from './testing/page-ports.js';
export type { Peer } from './testing/peer.js';
export { serverProfiles, type ServerProfile } from './testing/profiles.js';
export type { RequestState, SeenRequest } from './testing/request-log.js';
export type { Mechanism } from './testing/sasl.js';
export { scramServer, type ScramServer, type ScramServerOptions } from './testing/scram-server.js';
export type { ScriptedAnswer, ScriptedRequest } from './testing/scripted-request.js';
export {
  scriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
  type Which,
} from './testing/scripted-server.js';
export {
  memoryStorage,
  type MemoryStorage,
  type StorageCall,
  type StorageOperation,
  type StoragePort,
} from './testing/storage.js';
export { aStatus, type StatusOf } from './testing/statuses.js';
export { virtualTime, type VirtualTime } from './testing/virtual-time.js';
export type { SeenFrame, SeenSocket, SocketFaults, WebSocketPort } from './testing/sockets.js';
export type { HttpPort, Latency } from './testing/wire.js';
export { TransportError, type TransportErrorKind } from './protocol/errors.js';
export type { HttpEvent, HttpRequest, HttpResponse } from './protocol/http.js';
export type { WebSocketEvent, WebSocketRequest } from './protocol/web-socket.js';
export type { HashName } from './protocol/scram.js';
export { XmlElement } from './xml/element.js';
export { parse } from './xml/parse.js';
