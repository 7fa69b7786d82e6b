import { AuthError, StreamError, StropheSessionError, TransportError } from '../../lib/protocol/errors.js';
import { canReopen, reopenDelayMs } from '../../lib/protocol/reopen.js';

describe('whether a lost session is opened anew', () => {
  it.each([
    ['conflict', false],
    ['host-gone', false],
    ['host-unknown', false],
    ['improper-addressing', false],
    ['not-authorized', false],
    ['policy-violation', false],
    ['see-other-uri', false],
    ['unsupported-version', false],
    ['see-other-host', false],
    ['item-not-found', true],
    ['bad-request', true],
    ['internal-server-error', true],
    ['system-shutdown', true],
    ['remote-connection-failed', true],
    ['undefined-condition', true],
  ] as const)('after %s: %s', (condition, expected) => {
    expect(canReopen({ during: 'session', error: new StreamError(condition, 'The end') })).toBe(expected);
  });

  it('not when the way to the server wants other credentials', () => {
    const error = new TransportError('http', 'No', 401, 'unauthorized');
    expect(canReopen({ during: 'session', error })).toBe(false);
  });

  it('after a session that could not be taken over', () => {
    const error = new StropheSessionError('stale', 'Too old');
    expect(canReopen({ during: 'attach', error })).toBe(true);
  });

  it.each([
    ['connect', new TransportError('network', 'Nobody there'), true],
    ['connect', new TransportError('http', 'No', 404, 'item-not-found'), false],
    ['auth', new AuthError('not-authorized', 'Wrong password'), false],
    ['auth', new AuthError('account-disabled', 'Gone'), false],
    ['auth', new AuthError('temporary-auth-failure', 'Not now'), true],
  ] as const)('after a login that failed during %s with %s: %s', (during, error, expected) => {
    expect(canReopen({ during, error })).toBe(expected);
  });
});

describe('how long it waits', () => {
  const pace = { firstDelay: 1000, maxDelay: 60_000 };

  it('doubles up to the longest', () => {
    const highest = [1, 2, 3, 6, 7, 8, 2000].map((attempt) => reopenDelayMs(attempt, 1, pace));
    expect(highest).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is half random', () => {
    expect([0, 0.5, 1].map((jitter) => reopenDelayMs(2, jitter, pace))).toEqual([1000, 1500, 2000]);
  });
});
