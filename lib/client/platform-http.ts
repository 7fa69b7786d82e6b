import { Observable, type Subscriber } from 'rxjs';

import { isSessionError, LimitError, TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest } from '../protocol/http.js';

/** Makes one HTTP request when subscribed to; unsubscribing aborts it. Errors with a {@link TransportError} when no answer comes. */
export type HttpPort = (request: HttpRequest) => Observable<HttpEvent>;

/** What every port says when no answer comes. */
export const unreachable = (cause?: unknown): TransportError =>
  new TransportError('network', 'The server can not be reached', 0, 'network', { cause });

/** UTF-8 takes no more bytes for a character. */
const BYTES = 3;

/** What every port says of an answer that is longer than it may be, in UTF-16 units. */
export const tooLarge = (maxAnswer: number): LimitError =>
  new LimitError('answer-too-large', `An answer has more than ${maxAnswer} characters`);

const redirected = (): TransportError =>
  new TransportError('http', 'The server is elsewhere', 0, 'redirected');

/** Firefox says `load` no sooner than with the answer, which may be a minute later; its last `progress` tells the same. */
const onUploaded = (upload: XMLHttpRequestUpload, tell: () => void): void => {
  const told = (): void => {
    upload.onload = upload.onprogress = null;
    tell();
  };
  upload.onprogress = ({ lengthComputable, loaded, total }) => {
    if (lengthComputable && loaded === total) told();
  };
  upload.onload = told;
};

/** One of the headers of an answer. To ask for one by name that another origin hides makes a browser complain on the console. */
const headerIn = (headers: string, name: string): string | undefined =>
  headers
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();

/**
 * The port on `XMLHttpRequest`: the only one in a browser that tells when a request has been uploaded. The answer is read
 * as text, whatever its content type (XEP-0124 §5).
 */
export const xhrPort =
  (create: () => XMLHttpRequest): HttpPort =>
  ({ url, body, headers, withCredentials, uploadEvents = true, maxAnswer = Infinity }) =>
    new Observable((subscriber) => {
      const xhr = create();
      xhr.open('POST', url, true);
      xhr.withCredentials = withCredentials;
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      // The mere presence of a listener makes a browser ask for permission.
      if (uploadEvents) onUploaded(xhr.upload, () => subscriber.next({ type: 'uploaded' }));
      xhr.onprogress = ({ loaded }) => {
        if (loaded > maxAnswer * BYTES) subscriber.error(tooLarge(maxAnswer));
      };
      xhr.onerror = () => subscriber.error(unreachable());
      xhr.onabort = xhr.onerror;
      xhr.onload = () => {
        const header = (name: string): string | undefined => headerIn(xhr.getAllResponseHeaders(), name);
        const { status, responseText, responseURL: url } = xhr;
        subscriber.next({ type: 'response', status, body: responseText, url, header });
        subscriber.complete();
      };
      xhr.send(body);
      return () => {
        xhr.upload.onload = xhr.upload.onprogress = null;
        xhr.onprogress = xhr.onerror = xhr.onabort = xhr.onload = null;
        xhr.abort();
      };
    });

/** The text of an answer, of which no more is read than may be. */
const textOf = async (response: Response, maxAnswer: number): Promise<string> => {
  const reader = response.body?.getReader();
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += value?.byteLength ?? 0;
    if (size > maxAnswer * BYTES) throw tooLarge(maxAnswer);
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
};

const answer = async (
  subscriber: Subscriber<HttpEvent>,
  response: Response,
  maxAnswer: number,
): Promise<void> => {
  // A browser does not say where to.
  if (response.type === 'opaqueredirect') throw redirected();
  const body = await textOf(response, maxAnswer);
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  subscriber.next({ type: 'response', status: response.status, body, header });
  subscriber.complete();
};

/** The port on `fetch`, for Node and for workers without `XMLHttpRequest`. Follows no redirect. */
export const fetchPort =
  (fetch: typeof globalThis.fetch): HttpPort =>
  ({ url, body, headers, withCredentials, maxAnswer = Infinity }) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const credentials = withCredentials ? 'include' : 'same-origin';
      fetch(url, { method: 'POST', headers, body, credentials, redirect: 'manual', signal: abort.signal })
        .then((response) => answer(subscriber, response, maxAnswer))
        .catch((cause: unknown) => subscriber.error(isSessionError(cause) ? cause : unreachable(cause)));
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
