import { Observable, type Subscriber } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest } from '../protocol/http.js';

/** Makes one HTTP request when subscribed to; unsubscribing aborts it. Errors with a {@link TransportError} when no answer comes. */
export type HttpPort = (request: HttpRequest) => Observable<HttpEvent>;

const unreachable = (cause?: unknown): TransportError =>
  new TransportError('network', 'The server can not be reached', 0, 'network', { cause });

/**
 * The port on `XMLHttpRequest`: the only one in a browser that tells when a request has been uploaded. The answer is read
 * as text, whatever its content type (XEP-0124 §5).
 */
export const xhrPort =
  (create: () => XMLHttpRequest): HttpPort =>
  ({ url, body, headers, withCredentials }) =>
    new Observable((subscriber) => {
      const xhr = create();
      xhr.open('POST', url, true);
      xhr.withCredentials = withCredentials;
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.upload.onload = () => subscriber.next({ type: 'uploaded' });
      xhr.onerror = () => subscriber.error(unreachable());
      xhr.onabort = xhr.onerror;
      xhr.onload = () => {
        const header = (name: string): string | undefined => xhr.getResponseHeader(name) ?? undefined;
        subscriber.next({ type: 'response', status: xhr.status, body: xhr.responseText, header });
        subscriber.complete();
      };
      xhr.send(body);
      return () => {
        xhr.upload.onload = xhr.onerror = xhr.onabort = xhr.onload = null;
        xhr.abort();
      };
    });

const answer = async (subscriber: Subscriber<HttpEvent>, response: Response): Promise<void> => {
  const body = await response.text();
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  subscriber.next({ type: 'response', status: response.status, body, header });
  subscriber.complete();
};

/** The port on `fetch`, for Node and for workers without `XMLHttpRequest`. Follows no redirect. */
export const fetchPort =
  (fetch: typeof globalThis.fetch): HttpPort =>
  ({ url, body, headers, withCredentials }) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const credentials = withCredentials ? 'include' : 'same-origin';
      fetch(url, { method: 'POST', headers, body, credentials, redirect: 'manual', signal: abort.signal })
        .then((response) => answer(subscriber, response))
        .catch((cause: unknown) => subscriber.error(unreachable(cause)));
      return () => abort.abort();
    });

/** A request that outlives its page; at most 64 KiB. Its answer is not waited for. */
export const fetchFarewell =
  (fetch: typeof globalThis.fetch) =>
  ({ url, body, headers, withCredentials }: HttpRequest): void => {
    const credentials = withCredentials ? 'include' : 'same-origin';
    const options = {
      method: 'POST',
      headers,
      body,
      credentials,
      keepalive: true,
      redirect: 'manual',
    } as const;
    fetch(url, options).catch(() => undefined);
  };
