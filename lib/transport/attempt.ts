import {
  catchError,
  concat,
  concatMap,
  defer,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  take,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs';

import type { BoshEffect, BoshEvent } from '../protocol/bosh-state.js';
import { LimitError, TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest, HttpResponse } from '../protocol/http.js';
import { retryAfterMs } from '../protocol/retry-after.js';
import type { WireEvent } from './wire.js';

/** The headers of requests. */
export interface HeadersFor {
  /** Whether it helps to ask once more after an HTTP 401. */
  readonly again: boolean;
  /** The headers of one request; `refused` when it has just been answered with HTTP 401. */
  readonly of: (refused: boolean) => Observable<Readonly<Record<string, string>>>;
}

/** What a request needs from outside. */
export interface HttpPorts {
  readonly url: string;
  readonly headers: HeadersFor;
  readonly withCredentials: boolean;
  /** Whether to hear when a request has been uploaded. Default true. */
  readonly uploadEvents?: boolean;
  /** Largest answer, in characters. Default: any. */
  readonly maxAnswer?: number;
  /** Whether an answer may come from there, to where a redirect has led. Default: from anywhere. */
  readonly mayTalkTo?: (url: string) => boolean;
  readonly http: (request: HttpRequest) => Observable<HttpEvent>;
  readonly scheduler: SchedulerLike;
  readonly wire: (event: WireEvent) => void;
}

type Post = Extract<BoshEffect, { type: 'post' }>;

/** The request itself, made once more when HTTP wants other credentials and there may be some. */
const request = (ports: HttpPorts, body: string, refused = false): Observable<HttpEvent> => {
  const { url, headers, withCredentials, uploadEvents, maxAnswer } = ports;
  const more = {
    ...(uploadEvents === false && { uploadEvents }),
    ...(maxAnswer !== undefined && { maxAnswer }),
  };
  return defer(() => headers.of(refused)).pipe(
    take(1),
    concatMap((given) => ports.http({ url, body, headers: given, withCredentials, ...more })),
    concatMap((event) => {
      const again = headers.again && !refused && event.type === 'response' && event.status === 401;
      return again ? request(ports, body, true) : checked(ports, event);
    }),
  );
};

/** An answer that comes from elsewhere, or is too large, is none. */
const checked = ({ mayTalkTo, maxAnswer = Infinity }: HttpPorts, event: HttpEvent): Observable<HttpEvent> => {
  if (event.type === 'uploaded') return of(event);
  if (mayTalkTo && event.url && !mayTalkTo(event.url)) return throwError(() => strayed(event));
  if (event.body.length <= maxAnswer) return of(event);
  return throwError(
    () => new LimitError('answer-too-large', `An answer has more than ${maxAnswer} characters`),
  );
};

const strayed = ({ status }: HttpResponse): TransportError =>
  new TransportError('http', 'The request was redirected to where it must not go', status, 'redirected');

/** Makes one attempt of one request and says how it went: `uploaded` perhaps, then `answered` or `failed`. */
export const attempt = (ports: HttpPorts, { rid, attempt, body, timeoutMs }: Post): Observable<BoshEvent> => {
  const { scheduler, wire } = ports;
  const failed = (error: TransportError | LimitError): BoshEvent => ({ type: 'failed', rid, attempt, error });
  // Made only when they are needed: an error costs more than the rest of a request.
  const none = (): BoshEvent => failed(new TransportError('network', 'The request ended without an answer'));
  const late = (): BoshEvent => failed(new TransportError('timeout', 'No answer came in time'));
  const toEvent = (event: HttpEvent): BoshEvent => {
    if (event.type === 'uploaded') return { type: 'uploaded', rid, attempt };
    const { status, body: text } = event;
    wire({ type: 'received', at: scheduler.now(), rid, status, xml: text });
    const retryAfter = retryAfterMs(event.header('retry-after'), scheduler.now());
    return { type: 'answered', rid, attempt, status, text, retryAfterMs: retryAfter };
  };
  const toFailure = (cause: unknown): BoshEvent => {
    const known = cause instanceof TransportError || cause instanceof LimitError;
    return failed(
      known ? cause : new TransportError('network', 'The request failed', 0, 'network', { cause }),
    );
  };
  const answer$ = request(ports, body).pipe(
    map(toEvent),
    catchError((cause: unknown) => of(toFailure(cause))),
  );
  const deadline$ = timer(timeoutMs, scheduler).pipe(map(late));
  wire({ type: 'sent', at: scheduler.now(), rid, attempt, xml: body });
  return merge(
    concat(
      answer$,
      defer(() => of(none())),
    ),
    deadline$,
  ).pipe(
    takeWhile((event) => event.type === 'uploaded', true),
    tap((event) => {
      if (event.type === 'failed') wire({ type: 'failed', at: scheduler.now(), rid, error: event.error });
    }),
  );
};
