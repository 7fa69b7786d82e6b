import * as NS from '../../lib/protocol/ns.js';
import { answerAccount } from '../../lib/testing/account.js';
import { $iq } from '../../lib/xml/build.js';

const from = 'romeo@example.com/balcony';
const ask = (type: string, ns: string, name: string) =>
  $iq({ type, id: 'i', from }).c(name, { xmlns: ns }).tree();

it('answers a ping and the legacy session', () => {
  const results = [
    answerAccount(ask('get', NS.PING, 'ping'), 'example.com', 'example.com'),
    answerAccount(ask('get', NS.PING, 'ping'), 'romeo@example.com', 'example.com'),
    answerAccount(ask('set', NS.SESSION, 'session'), 'example.com', 'example.com'),
  ];
  expect(results.map((answer) => answer?.attrs['type'])).toEqual(['result', 'result', 'result']);
  expect(results.map((answer) => answer?.attrs['to'])).toEqual([from, from, from]);
});

it('has no roster for others and no idea of anything else', () => {
  const roster = answerAccount(ask('get', NS.ROSTER, 'query'), 'example.com', 'example.com');
  const unknown = answerAccount(ask('set', NS.PING, 'ping'), 'example.com', 'example.com');
  expect([roster, unknown].map((answer) => answer?.attrs['type'])).toEqual(['error', 'error']);
});

it('leaves alone what is for others, and what is no request', () => {
  expect(answerAccount(ask('get', NS.PING, 'ping'), 'juliet@example.com', 'example.com')).toBeUndefined();
  expect(answerAccount(ask('result', NS.PING, 'ping'), 'example.com', 'example.com')).toBeUndefined();
});
