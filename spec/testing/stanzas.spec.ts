import * as NS from '../../lib/protocol/ns.js';
import { errorOf, isRequest, resultOf } from '../../lib/testing/stanzas.js';
import { $iq, $msg } from '../../lib/xml/build.js';

const get = $iq({ type: 'get', id: 'i', from: 'a@b/c', to: 'd' }).c('ping', { xmlns: NS.PING }).tree();

it('addresses answers to the sender', () => {
  const attrs = { id: 'i', from: 'd', to: 'a@b/c' };
  expect(resultOf(get).attrs).toEqual({ ...attrs, type: 'result' });
  expect(errorOf(get, 'conflict').attrs).toEqual({ ...attrs, type: 'error' });
});

it('puts what was sent into the error', () => {
  const { children } = errorOf(get, 'service-unavailable');
  expect(children.map(({ name }) => name)).toEqual(['ping', 'error']);
  expect(children[1]?.attrs['type']).toBe('cancel');
  expect(children[1]?.child('service-unavailable', NS.STANZAS)).toBeDefined();
});

it('knows what asks for an answer', () => {
  expect(isRequest(get)).toBe(true);
  expect(isRequest(resultOf(get))).toBe(false);
  expect(isRequest($msg({ type: 'get' }).tree())).toBe(false);
});
