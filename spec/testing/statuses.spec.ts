import type { Status } from '../../lib/protocol/status.js';
import { AuthError } from '../../lib/protocol/errors.js';
import { aStatus } from '../../lib/testing/statuses.js';

const TYPES = [
  ...['offline', 'connecting', 'authenticating', 'binding', 'online', 'retrying', 'disconnecting', 'failed'],
] as readonly Status['type'][];

it.each(TYPES)('%s is there without another word', (type) => {
  expect(aStatus(type).type).toBe(type);
});

it('says what it is told to, over what it says by itself', () => {
  const error = new AuthError('not-authorized', 'no');
  expect(aStatus('failed', { during: 'auth', error })).toEqual({
    ...{ type: 'failed', during: 'auth', error, unsent: [], uncertain: [], undispatched: [] },
  });
  expect(aStatus('online', { jid: 'juliet@example.com/x' })).toMatchObject({
    ...{ how: 'connected', jid: 'juliet@example.com/x', resumed: false, stalled: false },
  });
});

it('knows that a session which goes on is resumed', () => {
  const hows = ['connected', 'attached', 'restored', 'resumed'] as const;
  expect(hows.map((how) => aStatus('online', { how }).resumed)).toEqual([false, true, true, true]);
  expect(aStatus('online', { how: 'attached', resumed: false }).resumed).toBe(false);
});
