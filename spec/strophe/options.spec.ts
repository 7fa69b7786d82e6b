import { clientOptionsOf, cookieTexts, serviceOf } from '../../lib/strophe/options.js';
import { inDomain, JULIET } from './support/page.js';

describe('customHeaders', () => {
  it(
    'and headers, withCredentials, contentType go with every request',
    inDomain(({ page, pass, domain }) => {
      const sent: unknown[] = [];
      const { connection } = page({
        ...{ customHeaders: { 'x-a': '1', 'x-b': '2' }, headers: { 'x-b': '3' } },
        ...{ withCredentials: true, contentType: 'text/plain' },
        http: (request, http) => {
          sent.push([request.headers, request.withCredentials]);
          return http(request);
        },
      });
      connection.connect(JULIET, 'capulet');
      pass(1000);
      expect(sent.length).toBe(domain.requests.length);
      expect(new Set(sent.map((one) => JSON.stringify(one)))).toEqual(
        new Set([JSON.stringify([{ 'content-type': 'text/plain', 'x-a': '1', 'x-b': '3' }, true])]),
      );
    }),
  );

  it('are left out when there are none', () => {
    expect(clientOptionsOf({ wait: 20, cookies: {}, mechanisms: [] })).toEqual({ wait: 20 });
    expect(clientOptionsOf({ streamManagement: false })).toEqual({ streamManagement: false });
    expect(clientOptionsOf({ streamManagement: { max: 60 } })).toEqual({});
    expect(clientOptionsOf({ enableStreamManagement: true }, '/http-bind/')).toEqual({});
    const keepalive = { key: 'mine' };
    expect(clientOptionsOf({ enableStreamManagement: true, keepalive }, 'wss://x/')).toEqual({ keepalive });
    expect(clientOptionsOf({ headers: { a: 'b' } })).toEqual({ headers: { a: 'b' } });
    const { headers } = clientOptionsOf({ customHeaders: { a: '1', b: '2' }, headers: () => ({ b: '3' }) });
    expect(typeof headers === 'function' && headers({ refused: false })).toEqual({ a: '1', b: '3' });
  });
});

describe('cookies', () => {
  it('are written as document.cookie takes them', () => {
    const cookies = {
      plain: 'abc',
      full: { value: 'x', domain: '.example.com', path: '/', expires: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      sly: 'a; domain=evil "é"\n',
    };
    expect(cookieTexts(cookies)).toEqual([
      'plain=abc',
      'full=x;expires=Thu, 01 Jan 2026 00:00:00 GMT;domain=.example.com;path=/',
      'sly=a%3B%20domain=evil%20%22%C3%A9%22%0A',
    ]);
    expect(cookieTexts()).toEqual([]);
  });

  it(
    'are set before the first request, at each opening, and not before',
    inDomain(({ page, pass, domain }) => {
      const set: unknown[] = [];
      const { connection } = page({
        cookies: { a: '1', b: '2' },
        platform: { setCookie: (text) => set.push([text, domain.requests.length]) },
      });
      pass(100);
      expect(set).toEqual([]);
      connection.connect(JULIET, 'capulet');
      expect(set).toEqual([
        ['a=1', 0],
        ['b=2', 0],
      ]);
    }),
  );
});

describe('protocol', () => {
  const platform = { baseUrl: 'https://example.com/app/' };
  it.each([
    ['/xmpp-websocket/', 'wss', 'wss://example.com/xmpp-websocket/'],
    ['xmpp-websocket', 'ws', 'ws://example.com/app/xmpp-websocket'],
    ['wss://other.example/ws', 'ws', 'wss://other.example/ws'],
    ['/http-bind/', undefined, '/http-bind/'],
  ] as const)('of %s, %s, means %s', (service, protocol, expected) => {
    expect(serviceOf(service, { platform, ...(protocol && { protocol }) })).toBe(expected);
  });

  it('can do nothing for a path where there is no page', () => {
    expect(serviceOf('/ws', { protocol: 'ws', platform: { baseUrl: undefined } })).toBe('/ws');
  });
});
