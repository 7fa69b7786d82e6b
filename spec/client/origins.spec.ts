import { mayMoveTo, mayTalkTo } from '../../lib/client/origins.js';

const HERE = 'https://xmpp.example.com/http-bind';

it.each([
  ['the same origin', HERE, undefined, 'https://xmpp.example.com/elsewhere', true],
  ['another host', HERE, undefined, 'https://evil.example/http-bind', false],
  ['another port', HERE, undefined, 'https://xmpp.example.com:8443/http-bind', false],
  ['the same host without encryption', HERE, undefined, 'http://xmpp.example.com/http-bind', false],
  ['a path on a page', '/http-bind', 'https://app.example/x', 'https://app.example/http-bind', true],
  [
    'a path on a page, elsewhere',
    '/http-bind',
    'https://app.example/x',
    'https://b.example/http-bind',
    false,
  ],
  ['what is no address', HERE, undefined, '/http-bind', false],
  ['an address without an origin', 'data:a', undefined, 'data:text/xml,a', false],
])('%s', (_, service, baseUrl, url, may) => {
  expect(mayTalkTo(service, baseUrl)(url)).toBe(may);
});

it('an origin that is allowed, and no other', () => {
  const may = mayTalkTo(HERE, undefined, ['https://b.example', 'not one']);
  expect(['https://b.example/x', 'http://b.example/x', 'https://c.example/x'].map(may)).toEqual([
    true,
    false,
    false,
  ]);
});

it.each([
  ['the same origin', HERE, [], 'https://xmpp.example.com/elsewhere', true],
  ['another origin', HERE, [], 'https://b.example/x', false],
  ['another origin that is allowed', HERE, ['https://b.example'], 'https://b.example/x', true],
  ['no encryption, though allowed', HERE, ['http://b.example'], 'http://b.example/x', false],
  ['no encryption, as before', 'http://b.example/x', [], 'http://b.example/y', false],
  ['loopback', 'http://127.0.0.1:5280/x', [], 'http://127.0.0.1:5280/y', true],
  ['WebSocket instead of BOSH', HERE, ['wss://b.example'], 'wss://b.example/x', false],
  ['BOSH instead of WebSocket', 'wss://b.example/x', ['https://b.example'], 'https://b.example/x', false],
  ['WebSocket again', 'wss://b.example/x', [], 'wss://b.example/y', true],
  ['no protocol of ours', HERE, ['ftp://localhost'], 'ftp://localhost/x', false],
  ['a path alone', '/http-bind', [], '/http-bind-2', false],
])('a session may move: %s', (_, service, allowed, url, may) => {
  expect(mayMoveTo(service, 'https://app.example/', allowed)(url)).toBe(may);
});
