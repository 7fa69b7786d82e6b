import { filter, map, Observable, take } from 'rxjs';

import { StropheSessionError } from '../protocol/errors.js';
import type { SessionRecord } from '../protocol/record.js';
import type { SessionTokens } from '../protocol/stream.js';
import { createInner } from './create-client.js';
import type { Credentials } from './credentials.js';
import { type ClientOptions, isWebSocket } from './options.js';

/** A session that waits to be taken over. `rid` is the next valid one: nobody has to add 1. */
export interface Prebound extends SessionTokens {
  /** As the server granted it, in seconds. */
  readonly wait: number;
  readonly hold: number;
  /** How long the server keeps the session without a request, in seconds, if it said so. */
  readonly inactivity: number | undefined;
  /** When the server will have given the session up, in ms since the epoch, if that is known. */
  readonly expiresAt: number | undefined;
}

const prebound = ({ jid, sid, rid, ts, wait, hold, inactivity }: SessionRecord): Prebound => ({
  jid,
  sid,
  rid,
  wait: wait ?? 60,
  hold: hold ?? 1,
  inactivity,
  expiresAt: inactivity === undefined ? undefined : ts + inactivity * 1000,
});

/**
 * Opens a session for somebody else: logs in, binds, and gives the tokens away. No request is left open and no timer, so a
 * Node process that does nothing else exits by itself.
 *
 * Cold: each subscription is one login. Emits once and completes, or errors with the reason of the failed login.
 * Unsubscribing early abandons it. Of a domain alone its BOSH address is taken; a WebSocket service errors with `not-bosh`.
 *
 * @see XEP-0124 §7, XEP-0206 §5
 */
export const prebind = (service: string, given: Credentials & ClientOptions): Observable<Prebound> =>
  new Observable((subscriber) => {
    let last: SessionRecord | null = null;
    const committed = (record: SessionRecord | null): void => {
      last = record ?? last;
    };
    if (isWebSocket(service)) {
      throw new StropheSessionError('not-bosh', 'Only a BOSH session can be opened for somebody else');
    }
    const options = { ...given, explicitResourceBinding: false, discovery: ['bosh'] } as const;
    const client = createInner(service, options, { polling: false, committed });
    subscriber.add(() => client.close());
    const settled$ = client.status$.pipe(
      filter((status) => status.type === 'online' || status.type === 'failed'),
      take(1),
      map((status) => {
        if (status.type === 'failed') throw status.error;
        return prebound(last as unknown as SessionRecord);
      }),
    );
    subscriber.add(settled$.subscribe(subscriber));
    client.connect(given);
  });
