import { concatMap, defer, Observable, of, type SchedulerLike, take } from 'rxjs';

import type { BoshEffect, BoshEvent } from '../protocol/bosh-state.js';
import { LimitError, TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpRequest, HttpResponse } from '../protocol/http.js';
import { retryAfterMs } from '../protocol/retry-after.js';
import type { WireEvent } from './wire.js';

/** The headers of requests. */
export interface HeadersFor {
  /** Whether it helps to ask once more after an HTTP 401. */
  readonly again: boolean;
  /** Those that every request has, if they never change. */
  readonly fixed?: Readonly<Record<string, string>>;
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
  const { url, headers, withCredentials, uploadEvents, maxAnswer, http } = ports;
  const send = (given: HttpRequest['headers']): Observable<HttpEvent> =>
    http({
      ...{ url, body, headers: given, withCredentials },
      ...(uploadEvents === false && { uploadEvents }),
      ...(maxAnswer !== undefined && { maxAnswer }),
    });
  if (headers.fixed) return send(headers.fixed);
  return defer(() => headers.of(refused)).pipe(
    take(1),
    concatMap(send),
    concatMap((event) => {
      const again = headers.again && !refused && event.type === 'response' && event.status === 401;
      return again ? request(ports, body, true) : of(event);
    }),
  );
};

/** An answer that comes from elsewhere, or is too large, is none. */
const check = ({ mayTalkTo, maxAnswer = Infinity }: HttpPorts, { url, status, body }: HttpResponse): void => {
  if (mayTalkTo && url && !mayTalkTo(url)) throw strayed(status);
  if (body.length <= maxAnswer) return;
  throw new LimitError('answer-too-large', `An answer has more than ${maxAnswer} characters`);
};

const strayed = (status: number): TransportError =>
  new TransportError('http', 'The request was redirected to where it must not go', status, 'redirected');

const asError = (cause: unknown): TransportError | LimitError =>
  cause instanceof TransportError || cause instanceof LimitError
    ? cause
    : new TransportError('network', 'The request failed', 0, 'network', { cause });

const answered = (ports: HttpPorts, { rid, attempt }: Post, response: HttpResponse): BoshEvent => {
  check(ports, response);
  const { status, body: text } = response;
  const at = ports.scheduler.now();
  ports.wire({ type: 'received', at, rid, status, xml: text });
  const retryAfter = retryAfterMs(response.header('retry-after'), at);
  return { type: 'answered', rid, attempt, status, text, retryAfterMs: retryAfter };
};

/**
 * Makes one attempt of one request and says how it went: `uploaded` perhaps, then `answered` or `failed`. One Observable, no
 * chain of them: every poll of every session goes this way.
 */
export const attempt = (ports: HttpPorts, post: Post): Observable<BoshEvent> =>
  new Observable((subscriber) => {
    const { scheduler, wire } = ports;
    const { rid, attempt, body, timeoutMs } = post;

    const end = (event: BoshEvent): void => {
      subscriber.next(event);
      subscriber.complete();
    };

    const fail = (cause: unknown): void => {
      if (subscriber.closed) return;
      const error = asError(cause);
      wire({ type: 'failed', at: scheduler.now(), rid, error });
      end({ type: 'failed', rid, attempt, error });
    };

    const hear = (event: HttpEvent): void => {
      if (event.type === 'uploaded') {
        subscriber.next({ type: 'uploaded', rid, attempt });
        return;
      }
      let answer: BoshEvent;
      try {
        answer = answered(ports, post, event);
      } catch (cause) {
        fail(cause);
        return;
      }
      end(answer);
    };

    wire({ type: 'sent', at: scheduler.now(), rid, attempt, xml: body });
    const sending = defer(() => request(ports, body)).subscribe({
      next: hear,
      error: fail,
      complete: () => fail(new TransportError('network', 'The request ended without an answer')),
    });
    subscriber.add(sending);
    if (subscriber.closed) return;
    const late = (): void => fail(new TransportError('timeout', 'No answer came in time'));
    subscriber.add(scheduler.schedule(late, timeoutMs));
  });
