import { ask, reply, startOwn } from '../../lib/protocol/sasl-own.js';
import { stepSasl, startSasl, type SaslInput, type SaslState } from '../../lib/protocol/sasl.js';

const OWN = { name: 'X-OWN', kind: 'own', clear: false } as const;
const replied = (...bytes: readonly number[]): SaslInput => ({
  type: 'replied',
  reply: Uint8Array.from(bytes),
});
const nothing: SaslInput = { type: 'replied', reply: undefined };
const begun: SaslState = { phase: 'own', mechanism: 'X-OWN', asked: undefined };
const failing = { effect: { type: 'fail', error: { name: 'AuthError', condition: 'malformed-challenge' } } };

it('asks the mechanism of the app for its first words', () => {
  expect(startSasl(OWN, { jid: 'a@b', username: 'a' }, '')).toEqual(startOwn('X-OWN'));
  expect(startOwn('X-OWN').effect).toEqual({ type: 'ask', mechanism: 'X-OWN', question: { type: 'begin' } });
});

it.each([
  ['none', nothing, ''],
  ['empty ones', replied(), '='],
  ['some', replied(1, 2, 3), 'AQID'],
])('passes its first words on: %s', (_, said, data) => {
  const { state, effect } = stepSasl(startOwn('X-OWN').state, said);
  expect(effect).toEqual({ type: 'initial', mechanism: 'X-OWN', data });
  expect(state).toEqual(begun);
});

it.each([
  ['AQID', Uint8Array.of(1, 2, 3)],
  ['', new Uint8Array()],
  ['=', new Uint8Array()],
])('asks it what to say to %j, and passes that on', (data, bytes) => {
  const asked = stepSasl(begun, { type: 'challenge', data });
  expect(asked.effect).toEqual({
    type: 'ask',
    mechanism: 'X-OWN',
    question: { type: 'challenge', data: bytes },
  });
  expect(stepSasl(asked.state, replied(4)).effect).toEqual({ type: 'respond', data: 'BA==' });
  expect(stepSasl(asked.state, replied()).effect).toEqual({ type: 'respond', data: '' });
  expect(stepSasl(asked.state, nothing).effect).toEqual({ type: 'respond', data: '' });
});

it('asks it whether it is content, and only then the login has succeeded', () => {
  const asked = stepSasl(begun, { type: 'success', data: 'AQID' });
  expect(asked.effect).toMatchObject({
    type: 'ask',
    question: { type: 'success', data: Uint8Array.of(1, 2, 3) },
  });
  expect(stepSasl(asked.state, nothing)).toEqual({ state: { phase: 'done' }, effect: { type: 'succeed' } });
});

it.each(['challenge', 'success'] as const)(
  'takes no %s while it is asked, and none that is no Base64',
  (type) => {
    expect(ask({ phase: 'own', mechanism: 'X-OWN', asked: 'begin' }, type, '')).toMatchObject(failing);
    expect(ask({ phase: 'own', mechanism: 'X-OWN', asked: undefined }, type, '?')).toMatchObject(failing);
  },
);

it('takes no answer that was not asked for', () => {
  expect(reply({ phase: 'own', mechanism: 'X-OWN', asked: undefined }, undefined)).toMatchObject(failing);
  expect(stepSasl({ phase: 'outcome' }, nothing)).toMatchObject(failing);
  expect(stepSasl(begun, { type: 'proved', proof: {} as never })).toMatchObject(failing);
});
