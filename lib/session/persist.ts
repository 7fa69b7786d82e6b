import { distinctUntilChanged, map, type OperatorFunction } from 'rxjs';

import type { SessionRecord, Snapshot } from '../protocol/record.js';
import type { Writer } from './writer.js';

const sameTokens = (a: SessionRecord | null, b: SessionRecord | null): boolean =>
  a === b || (a !== null && b !== null && a.jid === b.jid && a.sid === b.sid && a.rid === b.rid);

/**
 * Keeps every commit of a session, then passes the record on when its tokens have changed: what comes out has been kept.
 * `undefined` (there is no session, or none any more) removes it and comes out as null.
 *
 * Synchronous, so that whatever is subscribed behind it comes after the write. A storage that fails never ends the stream.
 */
export const persist =
  (writer: Writer): OperatorFunction<Snapshot | undefined, SessionRecord | null> =>
  (snapshots$) =>
    snapshots$.pipe(
      map((snapshot) => {
        if (snapshot) writer.write(snapshot);
        else writer.remove();
        return snapshot?.record ?? null;
      }),
      distinctUntilChanged(sameTokens),
    );
