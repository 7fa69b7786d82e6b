import { closeFrame, elsewhere, openFrame, readFrame } from '../../lib/protocol/framing.js';
import { parse } from '../../lib/xml/parse.js';

it('opens and closes a stream (RFC 7395 §3.4, §3.6)', () => {
  expect(parse(openFrame('example.com', 'de'))).toMatchObject({
    name: 'open',
    ns: 'urn:ietf:params:xml:ns:xmpp-framing',
    attrs: { to: 'example.com', version: '1.0', 'xml:lang': 'de' },
  });
  expect(closeFrame()).toBe('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
});

it('reads one element from a frame, a stanza without a namespace as one of jabber:client', () => {
  expect(readFrame('<message id="a"><body>hi</body></message>')).toMatchObject({
    name: 'message',
    ns: 'jabber:client',
  });
  expect(readFrame('<message id="a"><body>hi</body></message>')?.child('body')?.ns).toBe('jabber:client');
  expect(readFrame('<stream:error xmlns:stream="http://etherx.jabber.org/streams"/>')?.ns).toBe(
    'http://etherx.jabber.org/streams',
  );
});

it.each([[undefined], [''], ['<open>'], ['<a/><b/>'], ['text'], ['<!-- --><a/>']])('refuses %j', (text) => {
  expect(readFrame(text)).toBeUndefined();
});

it.each([
  [true, 'wss://other.example/ws', true],
  [true, 'ws://other.example/ws', false],
  [true, 'https://other.example/', false],
  [false, 'ws://other.example/ws', true],
  [false, 'WSS://other.example/ws', true],
  [false, 'javascript:alert(1)', false],
])('where the way here is safe (%s), follows %s: %s', (secure, uri, follows) => {
  const close = parse(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="${uri}"/>`);
  expect(elsewhere(close, secure)).toBe(follows ? uri : undefined);
});

it('stays when the server says nothing of elsewhere', () => {
  expect(elsewhere(parse(closeFrame()), true)).toBeUndefined();
});
