import { TransportError } from '../protocol/errors.js';
import * as NS from '../protocol/ns.js';
import type { Status } from '../protocol/status.js';
import { element } from '../xml/element.js';

/** A status of that type. */
export type StatusOf<T extends Status['type']> = Extract<Status, { readonly type: T }>;

type All = { readonly [T in Status['type']]: StatusOf<T> };

const error = new TransportError('network', 'The server can not be reached');
const nothingLeft = { unsent: [], uncertain: [], undispatched: [] };

const DEFAULTS: All = {
  offline: { type: 'offline' },
  connecting: { type: 'connecting', how: 'login' },
  authenticating: { type: 'authenticating', mechanism: 'SCRAM-SHA-256' },
  binding: { type: 'binding', features: element('features', NS.STREAM) },
  online: {
    ...{ type: 'online', how: 'connected', jid: 'romeo@example.com/orchard' },
    ...{ resumed: false, stalled: false },
  },
  retrying: { type: 'retrying', error, attempt: 1, nextAttemptAt: 0, uncertain: [], undispatched: [] },
  disconnecting: { type: 'disconnecting' },
  failed: { type: 'failed', during: 'session', error, ...nothingLeft },
};

/**
 * A status for a test, complete: `aStatus('online', { jid })`, `aStatus('failed', { during: 'auth', error })`.
 *
 * Unless given: `online` is a fresh login of romeo@example.com/orchard, and `resumed` follows `how`; `retrying` and `failed`
 * have a {@link TransportError} `network`, with no stanza left over.
 */
export const aStatus = <T extends Status['type']>(
  type: T,
  what: Partial<Omit<StatusOf<T>, 'type'>> = {},
): StatusOf<T> => {
  const resumed = 'how' in what && type === 'online' ? { resumed: what.how !== 'connected' } : {};
  return { ...DEFAULTS[type], ...resumed, ...what };
};
