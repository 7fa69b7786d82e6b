import { request as httpRequest } from 'node:http';
import { createDomain } from '../../lib/testing/domain.js';
import { listen, type ListeningDomain } from '../../lib/testing/node-listen.js';

let server: ListeningDomain;
const domain = () => server.domain;

beforeEach(async () => {
  server = await listen(createDomain(), { maxBodySize: 1000 });
});
afterEach(() => server.close());

const ask = (init: RequestInit): Promise<Response> => fetch(server.boshUrl, init);

it('gives the domain the request as it came', async () => {
  await ask({ method: 'POST', body: '<body>é\u{1f339}</body>', headers: { 'X-Token': 't', cookie: 'a=b' } });
  expect(domain().requests).toMatchObject([
    {
      text: '<body>é\u{1f339}</body>',
      headers: { 'x-token': 't' },
      withCredentials: true,
      url: server.boshUrl,
    },
  ]);
});

it('gives the client the answer as it is', async () => {
  const answer = {
    status: 429,
    body: 'later',
    headers: { 'retry-after': '3', 'content-type': 'text/plain' },
  };
  domain().answerNext(answer);
  const response = await ask({ method: 'POST', body: '' });
  expect([response.status, await response.text()]).toEqual([429, 'later']);
  expect(response.headers.get('retry-after')).toBe('3');
  expect(response.headers.get('content-type')).toBe('text/plain');
});

it('answers any page, by its name (CORS)', async () => {
  const answer = await ask({ method: 'POST', body: '', headers: { origin: 'https://app.example' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect((await ask({ method: 'POST', body: '' })).headers.get('access-control-allow-origin')).toBe('*');
});

it('answers the question that a browser asks first', async () => {
  const headers = {
    origin: 'https://app.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-token',
  };
  const answer = await ask({ method: 'OPTIONS', headers });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
  expect(answer.headers.get('access-control-allow-headers')).toBe('content-type,x-token');
  expect(domain().requests).toEqual([]);
});

it('takes no other method', async () => {
  const answer = await ask({ method: 'GET' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
});

it('does not take in more than it is told to', async () => {
  expect((await ask({ method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200);
  const body = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 30; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
      controller.close();
    },
  });
  const large = await ask({ method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(large.status).toBe(413);
  expect(domain().requests).toHaveLength(1);
});

it('breaks the connection where the network of the domain does', async () => {
  domain().dropNext();
  await expect(ask({ method: 'POST', body: '' })).rejects.toThrow('fetch failed');
  expect((await ask({ method: 'POST', body: '' })).status).toBe(200);
});

it('tells the domain of a client that has gone', async () => {
  domain().intercept(() => ({ hang: true }));
  const sending = httpRequest(server.boshUrl, { method: 'POST' }).on('error', () => undefined);
  sending.end('<body/>');
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  while (domain().open.length !== 1) await turn();
  sending.destroy();
  while (domain().open.length !== 0) await turn();
  expect(domain().requests.map(({ state }) => state)).toEqual(['aborted']);
});
