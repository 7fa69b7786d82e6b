import { once } from 'node:events';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { type Client, createClient, type Status } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { type ServerSocket, WebSocketServer } from 'ws';

const STREAM = 'xmlns:stream="http://etherx.jabber.org/streams"';
const OPEN = '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="localhost" version="1.0"/>';
const CLOSE = '<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>';
const LOGIN = `<stream:features ${STREAM}><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>PLAIN</mechanism></mechanisms></stream:features>`;
const BIND = `<stream:features ${STREAM}><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></stream:features>`;

/** A server that says what a server says to a login, and lets a spec say the rest. */
const startServer = async (protocols: readonly string[] = ['xmpp'], elsewhere?: string) => {
  const offered: string[] = [];
  const heard: string[] = [];
  const codes: number[] = [];
  let socket: ServerSocket | undefined;
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: (given) => {
      offered.push(...given);
      return protocols.find((one) => given.has(one)) ?? false;
    },
  });
  await once(server as never, 'listening');
  const answer = (to: ServerSocket, text: string): void => {
    if (elsewhere !== undefined && text !== CLOSE) {
      to.send(CLOSE.replace('/>', ` see-other-uri="${elsewhere}"/>`));
      return;
    }
    if (text.startsWith('<open')) for (const word of [OPEN, heard.length === 1 ? LOGIN : BIND]) to.send(word);
    if (text.startsWith('<auth')) to.send('<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>');
    const id = /^<iq [^>]*id="([^"]*)"/.exec(text)?.[1];
    if (id === undefined || !text.includes('<bind')) return;
    const bound = '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>a@localhost/r</jid></bind>';
    to.send(`<iq xmlns="jabber:client" type="result" id="${id}">${bound}</iq>`);
  };
  server.on('connection', (one) => {
    socket = one;
    one.on('message', (data, isBinary) => {
      heard.push(isBinary ? 'binary' : data.toString());
      answer(one, data.toString());
    });
    one.on('close', (code) => codes.push(code));
  });
  return {
    ...{ offered, heard, codes, url: `ws://127.0.0.1:${server.address().port}/ws` },
    socket: (): ServerSocket => socket!,
    close: (): void => server.close(),
  };
};

type Server = Awaited<ReturnType<typeof startServer>>;

const until = (client: Client, type: Status['type']): Promise<Status> =>
  firstValueFrom(
    client.status$.pipe(
      filter((status) => status.type === type),
      timeout(5_000),
    ),
  );

/** What is true at last. */
const becomes = async (is: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !is(); i += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(is()).toBe(true);
};

describe('case 106: a stream over a real WebSocket', () => {
  let server: Server;
  let client: Client;
  const begin = async (...protocols: string[]): Promise<void> => {
    server = await startServer(protocols.length > 0 ? protocols : undefined);
    client = createClient(server.url, { platform: { webSocket: nodeWebSocket } });
    client.connect({ jid: 'a@localhost', password: 'p' });
  };
  afterEach(() => {
    client.close();
    server.close();
  });

  it('offers xmpp, sends one element to a text frame, each with its namespace, and restarts without a close', async () => {
    await begin();
    await until(client, 'online');
    expect(server.offered).toEqual(['xmpp']);
    expect(server.heard.map((text) => /^<(\w+) xmlns="([^"]+)"/.exec(text)?.slice(1))).toEqual([
      ['open', 'urn:ietf:params:xml:ns:xmpp-framing'],
      ['auth', 'urn:ietf:params:xml:ns:xmpp-sasl'],
      ['open', 'urn:ietf:params:xml:ns:xmpp-framing'],
      ['iq', 'jabber:client'],
    ]);
  });

  it('says close, waits for that of the server, and ends the socket by the book', async () => {
    await begin();
    await until(client, 'online');
    client.disconnect();
    await becomes(() => server.heard.at(-1) === CLOSE);
    let status: Status | undefined;
    client.status$.subscribe((one) => (status = one));
    expect(status?.type).toBe('disconnecting');
    server.socket().send(CLOSE);
    await until(client, 'offline');
    await becomes(() => server.codes.length === 1);
    expect(server.codes).toEqual([1000]);
  });

  it('answers the close of the server, and says where that wants us to go', async () => {
    await begin();
    await until(client, 'online');
    const uri = 'wss://127.0.0.2/ws';
    server.socket().send(CLOSE.replace('/>', ` see-other-uri="${uri}"/>`));
    expect(await until(client, 'failed')).toMatchObject({
      during: 'session',
      error: { condition: 'see-other-uri', uri },
    });
    await becomes(() => server.heard.at(-1) === CLOSE);
  });

  it('follows the close of a server that wants a login elsewhere, if that is allowed', async () => {
    server = await startServer();
    const first = await startServer(['xmpp'], server.url);
    const login = (allowedOrigins: readonly string[]): void => {
      client = createClient(first.url, { platform: { webSocket: nodeWebSocket }, allowedOrigins });
      client.connect({ jid: 'a@localhost', password: 'p' });
    };
    login([]);
    expect(await until(client, 'failed')).toMatchObject({ during: 'connect', error: { uri: server.url } });
    expect(server.heard).toEqual([]);
    client.close();
    login([new URL(server.url).origin]);
    expect(await until(client, 'online')).toMatchObject({ jid: 'a@localhost/r' });
    first.close();
  });

  it('takes the end of the socket for the end of a session that is not managed', async () => {
    await begin();
    await until(client, 'online');
    server.socket().terminate();
    expect(await until(client, 'failed')).toMatchObject({
      during: 'session',
      error: { condition: 'closed', retryable: true },
    });
  });

  it('refuses a binary frame', async () => {
    await begin();
    await until(client, 'online');
    server.socket().send(Buffer.from('<message xmlns="jabber:client"/>') as never);
    expect(await until(client, 'failed')).toMatchObject({ error: { condition: 'bad-answer' } });
  });

  it('goes no further where xmpp is not spoken', async () => {
    await begin('mqtt');
    expect(await until(client, 'failed')).toMatchObject({ during: 'connect' });
    expect(server.heard).toEqual([]);
  });
});

it('says that nobody is there', async () => {
  const server = await startServer();
  server.close();
  const client = createClient(server.url, { platform: { webSocket: nodeWebSocket } });
  client.connect({ jid: 'a@localhost', password: 'p' });
  expect(await until(client, 'failed')).toMatchObject({
    during: 'connect',
    error: { name: 'TransportError', condition: 'network' },
  });
  client.close();
});
