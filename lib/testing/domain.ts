import type { SchedulerLike } from 'rxjs';
import type { XmlElement } from '../xml/element.js';
import { bareJid } from '../xml/jid.js';
import { createBoshEndpoint } from './bosh-endpoint.js';
import type { BoshSession, DomainSession } from './bosh-session.js';
import { createExpectations, type Expectations } from './expectations.js';
import { settle, type DomainOptions } from './options.js';
import { createPeer, peerJid, type Peer } from './peer.js';
import type { SeenRequest } from './request-log.js';
import { createPresences } from './presence.js';
import { createRouter, isAccount } from './router.js';
import { createSocketEndpoint } from './socket-endpoint.js';
import type { Seat } from './socket-seat.js';
import { createSocketWire, type SeenSocket, type SocketFaults, type WebSocketPort } from './sockets.js';
import { streamError } from './stanzas.js';
import { createWire, readLatency, type HttpPort, type Wire } from './wire.js';

/**
 * An XMPP domain in memory: accounts, a router, and a BOSH connection manager behind an HTTP port.
 *
 * All its time is that of one scheduler; it uses no Promise and leaves no timer but one for each request held and one for
 * each session without any.
 */
export interface Domain extends Omit<Wire, 'log'>, Expectations, SocketFaults {
  /** For the `platform.webSocket` of a client. Cold: subscribing opens a socket, unsubscribing closes it. */
  readonly webSocket: WebSocketPort;
  /** Every WebSocket that a client has opened, in the order they were. */
  readonly sockets: readonly SeenSocket[];
  /** The address of its WebSocket endpoint; any other works as well. */
  readonly webSocketUrl: string;
  /** For the `platform.http` of a client. Cold: subscribing sends one POST, unsubscribing aborts it. */
  readonly http: HttpPort;
  /** The clock that it goes by. */
  readonly scheduler: SchedulerLike;
  /** The address of its connection manager; any other works as well. */
  readonly url: string;
  /** Every request that left a client, in the order they left. */
  readonly requests: readonly SeenRequest[];
  /** Those whose sender still waits. */
  readonly open: readonly SeenRequest[];
  /** The BOSH sessions alive. */
  readonly sessions: readonly DomainSession[];
  /** The stanzas processed from a session, in order and before routing, by full or bare JID. */
  received(jid: string): readonly XmlElement[];
  /** Pushes a stanza as it is to a session (by `sid`) or to all who have that full or bare JID. Throws where there is nobody. */
  deliver(to: string, stanza: XmlElement): void;
  /** Makes a session vanish without a word: what it held is never answered. By `sid` or full JID, that one on a WebSocket too. */
  kill(session: string): void;
  /** Ends a session with this condition and payload, on its requests or on the next one. By `sid` or full JID. */
  terminate(session: string, condition?: string, ...payload: readonly XmlElement[]): void;
  /** Ends everything without a word: sessions, requests, peers. Nobody can connect any more, and no timer is left. */
  close(): void;
  /** Somebody to talk to, at that JID; the same one each time. See {@link Peer}. */
  user(jid: string): Peer;
}

/** A stream over WebSocket under the verbs of a session. */
const seatSession = (seat: Seat): Pick<BoshSession, 'kill' | 'terminate'> => ({
  kill: () => seat.kill(),
  terminate: (condition) => seat.end(condition === undefined ? undefined : streamError(condition)),
});

/** Makes a {@link Domain}. */
export const createDomain = (options: DomainOptions = {}): Domain => {
  const settings = settle(options);
  const router = createRouter(settings);
  const presences = createPresences({
    router,
    isAccount: (bare) => isAccount(settings, bare),
    id: () => settings.ids('push'),
  });
  const processed: { readonly jid: string; readonly stanza: XmlElement }[] = [];
  const record = (jid: string, stanza: XmlElement): void => {
    processed.push({ jid, stanza });
    if (processed.length > 2 * settings.remember) processed.splice(0, processed.length - settings.remember);
  };
  const endpoint = createBoshEndpoint({ settings, router, presences, record });
  const socketEndpoint = createSocketEndpoint({ settings, router, presences, record });
  const socketWire = createSocketWire({
    ...settings,
    protocol: settings.socket.protocol,
    accept: (link) => socketEndpoint.accept(link),
  });
  const wire = createWire({ ...settings, receive: (exchange) => endpoint.receive(exchange) });
  const peers = new Map<string, Peer>();

  const sessionOf = (name: string): Pick<BoshSession, 'kill' | 'terminate'> => {
    const seat = socketEndpoint.seats.find(({ stream }) => stream.jid === name);
    const bosh = endpoint.sessions.find(({ sid, jid }) => sid === name || jid === name);
    const session = seat ? seatSession(seat) : bosh;
    if (!session) throw new Error(`There is no session ${name}`);
    return session;
  };

  const takers = (to: string): readonly { deliver(stanza: XmlElement): void }[] => {
    const session = endpoint.sessions.find(({ sid }) => sid === to);
    if (session) return [{ deliver: (stanza) => session.send(stanza) }];
    return to === bareJid(to) ? router.all(to) : [router.find(to) ?? []].flat();
  };

  const { log, ...network } = wire;
  const { slow, ...socketNetwork } = socketWire;
  return {
    ...network,
    ...socketNetwork,
    latency(ms) {
      wire.latency(ms);
      slow(readLatency(ms));
    },
    offline(value) {
      wire.offline(value);
      socketWire.offline(value);
    },
    ...createExpectations(() => log),
    webSocketUrl: `wss://${settings.domain}/ws`,
    scheduler: settings.scheduler,
    url: `https://${settings.domain}/http-bind`,
    requests: log.all,
    get open() {
      return log.open;
    },
    get sessions() {
      return endpoint.sessions;
    },
    received: (jid) =>
      processed
        .filter((entry) => entry.jid === jid || bareJid(entry.jid) === jid)
        .map(({ stanza }) => stanza),
    deliver(to, stanza) {
      const found = takers(to);
      if (found.length === 0) throw new Error(`There is nobody at ${to}`);
      for (const taker of found) taker.deliver(stanza);
    },
    kill: (session) => sessionOf(session).kill(),
    terminate: (session, condition, ...payload) => sessionOf(session).terminate(condition, payload),
    close() {
      this.offline(true);
      for (const seat of socketEndpoint.seats) seat.kill();
      for (const session of endpoint.sessions) session.kill();
      for (const peer of [...peers.values()]) peer.leave();
    },
    user(jid) {
      const full = peerJid(jid);
      const peer = peers.get(full) ?? createPeer({ router, presences }, full, () => void peers.delete(full));
      peers.set(full, peer);
      return peer;
    },
  };
};
