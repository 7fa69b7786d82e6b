import { defer, filter, merge, type SchedulerLike, skip, take, timer } from 'rxjs';

import type { Client } from '../client/client.js';
import { StanzaError } from '../protocol/errors.js';
import { type Stanza, XmlElement } from '../xml/element.js';
import type { Maybe } from './arguments.js';
import { listen } from './guarded.js';
import type { Handlers } from './handlers.js';

/** What is to be done with the answer to an iq or a presence. `onError` gets null when there is none. */
export type Asking<S = Stanza> = readonly [
  onResult?: Maybe<(result: S) => unknown>,
  onError?: Maybe<(error: S | null) => unknown>,
  /** In ms; 0 or left out: as long as the session lasts. */
  timeout?: Maybe<number>,
];

/** As the app gets an element. */
type Seeing<S> = (stanza: Stanza) => S;

/** Sends an iq. Handlers that match the answer get it as well, first. */
export const ask = <S>(
  client: Client,
  handlers: Handlers<S>,
  iq: Stanza,
  [onResult, onError, timeout]: Asking<S>,
  view: Seeing<S>,
): void => {
  if (!onResult && !onError) {
    client.send(iq);
    return;
  }
  client.request(iq, { timeout: timeout || Infinity }).subscribe({
    next: (result) => {
      handlers.handle(result);
      onResult?.(view(result));
    },
    error: (failure: unknown) => {
      const answer = failure instanceof StanzaError ? failure.stanza : null;
      if (answer) handlers.handle(answer);
      onError?.(answer && view(answer));
    },
  });
};

/** Sends a presence and waits for one with the same id; an answer of type `error`, none in time and the end are errors. */
export const askPresence = <S>(
  client: Client,
  presence: Stanza,
  [onResult, onError, timeout]: Asking<S>,
  view: Seeing<S>,
  scheduler: SchedulerLike,
): void => {
  const { id } = presence.attrs;
  const answer$ = client.stanza$.pipe(filter(({ name, attrs }) => name === 'presence' && attrs['id'] === id));
  const over$ = client.status$.pipe(
    skip(1),
    filter(({ type }) => type === 'offline' || type === 'failed'),
  );
  const late$ = timeout ? [defer(() => timer(timeout, scheduler))] : [];
  if (onResult || onError) {
    listen(merge(answer$, over$, ...late$).pipe(take(1)), (heard) => {
      const answer = heard instanceof XmlElement ? heard : null;
      if (answer && answer.attrs['type'] !== 'error') onResult?.(view(answer));
      else onError?.(answer && view(answer));
    });
  }
  client.send(presence);
};
