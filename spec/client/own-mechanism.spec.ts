import { of, throwError } from 'rxjs';

import { allowedMechanisms, askMechanism, type SaslMechanism } from '../../lib/client/own-mechanism.js';
import { AuthError } from '../../lib/protocol/errors.js';
import type { SaslQuestion } from '../../lib/protocol/sasl-step.js';
import type { SessionEvent } from '../../lib/protocol/session-state.js';

const ALICE = { jid: 'alice@example.com' };
const BYTES = Uint8Array.of(1, 2);

/** What the machine is told in answer to each question in turn. */
const answersOf = (mechanism: SaslMechanism, ...questions: SaslQuestion[]): SessionEvent[] => {
  const events: SessionEvent[] = [];
  const ask = askMechanism(['PLAIN', mechanism], ALICE);
  for (const question of questions)
    ask({ type: 'ask', mechanism: mechanism.name, question }).subscribe((event) => events.push(event));
  return events;
};

it('allows all mechanisms where none are named', () => {
  expect(allowedMechanisms(undefined, ALICE)).toBeUndefined();
});

it('puts the questions of one login to one dialogue, with the credentials of it', () => {
  const heard: unknown[] = [];
  const mechanism: SaslMechanism = {
    name: 'X-OWN',
    start: (credentials) => {
      heard.push(credentials);
      return {
        begin: () => of(BYTES, Uint8Array.of(9)),
        respond: (challenge) => of(challenge),
        succeed: (data) => of(heard.push(data)),
      };
    },
  };
  const events = answersOf(
    mechanism,
    { type: 'begin' },
    { type: 'challenge', data: Uint8Array.of(7) },
    { type: 'success', data: Uint8Array.of(8) },
  );
  expect(events).toEqual([
    { type: 'replied', reply: BYTES },
    { type: 'replied', reply: Uint8Array.of(7) },
    { type: 'replied', reply: undefined },
  ]);
  expect(heard).toEqual([ALICE, Uint8Array.of(8)]);
});

it('says nothing where the dialogue has no first words and is content with every end', () => {
  const mechanism: SaslMechanism = { name: 'X-OWN', start: () => ({ respond: () => of(BYTES) }) };
  expect(answersOf(mechanism, { type: 'begin' }, { type: 'success', data: BYTES })).toEqual([
    { type: 'replied', reply: undefined },
    { type: 'replied', reply: undefined },
  ]);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('bug');
    },
    { name: 'AuthError', condition: 'mechanism-failure', cause: { message: 'bug' } },
  ],
  ['errors', () => throwError(() => new Error('no')), { condition: 'mechanism-failure' }],
  [
    'refuses',
    () => throwError(() => new AuthError('server-signature', 'No')),
    { condition: 'server-signature' },
  ],
])('ends the login when the dialogue %s', (_, begin, error) => {
  const mechanism: SaslMechanism = { name: 'X-OWN', start: () => ({ begin, respond: begin }) };
  expect(answersOf(mechanism, { type: 'begin' })).toMatchObject([{ type: 'faulted', error }]);
});

it('knows no mechanism but those that it was given', () => {
  const events: SessionEvent[] = [];
  const ask = askMechanism(undefined, ALICE);
  ask({ type: 'ask', mechanism: 'X-OWN', question: { type: 'begin' } }).subscribe((event) =>
    events.push(event),
  );
  expect(events).toMatchObject([{ type: 'faulted', error: { condition: 'mechanism-failure' } }]);
});
