import { isCondition, isRetryable } from '../../lib/protocol/conditions.js';
import { type Condition, FAILURES } from '../../lib/protocol/failures.js';

it('a retry helps where the trouble may pass', () => {
  expect(isRetryable('TransportError', 'http')).toBe(true);
  expect(isRetryable('TransportError', 'too-large')).toBe(false);
  expect(isRetryable('StreamError', 'system-shutdown')).toBe(true);
  expect(isRetryable('StreamError', 'conflict')).toBe(false);
  expect(isRetryable('AuthError', 'not-authorized')).toBe(false);
  expect(isRetryable('AuthError', 'temporary-auth-failure')).toBe(true);
  expect(isRetryable('TimeoutError', 'timeout')).toBe(true);
});

it('knows its own conditions only, whatever an object has besides', () => {
  expect(isCondition('StreamError', 'conflict')).toBe(true);
  for (const word of ['', 'unheard-of', 'constructor', '__proto__', 'Conflict']) {
    expect(isCondition('StreamError', word)).toBe(false);
  }
});

it('says the same as the list that tells what has happened, of every condition in it', () => {
  type Name = Exclude<keyof typeof FAILURES, 'StanzaError'>;
  const said = Object.entries(FAILURES).flatMap(([name, reasons]) =>
    Object.entries(reasons).map(([condition, { retryable }]) => [name, condition, retryable] as const),
  );
  expect(said.length).toBeGreaterThan(100);
  for (const [name, condition, retryable] of said) {
    if (retryable === 'said') continue;
    expect([name, condition, isRetryable(name as Name, condition as Condition<Name>)]).toEqual([
      name,
      condition,
      retryable,
    ]);
  }
});

it.each(['StreamError', 'AuthError', 'StanzaError'] as const)('knows every word of a %s', (name) => {
  const words = Object.values(FAILURES).flatMap((reasons) => Object.keys(reasons));
  expect(words.filter((word) => isCondition(name, word)).sort()).toEqual(
    words.filter((word) => Object.hasOwn(FAILURES[name], word)).sort(),
  );
});
