import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { memoryStorage } from 'rxmpp/testing';
import { TransportError, type WebSocketEvent, type WebSocketRequest, type WireEvent } from 'rxmpp';

import { dialling } from '../../lib/protocol/socket-open.js';
import type { SocketSettings } from '../../lib/protocol/socket-state.js';
import type { Incoming, Outgoing } from '../../lib/protocol/stream.js';
import { createDeliveries } from '../../lib/session/deliveries.js';
import { createOutbox, type Outbox } from '../../lib/session/outbox.js';
import { createWriter } from '../../lib/session/writer.js';
import { webSocketTransport } from '../../lib/transport/websocket.js';
import type { Transport } from '../../lib/transport/transport.js';
import { parse } from '../../lib/xml/parse.js';
import { marbles } from '../marbles.js';

const JID = 'alice@example.com/home';
const SM = 'xmlns="urn:xmpp:sm:3"';
const FEATURES = `<stream:features xmlns:stream="http://etherx.jabber.org/streams"><sm ${SM}/></stream:features>`;
const ENABLED = `<enabled ${SM} id="s1" resume="true" max="300"/>`;

const SETTINGS: SocketSettings = {
  ...{ to: 'example.com', lang: 'en', secure: true, management: true, pingId: 'alive', seed: 1 },
  ...{ dialMs: 20_000, quietMs: 30_000, answerMs: 10_000, disconnectMs: 3_000 },
};

const message = (id: string) => parse(`<message xmlns="jabber:client" id="${id}"/>`);

/** The element's name, and what tells it apart. */
const short = (xml: string): string =>
  [/^<([\w:]+)/.exec(xml)?.[1], / (?:h|id|previd)="([^"]*)"/.exec(xml)?.[1]].filter(Boolean).join(' ');

interface Setting {
  readonly transport: Transport;
  readonly outbox: Outbox;
  /** What was kept and what left, in the order it happened. */
  readonly log: string[];
  readonly heard: Incoming[];
  readonly wired: WireEvent[];
  /** The other end of the latest socket. */
  readonly socket: () => Subscriber<WebSocketEvent>;
  /** How many sockets have been opened, and how many closed by us. */
  readonly counts: { opened: number; closed: number };
  /** Where they were opened. */
  readonly urls: readonly string[];
  readonly open: () => void;
  readonly listen: () => Subscription;
  readonly tell: (...things: readonly Outgoing[]) => void;
  readonly say: (text: string | undefined) => void;
  readonly pass: (ms: number) => void;
  /** Opens, logs in and manages the stream. */
  readonly online: () => Subscription;
}

/** A transport on a socket whose other end is in the hands of the test. */
const onStage = (test: (setting: Setting) => void): (() => void) =>
  marbles(({ flush }, scheduler) => {
    const [log, heard, wired]: [string[], Incoming[], WireEvent[]] = [[], [], []];
    const counts = { opened: 0, closed: 0 };
    const urls: string[] = [];
    let other: Subscriber<WebSocketEvent> | undefined;
    const webSocket = ({ url }: WebSocketRequest) =>
      new Observable<WebSocketEvent>((subscriber) => {
        counts.opened += 1;
        urls.push(url);
        other = subscriber;
        return () => (counts.closed += 1);
      });
    const storage = memoryStorage();
    const setItem = (key: string, value: string): void => {
      storage.setItem(key, value);
      const { sm, fl } = JSON.parse(value) as { sm?: { h: number; a: number }; fl?: readonly unknown[] };
      if (key === 'k') log.push(`keep ${fl?.length ?? 0} unacknowledged, ${sm?.h ?? 0} handled`);
    };
    const spied = { ...storage, get length() { return storage.length; }, setItem }; // prettier-ignore
    const deliveries = createDeliveries();
    const outbox = createOutbox(deliveries);
    const transport = webSocketTransport(dialling(SETTINGS, 0), {
      ...{ url: 'wss://example.com/ws', webSocket, scheduler, outbox, deliveries },
      mayMove: (url) => url.startsWith('wss://example.com/'),
      writer: createWriter({ storage: spied, key: 'k' }),
      wire: (event) => wired.push(event),
    });
    const socket = (): Subscriber<WebSocketEvent> => other!;
    const tell = (...things: readonly Outgoing[]): void => things.forEach((one) => transport.send(one));
    const say: Setting['say'] = (text) => socket().next({ type: 'message', text });
    const listen = (): Subscription => transport.incoming$.subscribe((incoming) => heard.push(incoming));
    const pass = (ms: number): void => {
      scheduler.maxFrames = scheduler.frame + ms;
      flush();
      scheduler.frame = scheduler.maxFrames;
    };
    const open = (): void => {
      const send = (text: string): void => void log.push(`send ${short(text)}`);
      socket().next({ type: 'open', protocol: 'xmpp', send });
    };
    const online = (): Subscription => {
      const listening = listen();
      open();
      tell({ type: 'restart' });
      say(FEATURES);
      tell({ type: 'online', jid: JID, polling: true });
      say(ENABLED);
      log.length = 0;
      heard.length = 0;
      return listening;
    };
    test({
      transport,
      outbox,
      log,
      heard,
      wired,
      socket,
      counts,
      urls,
      open,
      listen,
      tell,
      say,
      pass,
      online,
    });
  });

it(
  'opens nothing before somebody listens, and then says what was told before',
  onStage(({ counts, tell, listen, socket, log }) => {
    tell({ type: 'listen' });
    expect(counts).toEqual({ opened: 0, closed: 0 });
    listen();
    expect(counts).toEqual({ opened: 1, closed: 0 });
    socket().next({ type: 'open', protocol: 'xmpp', send: (text) => void log.push(`send ${short(text)}`) });
    expect(log).toEqual(['send open']);
  }),
);

it(
  'keeps a stanza before it leaves, and what is handled before the server is told',
  onStage(({ online, outbox, tell, log, say, heard, pass }) => {
    online();
    outbox.add(message('a'), undefined);
    tell({ type: 'released', upTo: 1 });
    expect(log).toEqual(['keep 1 unacknowledged, 0 handled', 'send message a']);
    log.length = 0;
    say('<message xmlns="jabber:client" id="in"/>');
    const [given] = heard.filter((one) => one.type === 'element');
    expect(given).toMatchObject({ element: { attrs: { id: 'in' } }, ref: { rid: 1 } });
    tell({ type: 'handled', ref: { rid: 1, index: 0 } });
    say(`<r ${SM}/>`);
    pass(250);
    expect(log.slice(0, 2)).toEqual(['keep 1 unacknowledged, 1 handled', 'send a 1']);
  }),
);

it.each([
  ['closed', (socket: Subscriber<WebSocketEvent>) => socket.next({ type: 'close', code: 1006, reason: '' })],
  ['broken', (socket: Subscriber<WebSocketEvent>) => socket.error(new Error('It broke'))],
  ['over without a word', (socket: Subscriber<WebSocketEvent>) => socket.complete()],
  [
    'talking in binary',
    (socket: Subscriber<WebSocketEvent>) => socket.next({ type: 'message', text: undefined }),
  ],
])('opens another socket where one is %s, and leaves none behind', (_, end) =>
  onStage(({ online, socket, counts, heard }) => {
    online();
    end(socket());
    expect(heard.map(({ type }) => type)).toEqual(['interrupted']);
    expect(counts).toEqual({ opened: 2, closed: 1 });
  })(),
);

it(
  'says what went over the wire, and of a socket that could not be had why',
  onStage(({ listen, socket, wired, heard }) => {
    listen();
    const cause = new TransportError('network', 'Nobody is there');
    socket().error(cause);
    expect(wired).toEqual([{ type: 'failed', at: 0, rid: 0, error: cause }]);
    expect(heard.at(-1)).toMatchObject({ type: 'closed', error: { condition: 'network' } });
  }),
);

it(
  'goes where the server sends a resumption, if it may, and keeps that the session is there; otherwise that is its end',
  onStage(({ online, socket, say, open, urls, heard }) => {
    const close = (uri: string): string =>
      `<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="${uri}"/>`;
    online();
    socket().next({ type: 'close', code: 1006, reason: '' });
    open();
    say(close('wss://example.com/two'));
    expect(urls).toEqual(['wss://example.com/ws', 'wss://example.com/ws', 'wss://example.com/two']);
    expect(heard.map(({ type }) => type)).not.toContain('closed');
    open();
    say(close('wss://elsewhere.example/ws'));
    expect(urls).toHaveLength(3);
    expect(heard.at(-1)).toMatchObject({ type: 'closed', error: { condition: 'see-other-uri' } });
  }),
);

it(
  'cuts without a word when nobody listens any more',
  onStage(({ online, counts, log, pass }) => {
    online().unsubscribe();
    expect(counts).toEqual({ opened: 1, closed: 1 });
    pass(100_000);
    expect(log).toEqual([]);
  }),
);
