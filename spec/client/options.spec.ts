import fc from 'fast-check';
import { UsageError } from 'rxmpp';

import { checkTokens, isPrivate, isWebSocket } from '../../lib/client/options.js';

const TOKENS = { jid: 'alice@example.com/home', sid: 'abc', rid: 4711 };

describe('checkTokens', () => {
  it('passes tokens that could be valid, and nothing else that comes with them', () => {
    expect(checkTokens({ ...TOKENS, ...{ wait: 60 } })).toEqual(TOKENS);
    expect(checkTokens({ ...TOKENS, rid: 1 }).rid).toBe(1);
    expect(checkTokens({ ...TOKENS, rid: 2 ** 53 - 2 }).rid).toBe(2 ** 53 - 2);
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53 - 1, 2 ** 53, '4711', undefined, null])(
    'refuses the rid %p',
    (rid) => {
      const check = () => checkTokens({ ...TOKENS, rid: rid as number });
      expect(check).toThrow(UsageError);
      expect(check).toThrow(`not ${String(rid)} (bad-rid)`);
    },
  );

  it.each(['', undefined, null, 7])('refuses the sid %p', (sid) => {
    const check = () => checkTokens({ ...TOKENS, sid: sid as string });
    expect(check).toThrow(UsageError);
    expect(check).toThrow('(bad-sid)');
  });
});

describe('isWebSocket', () => {
  it.each([
    ['ws://example.com/xmpp', true],
    ['WSS://example.com/xmpp', true],
    ['https://example.com/http-bind', false],
    ['/http-bind/', false],
    ['//ws.example.com/http-bind', false],
    ['ws', false],
  ])('of %s is %s', (service, expected) => {
    expect(isWebSocket(service)).toBe(expected);
  });
});

describe('isPrivate', () => {
  it.each([
    ['https://example.com/http-bind', undefined, true],
    ['wss://example.com/xmpp', undefined, true],
    ['http://example.com/http-bind', undefined, false],
    ['http://localhost:5280/http-bind', undefined, true],
    ['http://127.0.0.1/http-bind', undefined, true],
    ['http://127.8.9.10/http-bind', undefined, true],
    ['http://[::1]:5280/http-bind', undefined, true],
    ['http://localhost.example.com/http-bind', undefined, false],
    ['http://127.0.0.1.example.com/http-bind', undefined, false],
    ['/http-bind/', 'https://example.com/app/', true],
    ['/http-bind/', 'http://example.com/app/', false],
    ['//other.example/http-bind', 'https://example.com/', true],
    ['/http-bind/', undefined, false],
  ])('of %s on a page at %s is %s', (service, baseUrl, expected) => {
    expect(isPrivate(service, baseUrl)).toBe(expected);
  });

  it('says no to any http: name that is not a loopback one, and never throws', () => {
    fc.assert(
      fc.property(fc.domain(), fc.webPath(), (domain, path) => {
        expect(isPrivate(`http://${domain}${path}`, undefined)).toBe(false);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => typeof isPrivate(text, undefined) === 'boolean'));
  });
});
