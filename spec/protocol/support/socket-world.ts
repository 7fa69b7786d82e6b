import { TransportError } from '../../../lib/protocol/errors.js';
import { stepSocket } from '../../../lib/protocol/socket.js';
import { dialling, resuming } from '../../../lib/protocol/socket-open.js';
import { readRestoredStream, streamSnapshotOf } from '../../../lib/protocol/socket-record.js';
import type { SocketEffect, SocketEvent, SocketState } from '../../../lib/protocol/socket-state.js';
import type { Outgoing } from '../../../lib/protocol/stream.js';
import { element, type XmlElement } from '../../../lib/xml/element.js';
import { parse } from '../../../lib/xml/parse.js';
import { JID, message, settings, SM } from './socket.js';

const STREAM = 'xmlns:stream="http://etherx.jabber.org/streams"';
const LOGIN = `<stream:features ${STREAM}><mechanisms/></stream:features>`;
const SESSION = `<stream:features ${STREAM}><bind/><sm ${SM}/></stream:features>`;
const word = (name: string): XmlElement => element(name, 'urn:test');

/** A server that keeps one managed stream, and counts as XEP-0198 wants. */
const createServer = () => {
  const heard: string[] = [];
  let queue: string[] = [];
  let [handled, acked, enabled, sessions] = [0, 0, false, 0];
  let counting = false;

  const acknowledge = (h: number): void => {
    queue = queue.slice(h - acked);
    acked = h;
  };

  const receive = ({ name, ns, attrs }: XmlElement): readonly string[] => {
    switch (name) {
      case 'open':
        return [counting ? SESSION : LOGIN];
      case 'auth':
        counting = true;
        return ['<success xmlns="urn:test"/>'];
      case 'bind':
        sessions += 1;
        return ['<bound xmlns="urn:test"/>'];
      case 'enable':
        enabled = true;
        return [`<enabled ${SM} id="s${sessions}" resume="true" max="100000"/>`];
      case 'resume':
        acknowledge(Number(attrs['h']));
        return [`<resumed ${SM} previd="s1" h="${handled}"/>`, ...queue];
      case 'r':
        return [`<a ${SM} h="${handled}"/>`];
      case 'a':
        acknowledge(Number(attrs['h']));
        return [];
      default:
        if (ns === 'jabber:client') {
          heard.push(attrs['id'] ?? '');
          handled += 1;
        }
        return [];
    }
  };

  return {
    heard,
    receive,
    sessions: () => sessions,
    isReady: () => enabled,
    /** A stanza for the client. */
    push(id: string): readonly string[] {
      queue.push(message(id));
      return [message(id), `<r ${SM}/>`];
    },
    /** A new connection: nobody has logged in on it. */
    greet: (): void => {
      counting = false;
    },
  };
};

/** A client's machine, its app and storage, a network that can be cut anywhere, and a server. */
export const createWorld = () => {
  const server = createServer();
  const seen: string[] = [];
  let [up, down]: [string[], string[]] = [[], []];
  let linked = false;
  let queue: { n: number; xml: string }[] = [];
  let last = 0;
  let now = 1_000;
  let state: SocketState = dialling({ ...settings, quietMs: 0 }, now);

  const feed = (event: SocketEvent | Outgoing, dies = false): void => {
    const { state: next, effects } = stepSocket(state, { at: now, event });
    state = next;
    if (!dies) effects.forEach(perform);
  };

  /** What the session machine would say to an element. */
  const answer = (given: XmlElement, rid: number): void => {
    if (given.ns === 'jabber:client') {
      seen.push(given.attrs['id'] ?? '');
      feed({ type: 'handled', ref: { rid, index: 0 } });
    } else if (given.child('mechanisms')) feed({ type: 'handshake', element: word('auth') });
    else if (given.name === 'success') feed({ type: 'restart' });
    else if (given.child('bind')) feed({ type: 'handshake', element: word('bind') });
    else if (given.name === 'bound') feed({ type: 'online', jid: JID, polling: true });
  };

  const perform = (effect: SocketEffect): void => {
    if (effect.type === 'dial') {
      [up, down, linked] = [[], [], true];
      server.greet();
      feed({ type: 'connected', link: effect.link, protocol: 'xmpp' });
    } else if (effect.type === 'frame') up.push(effect.xml);
    else if (effect.type === 'hangUp') linked = false;
    else if (effect.type === 'take') {
      const stanzas = queue.filter(({ n }) => n <= effect.upTo);
      queue = queue.filter(({ n }) => n > effect.upTo);
      feed({ type: 'taken', stanzas, upTo: effect.upTo, more: false });
    } else if (effect.type === 'element') answer(effect.element, effect.ref.rid);
    else if (effect.type === 'resumed') feed({ type: 'online', jid: effect.jid, polling: true });
    else if (effect.type === 'closed') throw new Error(`It ended: ${String(effect.error)}`);
  };

  const lose = (): void => {
    if (linked) feed({ type: 'lost', link: state.link, error: new TransportError('network', 'cut') });
  };

  /** Another page goes on from what has been kept, which is all there is. */
  const reload = (): void => {
    const snapshot = streamSnapshotOf(state, 'wss://example.com/ws');
    if (!snapshot) return;
    const restored = readRestoredStream(
      JSON.stringify(snapshot.record),
      (n) => snapshot.bodies.get(n) ?? null,
    )!;
    queue = queue.filter(({ n }) => n > restored.moved);
    linked = false;
    state = resuming({ ...settings, quietMs: 0 }, restored, now);
    feed({ type: 'wake' });
    feed({ type: 'released', upTo: last });
  };

  const world = {
    server,
    seen,
    state: () => state,
    send(id: string): void {
      last += 1;
      queue.push({ n: last, xml: message(id) });
      feed({ type: 'released', upTo: last });
    },
    push(id: string): void {
      const frames = server.push(id);
      if (linked && state.managing === 'on') down.push(...frames);
    },
    up(): void {
      const xml = up.shift();
      if (xml !== undefined) down.push(...server.receive(parse(xml)));
    },
    down(dies = false): void {
      const text = down.shift();
      if (text !== undefined) feed({ type: 'frame', link: state.link, text }, dies);
      if (dies) reload();
    },
    cut: lose,
    reload,
    pass(ms: number): void {
      now += ms;
      feed({ type: 'wake' });
    },
    /** Lets everything happen that can happen. */
    settle(): void {
      for (let i = 0; i < 2_000 && (up.length > 0 || down.length > 0 || state.phase !== 'online'); i += 1) {
        world.up();
        world.down();
        if (up.length === 0 && down.length === 0) world.pass(20_000);
      }
    },
  };
  feed({ type: 'wake' });
  return world;
};
