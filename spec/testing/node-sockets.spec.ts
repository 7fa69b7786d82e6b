import { once } from 'node:events';
import { WebSocket } from 'ws';
import { createDomain } from '../../lib/testing/domain.js';
import { listen, type ListeningDomain } from '../../lib/testing/node-listen.js';

const OPEN = '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="example.com" version="1.0"/>';
const CLOSE = '<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>';

/** As much of a socket of the package `ws` as is used. */
interface Socket {
  readonly protocol: string;
  send(data: string | Buffer): void;
  close(): void;
  terminate(): void;
  on(event: 'message', hear: (data: Buffer) => void): void;
  on(event: 'error', hear: () => void): void;
}

let server: ListeningDomain;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await listen(createDomain({ users: { romeo: 'montague' } }), { maxBodySize: 2000 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
});

const connect = (url = server.webSocketUrl ?? '', protocols: readonly string[] = ['xmpp']): Socket => {
  const socket = new WebSocket(url, [...protocols]) as unknown as Socket;
  sockets.push(socket);
  return socket;
};

const emitter = (socket: Socket) => socket as unknown as NodeJS.EventEmitter;
const closed = async (socket: Socket): Promise<number> =>
  ((await once(emitter(socket), 'close')) as [number])[0];

const opened = async (): Promise<Socket> => {
  const socket = connect();
  await once(emitter(socket), 'open');
  return socket;
};

/** Says it, and waits for so many answers. */
const say = (socket: Socket, text: string, count: number): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const heard: string[] = [];
    socket.on('message', (data) => {
      heard.push(data.toString());
      if (heard.length === count) resolve(heard);
    });
    socket.send(text);
  });

it('says where it is, and speaks the subprotocol of XMPP', async () => {
  expect(server.webSocketUrl).toBe(`ws://127.0.0.1:${server.port}/ws`);
  expect((await opened()).protocol).toBe('xmpp');
});

it('brings frames to the domain and back', async () => {
  const [open, features] = await say(await opened(), OPEN, 2);
  expect(open).toContain('<open');
  expect(features).toContain('SCRAM-SHA-256');
  expect(server.domain.sockets.map(({ url, state }) => [url, state])).toEqual([
    [server.webSocketUrl, 'open'],
  ]);
});

it('agrees to an end', async () => {
  const socket = await opened();
  await say(socket, OPEN, 2);
  const [answer] = await say(socket, CLOSE, 1);
  expect(answer).toContain('<close');
  expect(await closed(socket)).toBe(1000);
});

it('breaks the connection where the network of the domain does', async () => {
  const socket = await opened();
  const end = closed(socket);
  await say(socket, OPEN, 2);
  server.domain.cut();
  expect(await end).toBe(1006);
});

it('tells the domain of a client that has gone', async () => {
  const socket = await opened();
  await say(socket, OPEN, 2);
  socket.terminate();
  while (server.domain.sockets[0]?.state !== 'closed') await new Promise((resolve) => setImmediate(resolve));
  expect(server.domain.sockets).toHaveLength(1);
});

it('ends a stream that is no XML, and a socket that sends no text or too much of it', async () => {
  const [broken, binary, large] = [await opened(), await opened(), await opened()];
  const ends = [broken, binary, large].map(closed);
  const [error] = await say(broken, '<not <xml', 1);
  expect(error).toContain('not-well-formed');
  binary.send(Buffer.from([1, 2, 3]));
  large.send('x'.repeat(2001));
  expect(await Promise.all(ends)).toEqual([1000, 1003, 1009]);
});

it.each([
  ['another path', () => connect(`${server.webSocketUrl}/more`), 404],
  ['another subprotocol', () => connect(undefined, ['mqtt']), 400],
])('takes no %s', async (_, open, status) => {
  const [error] = (await once(emitter(open()), 'error')) as [Error];
  expect(error.message).toContain(`${status}`);
});
