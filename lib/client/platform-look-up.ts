import { Observable } from 'rxjs';

import { TransportError } from '../protocol/errors.js';

/**
 * Gets the text at an `https:` address when subscribed to; unsubscribing aborts it. Errors with a {@link TransportError} for
 * every other address, also one that a redirect leads to, for any status but 200, and for a text of more than `maxBytes`.
 */
export type LookUpPort = (request: { readonly url: string; readonly maxBytes: number }) => Observable<string>;

/** So many addresses may be asked one after the other. */
const MAX_HOPS = 4;

const unreachable = (cause?: unknown): TransportError =>
  new TransportError(
    'network',
    'The address can not be read: not there, or not open to this page',
    0,
    'network',
    {
      cause,
    },
  );

const checked = (url: string): string => {
  if (!/^https:/i.test(url)) {
    throw new TransportError('http', `Only https: can be trusted, not ${url.slice(0, 100)}`, 0, 'redirected');
  }
  return url;
};

const tooLarge = (): TransportError =>
  new TransportError('http', 'The document is too large', 200, 'too-large');

/** Reads no more than that, however much there is. */
const readText = async (response: Response, maxBytes: number): Promise<string> => {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) throw tooLarge();
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
};

type Fetch = typeof globalThis.fetch;

/** Follows redirects by hand where that can be; a browser does not show where one leads, and guards `https:` itself. */
const follow = async (fetch: Fetch, first: string, signal: AbortSignal): Promise<Response> => {
  let url = checked(first);
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const response = await fetch(url, { redirect: 'manual', credentials: 'omit', signal });
    if (response.type === 'opaqueredirect') {
      const final = await fetch(url, { redirect: 'follow', credentials: 'omit', signal });
      checked(final.url);
      return final;
    }
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    url = checked(new URL(location, url).href);
  }
  throw new TransportError('http', 'Too many redirects', 0, 'redirected');
};

/** The port on `fetch`, unless told otherwise that of the runtime. */
export const fetchLookUp =
  (fetch: Fetch = (...given) => globalThis.fetch(...given)): LookUpPort =>
  ({ url, maxBytes }) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const read = async (): Promise<void> => {
        const response = await follow(fetch, url, abort.signal);
        if (response.status !== 200) {
          const message = `Nothing to be read there (HTTP ${response.status})`;
          throw new TransportError('http', message, response.status, 'refused');
        }
        subscriber.next(await readText(response, maxBytes));
        subscriber.complete();
      };
      read().catch((cause: unknown) =>
        subscriber.error(cause instanceof TransportError ? cause : unreachable(cause)),
      );
      return () => abort.abort();
    });
