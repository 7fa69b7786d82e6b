import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filter } from 'rxjs';
import { type Status, TransportError } from 'rxmpp';
import { DOORS, type Seat } from './support/doors.js';
import { within } from './support/within.js';

const PAGE = '<!doctype html><html><head><title>Welcome</title></head><body><p>Sign in<br></body></html>';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** What proxies, portals and wrong URLs answer instead of BOSH. */
const ANSWERS: readonly (readonly [string, Answer, string])[] = [
  ['a page with status 200', { status: 200, headers: HTML, body: PAGE }, 'bad-answer'],
  ['nothing with status 200', { status: 200, body: '' }, 'bad-answer'],
  [
    'other XML with status 200',
    { status: 200, body: '<html xmlns="http://www.w3.org/1999/xhtml"/>' },
    'bad-answer',
  ],
  ['a page with status 404', { status: 404, headers: HTML, body: PAGE }, 'item-not-found'],
  ['a page with status 502', { status: 502, headers: HTML, body: PAGE }, 'http'],
  ['a redirect', { status: 302, headers: { location: '/login' }, body: '' }, 'redirected'],
];

jest.setTimeout(60_000);

describe('an endpoint that does not speak BOSH', () => {
  let endpoint: Server;
  let service: string;
  let answer: Answer;
  let seat: Seat;

  beforeAll(async () => {
    endpoint = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(answer.status, answer.headers).end(answer.body));
    });
    endpoint.listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    service = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/http-bind`;
  });

  afterEach(() => seat.close());
  afterAll(async () => {
    endpoint.close();
    endpoint.closeAllConnections();
    await once(endpoint, 'close');
  });

  describe.each(DOORS)('met through $name', ({ open }) => {
    it.each(ANSWERS)('fails a login during connect when it answers %s', async (_, given, condition) => {
      answer = given;
      seat = open(service);
      seat.connect({ jid: 'alice@localhost', password: 'secret' });
      expect(await within(seat.outcome$, 'the failure', 3_000)).toEqual({
        type: 'failed',
        during: 'connect',
        condition,
      });
      const status = await within(
        seat.client.status$.pipe(
          filter((one): one is Extract<Status, { type: 'failed' }> => one.type === 'failed'),
        ),
        'the status',
      );
      expect(status.error).toBeInstanceOf(TransportError);
      expect(status.error).toMatchObject({ kind: 'http', status: given.status });
    });
  });
});
