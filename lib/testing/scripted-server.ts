import { Observable, type SchedulerLike } from 'rxjs';
import type { TransportErrorKind } from '../protocol/errors.js';
import { createExpectations, type Expectations } from './expectations.js';
import { createRequestLog } from './request-log.js';
import { type ScriptedAnswer, type ScriptedRequest, scriptRequest } from './scripted-request.js';
import type { HttpPort } from './wire.js';

/** Which open request: by rid, or the first or last of those that left. A rid with several open copies means the oldest. */
export type Which = number | 'oldest' | 'newest';

/** The clock of the server, and how it hears of uploads. */
export interface ScriptedServerOptions {
  readonly scheduler: SchedulerLike;
  /** When a body has left: in the frame it started ('auto'), when `upload` says so ('manual'), or nobody can tell ('never'). */
  readonly uploads?: 'auto' | 'manual' | 'never';
  /** How long an answer is on its way, in ms (0: it arrives synchronously). */
  readonly latencyMs?: number;
}

/** A server that says only what a test tells it to: it holds every request until that is answered by hand. */
export interface ScriptedServer extends Expectations<ScriptedRequest> {
  /** For the `platform.http` of a client. */
  readonly http: HttpPort;
  readonly scheduler: SchedulerLike;
  /** Every request seen, in order. */
  readonly requests: readonly ScriptedRequest[];
  /** Those that wait for an answer. */
  readonly open: readonly ScriptedRequest[];
  /** {@link ScriptedRequest.answer} */
  answer(which: Which, answer: string | ScriptedAnswer): void;
  /** {@link ScriptedRequest.fail} */
  fail(which: Which, how?: number | TransportErrorKind): void;
  /** Breaks the connection: `fail(which, 'network')`. */
  drop(which: Which): void;
  /** {@link ScriptedRequest.upload} */
  upload(which: Which): void;
  /** From now on an answer takes that long, in ms. */
  latency(ms: number): void;
}

/** Makes a {@link ScriptedServer}. */
export const scriptedServer = (options: ScriptedServerOptions): ScriptedServer => {
  const { scheduler, uploads = 'auto' } = options;
  const log = createRequestLog();
  const requests: ScriptedRequest[] = [];
  let { latencyMs = 0 } = options;

  const http: HttpPort = (request) =>
    new Observable((subscriber) => {
      const seen = log.add(request, scheduler.now());
      const tells = uploads !== 'never';
      const scripted = scriptRequest({
        ...{ scheduler, log, seen, subscriber, tells, latencyMs: () => latencyMs },
      });
      requests.push(scripted);
      subscriber.add(() => {
        if (seen.state === 'open') log.settle(seen, 'aborted');
      });
      if (uploads === 'auto') subscriber.add(scheduler.schedule(() => scripted.upload()));
    });

  const pick = (which: Which): ScriptedRequest => {
    const open = requests.filter(({ state, answered }) => state === 'open' && !answered);
    const byRid = open.find(({ rid }) => rid === which);
    const found = which === 'oldest' ? open[0] : which === 'newest' ? open.at(-1) : byRid;
    const list = open.map(({ text }) => `\n  ${text}`).join('') || ' none';
    if (!found) throw new Error(`There is no open request ${which}; open:${list}`);
    return found;
  };

  const open = (): readonly ScriptedRequest[] => requests.filter(({ state }) => state === 'open');
  const { expectBody, expectNone, verify } = createExpectations(() => ({ all: requests, open: open() }));
  return {
    ...{ http, scheduler, requests, expectBody, expectNone, verify },
    get open() {
      return open();
    },
    answer: (which, answer) => pick(which).answer(answer),
    fail: (which, how) => pick(which).fail(how),
    drop: (which) => pick(which).fail('network'),
    upload: (which) => pick(which).upload(),
    latency(ms) {
      latencyMs = ms;
    },
  };
};
