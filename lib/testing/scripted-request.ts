import type { SchedulerLike, Subscriber } from 'rxjs';
import { TransportError, type TransportErrorKind } from '../protocol/errors.js';
import type { HttpEvent } from '../protocol/http.js';
import { errorPage } from './faults.js';
import type { LoggedRequest, RequestLog, SeenRequest } from './request-log.js';

/** An HTTP answer to the last word. */
export interface ScriptedAnswer {
  /** 200 */
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request in the hands of a test. Each of these throws once its sender does not wait any more. */
export interface ScriptedRequest extends SeenRequest {
  /** Answers with a text and status 200, or with all of {@link ScriptedAnswer}. */
  answer(answer: string | ScriptedAnswer): void;
  /** Answers with this HTTP status and a page of HTML, or breaks the connection in this way ('network'). */
  fail(how?: number | TransportErrorKind): void;
  /** Says that the body has left (`uploads: 'manual'`). */
  upload(): void;
}

export interface ScriptedRequestOptions {
  readonly scheduler: SchedulerLike;
  readonly log: RequestLog;
  readonly seen: LoggedRequest;
  readonly subscriber: Subscriber<HttpEvent>;
  /** Whether its sender hears of the upload at all. */
  readonly tells: boolean;
  /** How long an answer is on its way by now, in ms. */
  readonly latencyMs: () => number;
}

const XML_TYPE = { 'content-type': 'text/xml; charset=utf-8' };

type Hands = Pick<ScriptedRequest, 'answer' | 'fail' | 'upload'>;

const createHands = ({ scheduler, log, seen, subscriber, ...options }: ScriptedRequestOptions): Hands => {
  let isUploaded = !options.tells;

  const check = (): void => {
    if (seen.state !== 'open' || seen.answered) throw new Error(`Nobody waits for an answer to ${seen.text}`);
  };

  const upload = (): void => {
    if (isUploaded) return;
    check();
    isUploaded = true;
    subscriber.next({ type: 'uploaded' });
  };

  const answer = (given: string | ScriptedAnswer): void => {
    check();
    upload();
    const { status = 200, body, headers = XML_TYPE } = typeof given === 'string' ? { body: given } : given;
    const values: Readonly<Record<string, string>> = headers;
    const latencyMs = options.latencyMs();
    const arrive = (): void => {
      log.settle(seen, 'answered');
      subscriber.next({ type: 'response', status, body, header: (name) => values[name] });
      subscriber.complete();
    };
    seen.answered = { at: scheduler.now(), status, text: body };
    if (latencyMs === 0) arrive();
    else subscriber.add(scheduler.schedule(arrive, latencyMs));
  };

  const fail = (how: number | TransportErrorKind = 'network'): void => {
    if (typeof how === 'number') {
      answer(errorPage(how));
      return;
    }
    check();
    log.settle(seen, 'failed');
    subscriber.error(new TransportError(how, 'The connection failed', 0));
  };

  return { answer, fail, upload };
};

/** Gives a request into the hands of a test. */
export const scriptRequest = (options: ScriptedRequestOptions): ScriptedRequest =>
  Object.assign(options.seen, createHands(options));
