import type { Client } from '../client/client.js';
import { StanzaError } from '../protocol/errors.js';
import type { Stanza } from '../xml/element.js';
import type { Maybe } from './arguments.js';
import type { Handlers } from './handlers.js';

/** What is to be done with the answer to an iq. `onError` gets null when there is none. */
export type Asking = readonly [
  onResult?: Maybe<(result: Stanza) => unknown>,
  onError?: Maybe<(error: Stanza | null) => unknown>,
  /** In ms; 0 or left out: as long as the session lasts. */
  timeout?: Maybe<number>,
];

/** Sends an iq. Handlers that match the answer get it as well, first. */
export const ask = (
  client: Client,
  handlers: Handlers,
  iq: Stanza,
  [onResult, onError, timeout]: Asking,
): void => {
  if (!onResult && !onError) {
    client.send(iq);
    return;
  }
  client.request(iq, { timeout: timeout || Infinity }).subscribe({
    next: (result) => {
      handlers.handle(result);
      onResult?.(result);
    },
    error: (failure: unknown) => {
      const answer = failure instanceof StanzaError ? failure.stanza : null;
      if (answer) handlers.handle(answer);
      onError?.(answer);
    },
  });
};
