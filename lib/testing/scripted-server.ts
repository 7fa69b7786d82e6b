import { Observable, type SchedulerLike, type Subscriber } from 'rxjs';
import { TransportError, type TransportErrorKind } from '../protocol/errors.js';
import type { HttpEvent } from '../protocol/http.js';
import type { XmlElement } from '../xml/element.js';
import { createRequestLog, type LoggedRequest, type SeenRequest } from './request-log.js';
import type { HttpPort } from './wire.js';

/** Which open request: by rid, or the first or last of those that left. A rid with several open copies means the oldest. */
export type Which = number | 'oldest' | 'newest';

/** An HTTP answer to the last word. */
export interface ScriptedAnswer {
  /** 200 */
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The clock of the server, and how it hears of uploads. */
export interface ScriptedServerOptions {
  readonly scheduler: SchedulerLike;
  /** When a body has left: in the frame it started ('auto'), when `upload` says so ('manual'), or nobody can tell ('never'). */
  readonly uploads?: 'auto' | 'manual' | 'never';
}

/** A server that says only what a spec tells it to: requests stay open until they are answered by hand. */
export interface ScriptedServer {
  /** For the `platform.http` of a client. */
  readonly http: HttpPort;
  /** Every request seen, in order. */
  readonly requests: readonly SeenRequest[];
  /** Those that wait for an answer. */
  readonly open: readonly SeenRequest[];
  /** The oldest request that was not expected before and fits; throws where there is none. */
  expectBody(fits?: (body: XmlElement, request: SeenRequest) => boolean): SeenRequest;
  /** Answers, synchronously, with a text and status 200, or with all of {@link ScriptedAnswer}. */
  answer(which: Which, answer: string | ScriptedAnswer): void;
  /** Breaks the connection, synchronously ('network'). */
  fail(which: Which, kind?: TransportErrorKind): void;
  /** Says that the body has left (`uploads: 'manual'`). */
  upload(which: Which): void;
  /** Throws where requests are still open, or were never expected once `expectBody` was in use. */
  verify(): void;
}

interface Pending {
  readonly seen: LoggedRequest;
  readonly subscriber: Subscriber<HttpEvent>;
  isUploaded: boolean;
}

const XML_TYPE = { 'content-type': 'text/xml; charset=utf-8' };

/** Makes a {@link ScriptedServer}. */
export const scriptedServer = ({ scheduler, uploads = 'auto' }: ScriptedServerOptions): ScriptedServer => {
  const log = createRequestLog();
  const pending: Pending[] = [];
  const expected = new Set<SeenRequest>();

  const remove = (entry: Pending): void => {
    const index = pending.indexOf(entry);
    if (index >= 0) pending.splice(index, 1);
  };

  const upload = (entry: Pending): void => {
    if (entry.isUploaded || uploads === 'never') return;
    entry.isUploaded = true;
    entry.subscriber.next({ type: 'uploaded' });
  };

  const http: HttpPort = (request) =>
    new Observable((subscriber) => {
      const seen = log.add(request, scheduler.now());
      const entry: Pending = { seen, subscriber, isUploaded: false };
      pending.push(entry);
      subscriber.add(() => {
        remove(entry);
        if (seen.state === 'open') log.settle(seen, 'aborted');
      });
      if (uploads === 'auto') subscriber.add(scheduler.schedule(() => upload(entry)));
    });

  const listOpen = (): string => pending.map(({ seen }) => `\n  ${seen.text}`).join('') || ' none';

  const pick = (which: Which): Pending => {
    const byRid = pending.find(({ seen }) => seen.rid === which);
    const entry = which === 'oldest' ? pending[0] : which === 'newest' ? pending.at(-1) : byRid;
    if (!entry) throw new Error(`There is no open request ${which}; open:${listOpen()}`);
    return entry;
  };

  return {
    http,
    requests: log.all,
    get open() {
      return log.open;
    },
    expectBody(fits = () => true) {
      const found = log.all.find((request) => !expected.has(request) && fits(request.body, request));
      if (!found) throw new Error(`No request fits; open:${listOpen()}`);
      expected.add(found);
      return found;
    },
    answer(which, answer) {
      const entry = pick(which);
      const {
        status = 200,
        body,
        headers = XML_TYPE,
      } = typeof answer === 'string' ? { body: answer } : answer;
      const values: Readonly<Record<string, string>> = headers;
      upload(entry);
      entry.seen.answered = { at: scheduler.now(), status, text: body };
      log.settle(entry.seen, 'answered');
      entry.subscriber.next({ type: 'response', status, body, header: (name) => values[name] });
      entry.subscriber.complete();
    },
    fail(which, kind = 'network') {
      const { seen, subscriber } = pick(which);
      log.settle(seen, 'failed');
      subscriber.error(new TransportError(kind, 'The connection failed', 0));
    },
    upload: (which) => upload(pick(which)),
    verify() {
      if (pending.length > 0) throw new Error(`Requests are still open:${listOpen()}`);
      const missed = log.all.filter((request) => expected.size > 0 && !expected.has(request));
      if (missed.length > 0)
        throw new Error(`Nobody expected:${missed.map(({ text }) => `\n  ${text}`).join('')}`);
    },
  };
};
