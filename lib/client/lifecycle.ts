import {
  catchError,
  EMPTY,
  merge,
  NEVER,
  noop,
  type Observable,
  type Subscription,
  switchMap,
  timeout,
  timer,
} from 'rxjs';

import { body } from '../protocol/bosh-body.js';
import { RESEND_GRACE_MS } from '../protocol/retry.js';
import type { HttpRequest } from '../protocol/http.js';
import type { Hub } from './hub.js';
import { headersNow } from './headers.js';
import type { Kept } from './kept.js';
import type { ClientOptions } from './options.js';
import type { SessionNews } from './session.js';

/** What a request may weigh that outlives its page, in characters, the wrapper aside. */
const FAREWELL_SIZE = 60_000;
const GOODBYE_MS = 5_000;

const requestOf = (service: string, options: ClientOptions, text: string): HttpRequest => ({
  url: service,
  body: text,
  headers: headersNow(options),
  withCredentials: options.withCredentials ?? false,
});

/** The requests that a goodbye still takes: those that were not answered, and the goodbye itself if it was not made yet. */
const goodbyeBodies = ({ tokens, restored }: Kept, hub: Hub): readonly string[] => {
  const flights = restored?.flights ?? [];
  const bodies = flights.map((flight) => flight.body);
  if (flights.some(({ kind }) => kind === 'terminate')) return bodies;
  return [...bodies, body(tokens.sid, tokens.rid, hub.takeAll(FAREWELL_SIZE), 'terminate')];
};

/** Finishes a goodbye that a reload has cut off: the same requests once more, in order, whatever comes of it. */
export const finishGoodbye = (service: string, options: ClientOptions, hub: Hub, kept: Kept): void => {
  const { http, scheduler } = hub.platform();
  hub.keeping.load(kept);
  const posts = goodbyeBodies(kept, hub).map((text, i) =>
    timer(i * RESEND_GRACE_MS, scheduler).pipe(
      switchMap(() => http(requestOf(service, options, text))),
      timeout({ each: GOODBYE_MS, scheduler }),
      catchError(() => EMPTY),
    ),
  );
  hub.keeping.forget();
  hub.lives.add(merge(...posts).subscribe({ error: noop }));
};

/** The session that goes on. */
export type Thaw = () => Observable<SessionNews>;

/**
 * Follows what happens around the page. A page that is put aside cuts its requests and touches nothing it has kept; taken out
 * again it goes on from what is kept, since another page may have driven the session meanwhile.
 */
export const followLifecycle = (
  where: () => string,
  options: ClientOptions,
  hub: Hub,
  thawed: Thaw,
): Subscription => {
  const { status$, record$, keeping, command$ } = hub;
  let frozen = false;
  let gone = false;

  /** What was under way in a network that has gone since is lost. */
  const back = (): void => {
    command$.next({ type: 'retry', anew: gone });
    gone = false;
  };

  const freeze = (): void => {
    const { type } = status$.value;
    frozen = type !== 'offline' && type !== 'failed';
    if (frozen) hub.open(NEVER);
  };

  const thaw = (): void => {
    if (!frozen) return;
    frozen = false;
    hub.open(thawed());
  };

  const end = (): void => {
    const record = record$.value;
    if (!options.terminateOnClose || !record) return;
    if (record.rid === 0) {
      // A WebSocket is still there: it takes the goodbye itself.
      command$.next({ type: 'disconnect', elements: [], upTo: hub.last() });
      return;
    }
    const payload = hub.takeAll(FAREWELL_SIZE);
    hub.platform().farewell(requestOf(where(), options, body(record.sid, record.rid, payload, 'terminate')));
    hub.open(NEVER);
    keeping.forget();
  };

  return hub.platform().lifecycle$.subscribe({
    next: (life) => {
      if (life === 'offline') gone = true;
      if (life === 'online') back();
      if (life === 'visible') command$.next({ type: 'retry' });
      if (life === 'freeze') freeze();
      if (life === 'thaw') thaw();
      if (life === 'end') end();
    },
    error: noop,
  });
};
