import { isObservable, map, noop, type Observable, of } from 'rxjs';

import type { HeadersFor } from '../transport/attempt.js';
import type { ClientOptions } from './options.js';

/** Names and values of HTTP headers. */
export type HeaderValues = Readonly<Record<string, string>>;

/**
 * Gives the headers of one request. `refused`: the same request has just been answered with HTTP 401, so a token has to be
 * renewed. Only the first value of an Observable counts; one that errors counts as a network failure.
 */
export type HeadersFunction = (request: {
  readonly refused: boolean;
}) => HeaderValues | Observable<HeaderValues>;

/** The same headers with `always` beside them, which they go before. */
export const besides = (
  always: HeaderValues,
  headers: ClientOptions['headers'],
): HeaderValues | HeadersFunction => {
  const merged = (more: HeaderValues): HeaderValues => ({ ...always, ...more });
  if (typeof headers !== 'function') return merged(headers ?? {});
  return (request) => {
    const given = headers(request);
    return isObservable(given) ? given.pipe(map(merged)) : merged(given);
  };
};

/** Asks for the headers of every request of a client, besides those that it always has. */
export const headersFor = ({ contentType, headers: own }: ClientOptions): HeadersFor => {
  const headers = besides({ 'content-type': contentType ?? 'text/xml; charset=utf-8' }, own);
  if (typeof headers !== 'function') {
    const fixed = of(headers);
    return { again: false, fixed: headers, of: () => fixed };
  }
  return {
    again: true,
    of: (refused) => {
      const given = headers({ refused });
      return isObservable(given) ? given : of(given);
    },
  };
};

/** The headers of a last request, for which nothing can be waited for: what comes at once. */
export const headersNow = (options: ClientOptions): HeaderValues => {
  let now: HeaderValues = { 'content-type': options.contentType ?? 'text/xml; charset=utf-8' };
  headersFor(options)
    .of(false)
    .subscribe({ next: (headers) => (now = headers), error: noop })
    .unsubscribe();
  return now;
};
