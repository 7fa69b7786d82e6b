import { once } from 'node:events';
import { connect } from 'node:net';
import { createDomain } from '../../lib/testing/domain.js';
import { listen, type ListeningDomain, type ListenOptions } from '../../lib/testing/node-listen.js';

const CREATION =
  '<body xmlns="http://jabber.org/protocol/httpbind" rid="1000" to="example.com" wait="60" hold="1" ver="1.11"/>';

let server: ListeningDomain | undefined;

const start = async (options?: ListenOptions): Promise<ListeningDomain> => {
  server = await listen(createDomain({ users: { romeo: 'montague' } }), options);
  return server;
};

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const post = (url: string, body: string): Promise<Response> => fetch(url, { method: 'POST', body });

it('listens on a free port of this machine, and says where', async () => {
  const { boshUrl, port } = await start();
  expect(boshUrl).toBe(`http://127.0.0.1:${port}/http-bind`);
  expect(await (await post(boshUrl, CREATION)).text()).toContain('sid="sid-1"');
});

it('listens where it is told to', async () => {
  const { boshUrl } = await start({ host: '::1', boshPath: '/b' });
  expect(boshUrl).toMatch(/^http:\/\/\[::1\]:\d+\/b$/);
  expect((await post(boshUrl, CREATION)).status).toBe(200);
});

it('says so where the port is taken', async () => {
  const { port } = await start();
  await expect(listen(createDomain(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('answers what is for no endpoint with 404, or as it is told', async () => {
  const first = await start();
  expect((await fetch(`http://127.0.0.1:${first.port}/http-bind/more`)).status).toBe(404);
  await first.close();
  const { port } = await start({ otherwise: (request, response) => response.end(`page ${request.url}`) });
  expect(await (await fetch(`http://127.0.0.1:${port}/demo?x=1`)).text()).toBe('page /demo?x=1');
});

it('keeps a connection that waits for the next request', async () => {
  const { port } = await start();
  const socket = connect(port, '127.0.0.1');
  const request = `POST /http-bind HTTP/1.1\r\nHost: x\r\nContent-Length: ${CREATION.length}\r\n\r\n${CREATION}`;
  socket.write(request);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(/keep-alive: timeout=(\d+)/i.exec(answer.toString())?.[1]).toBe('75');
});

it('leaves nothing when it is closed: a request that it holds is cut, the port is free', async () => {
  const { boshUrl, domain, close, port } = await start();
  const created = await (await post(boshUrl, CREATION)).text();
  const sid = /sid="([^"]+)"/.exec(created)?.[1] ?? '';
  const held = post(boshUrl, `<body xmlns="http://jabber.org/protocol/httpbind" rid="1001" sid="${sid}"/>`);
  const cut = expect(held).rejects.toThrow('fetch failed');
  while (domain.sessions[0]?.held.length !== 1) await new Promise((resolve) => setImmediate(resolve));
  await close();
  server = undefined;
  await cut;
  expect(domain.sessions).toEqual([]);
  await (await listen(createDomain(), { port })).close();
});
