import {
  catchError,
  concat,
  defer,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  takeWhile,
  tap,
  timer,
} from 'rxjs';

import type { BoshEffect, BoshEvent } from '../protocol/bosh-state.js';
import { TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest } from '../protocol/http.js';
import type { WireEvent } from './wire.js';

/** What a request needs from outside. */
export interface HttpPorts {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly withCredentials: boolean;
  readonly http: (request: HttpRequest) => Observable<HttpEvent>;
  readonly scheduler: SchedulerLike;
  readonly wire: (event: WireEvent) => void;
}

type Post = Extract<BoshEffect, { type: 'post' }>;

const retryAfterMs = (value: string | undefined): number => {
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
};

/** Makes one attempt of one request and says how it went: `uploaded` perhaps, then `answered` or `failed`. */
export const attempt = (ports: HttpPorts, { rid, attempt, body, timeoutMs }: Post): Observable<BoshEvent> => {
  const { url, headers, withCredentials, scheduler, wire } = ports;
  const failed = (error: TransportError): BoshEvent => ({ type: 'failed', rid, attempt, error });
  // Made only when they are needed: an error costs more than the rest of a request.
  const none = (): BoshEvent => failed(new TransportError('network', 'The request ended without an answer'));
  const late = (): BoshEvent => failed(new TransportError('timeout', 'No answer came in time'));
  const toEvent = (event: HttpEvent): BoshEvent => {
    if (event.type === 'uploaded') return { type: 'uploaded', rid, attempt };
    const { status, body: text } = event;
    wire({ type: 'received', at: scheduler.now(), rid, status, xml: text });
    return {
      type: 'answered',
      rid,
      attempt,
      status,
      text,
      retryAfterMs: retryAfterMs(event.header('retry-after')),
    };
  };
  const answer$ = defer(() => ports.http({ url, body, headers, withCredentials })).pipe(
    map(toEvent),
    catchError((cause: unknown) => {
      const known = cause instanceof TransportError;
      return of(
        failed(known ? cause : new TransportError('network', 'The request failed', 0, 'network', { cause })),
      );
    }),
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
