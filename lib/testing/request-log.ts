import type { HttpRequest } from '../protocol/http.js';
import { element, type XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import { removeFrom } from './lists.js';

/** What became of a request, as its sender saw it. */
export type RequestState = 'open' | 'answered' | 'failed' | 'aborted';

/** One HTTP request that left a client of the test. */
export interface SeenRequest {
  /** When it left, in ms of the scheduler. */
  readonly at: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly withCredentials: boolean;
  readonly text: string;
  /** The text parsed; an empty `<invalid/>` where it is no XML. */
  readonly body: XmlElement;
  readonly rid: number | undefined;
  readonly sid: string | undefined;
  readonly state: RequestState;
  /** What the server answered and when, even if the answer got lost on the way. */
  readonly answered?: { readonly at: number; readonly status: number; readonly text: string };
}

/** The same, for those who write it. */
export type LoggedRequest = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/** Every request seen, in the order they left. */
export interface RequestLog {
  readonly all: readonly SeenRequest[];
  /** Those whose sender still waits, in the order they left. */
  readonly open: readonly SeenRequest[];
  add(request: HttpRequest, at: number): LoggedRequest;
  settle(request: LoggedRequest, state: RequestState): void;
}

const readBody = (text: string): XmlElement => {
  try {
    return parse(text);
  } catch {
    return element('invalid', '');
  }
};

const readRid = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;

/** Its body is parsed when somebody looks; a long test would drown in what nobody looks at again. */
class Seen implements LoggedRequest {
  readonly at: number;
  readonly url: string;
  readonly headers: LoggedRequest['headers'];
  readonly withCredentials: boolean;
  readonly text: string;
  readonly rid: number | undefined;
  readonly sid: string | undefined;
  state: RequestState = 'open';
  answered?: NonNullable<LoggedRequest['answered']>;
  #body: XmlElement | undefined;

  constructor({ url, headers, withCredentials, body }: HttpRequest, at: number) {
    this.at = at;
    this.url = url;
    this.headers = headers;
    this.withCredentials = withCredentials;
    this.text = body;
    const { rid, sid } = this.body.attrs;
    this.rid = readRid(rid);
    this.sid = sid;
  }

  get body(): XmlElement {
    return (this.#body ??= readBody(this.text));
  }

  forget(): void {
    this.#body = undefined;
  }
}

/** Remembers the last `limit` requests at least, and never more than twice as many. */
export const createRequestLog = (limit = Infinity): RequestLog => {
  const all: LoggedRequest[] = [];
  const open: LoggedRequest[] = [];
  return {
    all,
    get open() {
      return [...open];
    },
    add(asked, at) {
      const request = new Seen(asked, at);
      all.push(request);
      if (all.length > 2 * limit) all.splice(0, all.length - limit);
      open.push(request);
      return request;
    },
    settle(request, state) {
      request.state = state;
      removeFrom(open, request);
      if (request instanceof Seen) request.forget();
    },
  };
};
