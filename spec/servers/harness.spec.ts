import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { isOpen } from './support/port.js';
import { startProxy } from './support/proxy.js';
import { SERVERS, type TestServer } from './support/servers.js';

const START_MS = 60_000;

const creation = (domain: string): string =>
  `<body xmlns='http://jabber.org/protocol/httpbind' rid='1573741820' to='${domain}' wait='5' hold='1' ver='1.11' ` +
  `xml:lang='en' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'/>`;

const post = (service: string, body: string): Promise<Response> =>
  fetch(service, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', origin: 'http://page.example' },
    body,
  });

const mechanismsIn = (xml: string): readonly string[] =>
  [...xml.matchAll(/<mechanism>([^<]+)</g)].map(([, mechanism]) => mechanism ?? '').sort();

/** Processes that were started with this directory as their home. */
const processesOf = async (directory: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => environments[index]?.includes(`HOME=${directory}`));
};

describe.each(SERVERS)('the test server $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({ inactivity: 45 });
  }, START_MS);

  afterAll(() => server.stop());

  it.each([
    ['domain', ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256']],
    ['plainDomain', ['PLAIN']],
    ['sha1Domain', ['PLAIN', 'SCRAM-SHA-1']],
    ['sha256Domain', ['PLAIN', 'SCRAM-SHA-256']],
    ['anonymousDomain', ['ANONYMOUS']],
  ] as const)('opens a BOSH session on its %s that offers %j', async (domain, mechanisms) => {
    const answer = await post(server.service, creation(server[domain]));
    const xml = await answer.text();
    expect(answer.headers.get('access-control-allow-origin')).toMatch(/^(\*|http:\/\/page\.example)$/);
    expect(xml).toMatch(/ sid='[^']+'/);
    expect(xml).toMatch(/ inactivity='45'/);
    expect(mechanismsIn(xml).filter((name) => name !== 'SCRAM-SHA-512')).toEqual(mechanisms);
  });

  it('upgrades to the XMPP subprotocol on its WebSocket endpoint', async () => {
    const upgrade = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'xmpp',
    };
    const { request } = await import('node:http');
    const protocol = await new Promise((resolve, reject) => {
      request(server.websocket.replace('ws:', 'http:'), { headers: upgrade })
        .on('upgrade', (response, socket) => {
          socket.destroy();
          resolve(response.headers['sec-websocket-protocol']);
        })
        .on('response', (response) => reject(new Error(`HTTP ${response.statusCode}`)))
        .on('error', reject)
        .end();
    });
    expect(protocol).toBe('xmpp');
  });

  it('is reached through a proxy that counts and delays', async () => {
    const proxy = await startProxy(server.port, 30);
    const before = performance.now();
    const answer = await post(proxy.through(server.service), creation(server.domain));
    await answer.text();
    expect(performance.now() - before).toBeGreaterThanOrEqual(60);
    expect(proxy.counts()).toMatchObject({ connections: 1, requests: 1, preflights: 0 });
    await proxy.close();
  });

  it(
    'starts anew on the same port, then leaves no process, no port and no file behind',
    async () => {
      const first = server.directory();
      await server.restart();
      const second = server.directory();
      expect(second).not.toBe(first);
      expect(await processesOf(first)).toEqual([]);
      expect(await processesOf(second)).not.toEqual([]);
      expect((await post(server.service, creation(server.domain))).status).toBe(200);

      await server.stop();
      expect(await processesOf(second)).toEqual([]);
      expect(await isOpen(server.port)).toBe(false);
      expect([first, second].filter(existsSync)).toEqual([]);
    },
    START_MS,
  );
});
