import { NEVER, of, throwError } from 'rxjs';
import { discover, type DiscoverOptions, type Discovered, type LookUpPort, TransportError } from 'rxmpp';
import { isDomain } from '../../lib/client/options.js';
import { marbles } from '../marbles.js';

const JSON_URL = 'https://example.com/.well-known/host-meta.json';
const XML_URL = 'https://example.com/.well-known/host-meta';
const SOCKET = { rel: 'urn:xmpp:alt-connections:websocket', href: 'wss://example.com/ws' };
const BOSH = { rel: 'urn:xmpp:alt-connections:xbosh', href: 'https://example.com/http-bind' };
const json = (...links: readonly object[]): string => JSON.stringify({ links });
const xml = `<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="${BOSH.rel}" href="${BOSH.href}"/></XRD>`;
const refused = new TransportError('http', 'Nothing there', 404, 'refused');

/** Looks up in documents made up; what is not there is refused, null never comes. */
const found = (documents: Readonly<Record<string, string | null>>, options: DiscoverOptions = {}) => {
  const asked: string[] = [];
  const results: Discovered[] = [];
  let completed = false;
  let after = 0;
  marbles(({ flush }, scheduler) => {
    const lookUp: LookUpPort = ({ url }) => {
      asked.push(url);
      const text = documents[url];
      if (text === undefined) return throwError(() => refused);
      return text === null ? NEVER : of(text);
    };
    discover('example.com', { ...options, platform: { lookUp, scheduler } }).subscribe({
      next: (result) => results.push(result),
      complete: () => {
        completed = true;
        after = scheduler.now();
      },
    });
    flush();
  })();
  expect(completed).toBe(true);
  expect(results).toHaveLength(1);
  return { ...results[0]!, asked, after };
};

it('finds what host-meta.json says, and asks no more', () => {
  expect(found({ [JSON_URL]: json(BOSH, SOCKET), [XML_URL]: xml })).toMatchObject({
    ...{ webSocket: [SOCKET.href], bosh: [BOSH.href], failures: [], asked: [JSON_URL] },
  });
});

it('finds what host-meta says where the other is missing, and says that it was', () => {
  expect(found({ [XML_URL]: xml })).toMatchObject({
    ...{ webSocket: [], bosh: [BOSH.href], asked: [JSON_URL, XML_URL] },
    failures: [{ url: JSON_URL, error: { condition: 'refused', status: 404 } }],
  });
});

it('asks on where a document says nothing of use', () => {
  const insecure = json({ ...SOCKET, href: 'ws://example.com/ws' });
  expect(found({ [JSON_URL]: insecure, [XML_URL]: xml })).toMatchObject({ bosh: [BOSH.href], failures: [] });
});

it('finds nothing without an error, and says why', () => {
  expect(found({ [JSON_URL]: '<html/>' })).toMatchObject({
    ...{ webSocket: [], bosh: [] },
    failures: [
      { url: JSON_URL, error: { condition: 'bad-answer' } },
      { url: XML_URL, error: { condition: 'refused' } },
    ],
  });
});

it('waits no longer than it may, and leaves no timer', () => {
  expect(found({ [JSON_URL]: null, [XML_URL]: null })).toMatchObject({
    ...{
      after: 10_000,
      failures: [{ error: { condition: 'timeout' } }, { error: { condition: 'timeout' } }],
    },
  });
  expect(found({ [JSON_URL]: null, [XML_URL]: xml }, { timeout: 100 })).toMatchObject({
    after: 100,
    bosh: [BOSH.href],
  });
});

it('takes any other error for a document that is none', () => {
  const lookUp: LookUpPort = () => throwError(() => new Error('odd'));
  const results: Discovered[] = [];
  discover('example.com', { platform: { lookUp } }).subscribe((result) => results.push(result));
  expect(results[0]?.failures.map(({ error }) => error.condition)).toEqual(['bad-answer', 'bad-answer']);
});

it.each([
  ['example.com', true],
  ['xn--bcher-kva.example', true],
  ['localhost', false],
  ['https://example.com', false],
  ['wss://example.com/ws', false],
  ['/http-bind/', false],
  ['http-bind', false],
  ['example.com/http-bind', false],
  ['example.com:5280', false],
  ['user@example.com', false],
  ['', false],
])('%j is a domain alone: %s', (service, is) => expect(isDomain(service)).toBe(is));
