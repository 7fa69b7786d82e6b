import { TransportError, type SessionError } from '../protocol/errors.js';
import type { SessionRecord } from '../protocol/record.js';
import type { Status } from '../protocol/status.js';
import type { Deliveries } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import { sameBareJid } from '../xml/jid.js';
import type { InnerOptions, Streams } from './hub.js';
import type { Keeping } from './keeping.js';
import type { Requests } from './requests.js';
import type { SessionNews } from './session.js';

export interface NewsPorts {
  readonly streams: Streams;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly keeping: Keeping;
  readonly requests: Requests;
  readonly inner: InnerOptions;
  /** Does work where the app sees what changes. */
  readonly tell: (work: () => void) => void;
}

/** What becomes of what a session tells: streams, queue and requests of the client. */
export const createNews = ({ streams, outbox, deliveries, keeping, requests, inner, tell }: NewsPorts) => {
  const { status$, record$ } = streams;
  /** In whose name what waits in the queue was sent, if in anybody's. */
  let owner: string | undefined;
  /** Up to which number that is so. */
  let owned = Infinity;
  /** Who may send it next, if anybody may. */
  let heir: string | undefined;

  const over = (error: SessionError, status: Status, which: 'all' | 'left' = 'all'): void => {
    record$.next(null);
    keeping.keepWaiting(status.type === 'retrying' ? (owner ?? heir) : undefined);
    tell(() => {
      requests.fail(error, which);
      status$.next(status);
    });
  };

  const end = ({ failure, leftovers }: Extract<SessionNews, { type: 'end' }>): void => {
    owned = outbox.last();
    const closed = new TransportError('closed', 'The session is over');
    if (!failure) over(closed, { type: 'offline' });
    else over(failure.error, { type: 'failed', ...failure, unsent: outbox.drain(), ...leftovers });
  };

  /** Another session follows: what waits to be sent goes on waiting for it. */
  const lose = ({ type: _, leftovers, ...lost }: Extract<SessionNews, { type: 'lost' }>): void =>
    over(lost.error, { type: 'retrying', ...lost, ...leftovers }, 'left');

  const commit = (record: SessionRecord | null): void => {
    inner.committed?.(record);
    if (record) [owner, owned] = [record.jid, Infinity];
    if (record && !record$.value) keeping.keepQueue();
    tell(() => record$.next(record));
  };

  return {
    hear: (news: SessionNews): void => {
      if (news.type === 'end') end(news);
      else if (news.type === 'lost') lose(news);
      else if (news.type === 'status') tell(() => status$.next(news.status));
      else commit(news.record);
    },

    /** What waits to be sent may be sent in the name of this account; if it was sent in another one's, it is dropped. */
    queueFor: (account: string): void => {
      const others = owner !== undefined && !sameBareJid(owner, account);
      const kept = keeping.takeOver(account);
      heir = kept ? account : undefined;
      owner = undefined;
      if (!others) return;
      outbox.take(owned, Infinity);
      deliveries.ended();
    },
  };
};
