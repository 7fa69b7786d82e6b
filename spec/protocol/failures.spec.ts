import { FAILURES, isCondition, isRetryable } from '../../lib/protocol/failures.js';

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

it('says of every failure what has happened', () => {
  for (const [name, reasons] of Object.entries(FAILURES)) {
    for (const [condition, { means, retryable }] of Object.entries(reasons)) {
      expect(`${name} ${condition}: ${means}`).toMatch(/^[A-Za-z]+ [a-z-]+: .{10,}[^.]$/);
      expect([true, false, 'said']).toContain(retryable);
    }
  }
});
