import { Subscription, type SchedulerLike, type Subscriber } from 'rxjs';
import { TransportError } from '../protocol/errors.js';
import type { HttpEvent } from '../protocol/http.js';
import type { FaultAction, MadeUpAnswer } from './faults.js';
import type { LoggedRequest, RequestLog, SeenRequest } from './request-log.js';

/** One request as the server holds it in its hands. */
export interface Exchange {
  readonly request: SeenRequest;
  /** Answers it, once; what nobody listens to any more is lost. */
  answer(text: string, status?: number): void;
  /** Is called when the sender has gone before the answer. */
  onGone: (() => void) | undefined;
}

/** One HTTP connection, from the first byte to the answer. */
export interface Connection {
  readonly start: () => void;
  /** No server was found. */
  refuse(): void;
  /** The connection breaks, now. */
  fail(): void;
  /** The sender has gone, or all is done. */
  close(): void;
}

export interface ConnectionOptions {
  readonly scheduler: SchedulerLike;
  readonly latency: { readonly upMs: number; readonly downMs: number };
  readonly uploads: boolean;
  readonly receive: (exchange: Exchange) => void;
  readonly log: RequestLog;
  readonly seen: LoggedRequest;
  readonly action: FaultAction;
  readonly subscriber: Subscriber<HttpEvent>;
}

const XML_TYPE = { 'content-type': 'text/xml; charset=utf-8' };

export const createConnection = (options: ConnectionOptions): Connection => {
  const { scheduler, latency, uploads, log, seen, action, subscriber } = options;
  const timers = new Subscription();
  const delays = { delayMs: 0, answerDelayMs: 0, ...action };
  let exchange: Exchange | undefined;

  const later = (ms: number, work: () => void): void => {
    timers.add(scheduler.schedule(work, ms));
  };

  const fail = (): void => {
    log.settle(seen, 'failed');
    subscriber.error(new TransportError('network', 'The connection failed', 0));
  };

  const upload = (ms: number, work: () => void): void =>
    later(latency.upMs + ms, () => {
      if (uploads) subscriber.next({ type: 'uploaded' });
      work();
    });

  const respond = ({ status = 200, body = '', headers = {}, afterMs = 0 }: MadeUpAnswer): void => {
    seen.answered = { at: scheduler.now(), status, text: body };
    if ('dropAnswer' in action) {
      later(latency.downMs, fail);
      return;
    }
    later(latency.downMs + afterMs, () => {
      log.settle(seen, 'answered');
      subscriber.next({ type: 'response', status, body, header: (name) => headers[name] });
      subscriber.complete();
    });
  };

  const gone = (): void => {
    if (exchange && !seen.answered) scheduler.schedule(() => exchange?.onGone?.(), latency.upMs);
  };

  const arrive = (): void => {
    exchange = {
      request: seen,
      onGone: undefined,
      answer(text, status = 200) {
        if (!seen.answered) respond({ status, body: text, headers: XML_TYPE, afterMs: delays.answerDelayMs });
      },
    };
    options.receive(exchange);
    if (subscriber.closed) gone();
  };

  const start = (): void => {
    if (subscriber.closed) return;
    if ('drop' in action) later(latency.upMs, fail);
    else if ('hang' in action) upload(0, () => undefined);
    else if ('answer' in action) upload(0, () => respond(action.answer));
    else upload(delays.delayMs, arrive);
  };

  const close = (): void => {
    timers.unsubscribe();
    if (seen.state === 'open') log.settle(seen, 'aborted');
    gone();
  };

  return { start, refuse: () => later(0, fail), fail, close };
};
