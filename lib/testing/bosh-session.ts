import * as NS from '../protocol/ns.js';
import { withNamespace, type XmlElement } from '../xml/element.js';
import { createBoshAnswers } from './bosh-answers.js';
import { body as writeBody, terminateBody } from './body.js';
import type { SessionParameters } from './bosh-parameters.js';
import type { Exchange } from './connection.js';
import { createActivityGuard } from './overactivity.js';
import { createStream, type StreamHost } from './stream.js';

/** A BOSH session of the domain, as a test sees it. */
export interface DomainSession {
  readonly sid: string;
  /** The full JID, once bound. */
  readonly jid: string | undefined;
  /** The rid expected next. */
  readonly rid: number;
  /** The rids of the requests held, ascending. */
  readonly held: readonly number[];
  /** What waits for a request to travel on. */
  readonly waiting: readonly XmlElement[];
}

/** The same, for the endpoint that owns it. */
export interface BoshSession extends DomainSession {
  /** Takes the request that asked for the session. */
  open(exchange: Exchange): void;
  /** Takes any later one. */
  receive(exchange: Exchange, rid: number): void;
  send(element: XmlElement): void;
  terminate(condition: string | undefined, payload: readonly XmlElement[]): void;
  /** Forgets everything without a word. */
  kill(): void;
}

export interface BoshSessionOptions extends StreamHost {
  readonly sid: string;
  /** Of the request that asked for the session. */
  readonly rid: number;
  readonly parameters: SessionParameters;
  /** The session is over; `lastWords` are for a request still to come. */
  readonly onEnd: (lastWords?: string) => void;
}

/** The server's side of one BOSH session: takes requests in rid order, each once (XEP-0124 §8–§17). */
export const createBoshSession = (options: BoshSessionOptions): BoshSession => {
  const { sid, parameters, settings } = options;
  const { manner } = settings;
  const queued = new Map<number, Exchange>();
  const guard = createActivityGuard(parameters, settings.scheduler);
  const answers = createBoshAnswers({
    ...{ parameters, settings, processed: () => next - 1 },
    onExpire: () => end('item-not-found', [], false),
  });
  let next = options.rid;
  let isEnded = false;

  const end = (condition: string | undefined, payload: readonly XmlElement[], speaks = true): void => {
    if (isEnded) return;
    isEnded = true;
    const isTold = answers.end(condition, payload, [...queued.values()]);
    stream.close([...answers.waiting]);
    options.onEnd(speaks && !isTold ? terminateBody(condition, ...payload) : undefined);
  };

  const settle = (): void => {
    if (!isEnded) answers.settle();
  };

  const send = (element: XmlElement): void => {
    answers.push(element);
    settle();
  };

  const stream = createStream(options, { send, end: (error) => end('remote-stream-error', [error]) });

  /** Does what a body says, in order. */
  const perform = (body: XmlElement): void => {
    if (body.getAttributeNS(NS.BOSH, 'restart') === 'true') {
      stream.open();
      return;
    }
    for (const child of body.children)
      if (!isEnded) stream.receive(withNamespace(child, NS.HTTPBIND, NS.CLIENT));
  };

  const process = (exchange: Exchange, rid: number): void => {
    const { body } = exchange.request;
    const { type, ack, pause } = body.attrs;
    next = rid + 1;
    const slot = answers.take(exchange, rid);
    if (parameters.clientAcks) answers.acknowledge(ack === undefined ? rid - 1 : Number(ack));
    if (guard.isOveractive(body, answers) && manner.overactivity) {
      end('policy-violation', []);
      return;
    }
    answers.during(() => perform(body));
    if (type === 'terminate') {
      end(undefined, []);
      return;
    }
    if (isEnded || pause === undefined || parameters.maxpause === 0) {
      settle();
      return;
    }
    const seconds = Number(pause);
    if (seconds > 0 && seconds <= parameters.maxpause) answers.pause(slot, seconds);
    else end('policy-violation', []);
  };

  const refuse = (exchange: Exchange, isFatal: boolean): void => {
    exchange.answer(terminateBody('item-not-found'));
    if (isFatal) end('item-not-found', []);
  };

  /** Keeps a request until the lower ones have come; one above the window is allowed to pause or to terminate. */
  const queue = (exchange: Exchange, rid: number): void => {
    const { type, pause } = exchange.request.body.attrs;
    const extra = type === 'terminate' || pause !== undefined ? 1 : 0;
    if (rid >= next + parameters.requests + extra) {
      refuse(exchange, manner.beyondWindow === 'terminate');
      return;
    }
    const first = queued.get(rid);
    queued.set(rid, exchange);
    if (!first) return;
    const isFatal = manner.earlyTwice === 'terminate';
    first.answer(isFatal ? terminateBody('internal-server-error') : writeBody({ type: 'error' }));
    if (isFatal) end('internal-server-error', []);
  };

  const repeat = (exchange: Exchange, rid: number): void => {
    if (answers.repeat(exchange, rid) || manner.lowRid === 'hang') return;
    refuse(exchange, manner.lowRid === 'terminate');
  };

  const lose = (exchange: Exchange): void => {
    if (isEnded || manner.lostConnection === 'unnoticed') return;
    for (const [rid, waiting] of queued) if (waiting === exchange) queued.delete(rid);
    answers.lose(exchange);
  };

  return {
    sid,
    send,
    terminate: (condition, payload) => end(condition, payload),
    get jid() {
      return stream.jid;
    },
    get rid() {
      return next;
    },
    get held() {
      return answers.slots.map(({ rid }) => rid);
    },
    get waiting() {
      return [...answers.waiting];
    },
    open(exchange) {
      const slot = answers.take(exchange, next);
      next += 1;
      answers.during(() => {
        if (manner.earlyFeatures) stream.open();
        answers.answer(slot, parameters.announced);
        if (!manner.earlyFeatures) stream.open();
      });
      settle();
    },
    receive(exchange, rid) {
      exchange.onGone = () => lose(exchange);
      if (rid > next) queue(exchange, rid);
      else if (rid < next) repeat(exchange, rid);
      else process(exchange, rid);
      for (let waiting = queued.get(next); waiting && !isEnded; waiting = queued.get(next)) {
        queued.delete(next);
        process(waiting, next);
      }
    },
    kill() {
      isEnded = true;
      answers.stop();
      stream.close([]);
      options.onEnd();
    },
  };
};
