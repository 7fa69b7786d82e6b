import type { Subscription } from 'rxjs';
import { concat, ignoreElements, NEVER, noop, timeout, catchError, EMPTY } from 'rxjs';

import { body } from '../protocol/bosh-body.js';
import { TransportError, XmppError } from '../protocol/errors.js';
import type { Flight } from '../protocol/bosh-state.js';
import type { HttpRequest } from '../protocol/http.js';
import type { Hub } from './hub.js';
import { headersOf } from './open-transport.js';
import { failedBy, type Openings } from './openings.js';
import type { ClientOptions } from './options.js';

/** What a request may weigh that outlives its page, in characters, the wrapper aside. */
const FAREWELL_SIZE = 60_000;
const GOODBYE_MS = 5_000;

const requestOf = (service: string, options: ClientOptions, text: string): HttpRequest => ({
  url: service,
  body: text,
  headers: headersOf(options),
  withCredentials: options.withCredentials ?? false,
});

/** Finishes a goodbye that a reload has cut off: the same requests once more, lowest first, whatever comes of it. */
export const finishGoodbye = (
  service: string,
  options: ClientOptions,
  { platform }: Hub,
  flights: readonly Flight[],
): void => {
  const { http, scheduler } = platform();
  const posts = flights.map((flight) =>
    http(requestOf(service, options, flight.body)).pipe(
      timeout({ each: GOODBYE_MS, scheduler }),
      ignoreElements(),
      catchError(() => EMPTY),
    ),
  );
  concat(...posts).subscribe({ error: noop });
};

/**
 * Follows what happens around the page. A page that is put aside cuts its requests and touches nothing it has kept; taken out
 * again it goes on from what is kept, since another page may have driven the session meanwhile.
 */
export const followLifecycle = (
  service: string,
  options: ClientOptions,
  hub: Hub,
  openings: Openings,
): Subscription => {
  const { status$, record$, keeping, command$ } = hub;
  let frozen = false;

  const freeze = (): void => {
    const { type } = status$.value;
    frozen = type !== 'offline' && type !== 'failed';
    if (frozen) hub.open(NEVER);
  };

  const thaw = (): void => {
    if (!frozen) return;
    frozen = false;
    try {
      hub.open(openings.thaw(keeping.own()));
    } catch (cause) {
      const error =
        cause instanceof XmppError ? cause : new TransportError('closed', 'The page was put aside');
      hub.open(failedBy('session', error));
    }
  };

  const end = (): void => {
    const record = record$.value;
    if (!options.terminateOnClose || !record) return;
    const payload = hub.takeAll(FAREWELL_SIZE);
    hub.platform().farewell(requestOf(service, options, body(record.sid, record.rid, payload, 'terminate')));
    hub.open(NEVER);
    keeping.forget();
  };

  return hub.platform().lifecycle$.subscribe({
    next: (life) => {
      if (life === 'online') command$.next({ type: 'retry' });
      if (life === 'freeze') freeze();
      if (life === 'thaw') thaw();
      if (life === 'end') end();
    },
    error: noop,
  });
};
