import * as NS from '../../lib/protocol/ns.js';
import { readSaslFailure } from '../../lib/protocol/sasl-failure.js';
import { element } from '../../lib/xml/element.js';

const failure = (...children: [name: string, ns?: string, text?: string][]) =>
  element(
    'failure',
    NS.SASL,
    {},
    children.map(([name, ns = NS.SASL, text]) => element(name, ns, {}, text === undefined ? [] : [text])),
  );

it("keeps the wire's word and text", () => {
  expect(readSaslFailure(failure(['account-disabled'], ['text', NS.SASL, 'Gone fishing']))).toMatchObject({
    name: 'AuthError',
    condition: 'account-disabled',
    message: expect.stringContaining('Gone fishing') as string,
    retryable: false,
  });
});

it.each([
  ['not-authorized', false],
  ['temporary-auth-failure', true],
  ['account-disabled', false],
])('%s: worth another try: %s', (condition, retryable) => {
  expect(readSaslFailure(failure([condition]))).toMatchObject({ condition, retryable });
});

it('does not take the text, or what another protocol adds, for the condition', () => {
  const failed = failure(['text', NS.SASL, 'No'], ['reason', 'urn:example'], ['aborted']);
  expect(readSaslFailure(failed).condition).toBe('aborted');
});

it('takes silence for a refusal', () => {
  expect(readSaslFailure(failure())).toMatchObject({ condition: 'not-authorized', retryable: false });
});

it('counts a word that nobody knows as not-authorized, and tells it', () => {
  expect(readSaslFailure(failure(['a-word-of-tomorrow']))).toMatchObject({
    condition: 'not-authorized',
    message: 'The server refused the login: a-word-of-tomorrow (not-authorized)',
  });
});
