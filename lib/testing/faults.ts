import type { SeenRequest } from './request-log.js';

/** An HTTP answer made up by the test. `status` is 200 and `body` empty unless given. */
export interface MadeUpAnswer {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long it takes, in ms on top of the latency. */
  readonly afterMs?: number;
}

/**
 * What happens to one request.
 *
 * - `answer`: this comes back; the server never sees the request.
 * - `drop`: it never reaches the server; connection error.
 * - `dropAnswer`: the server processes it; its answer gets lost on the way; connection error.
 * - `hang`: it leaves, reaches nobody, and is never answered.
 * - `delayMs`: it takes that much longer to upload and to arrive; `answerDelayMs`: so does its answer.
 */
export type FaultAction =
  | { readonly answer: MadeUpAnswer }
  | { readonly drop: true }
  | { readonly dropAnswer: true; readonly delayMs?: number }
  | { readonly hang: true }
  | { readonly delayMs?: number; readonly answerDelayMs?: number };

/** Looks at a request as it leaves; undefined lets it pass. */
export type Interceptor = (request: SeenRequest) => FaultAction | undefined;

/** What the test does to the network. */
export interface Faults {
  /** Asks `interceptor` about every request from now on; the first that gives an action decides. Returns what removes it. */
  readonly intercept: (interceptor: Interceptor) => () => void;
  /** Answers the next `times` (1) requests with this; the server never sees them. */
  readonly answerNext: (answer: MadeUpAnswer, times?: number) => void;
  /** Answers the next `times` (1) requests with this HTTP status and a page of HTML; the server never sees them. */
  readonly failNext: (status: number, times?: number) => void;
  /** Breaks the connections of the next `times` (1) requests before they reach the server. */
  readonly dropNext: (times?: number) => void;
  readonly judge: (request: SeenRequest) => FaultAction;
}

/** What a proxy says for a server that it can not reach, or an error page of any kind. */
export const errorPage = (status: number): MadeUpAnswer & { readonly body: string } => ({
  status,
  body: `<html><h1>${status}</h1></html>`,
  headers: { 'content-type': 'text/html' },
});

export const createFaults = (): Faults => {
  const interceptors = new Set<Interceptor>();
  const intercept = (interceptor: Interceptor): (() => void) => {
    const own: Interceptor = (request) => interceptor(request);
    interceptors.add(own);
    return () => void interceptors.delete(own);
  };
  const next = (action: FaultAction, times = 1): void => {
    let left = times;
    const remove = intercept(() => {
      left -= 1;
      if (left <= 0) remove();
      return action;
    });
  };
  return {
    intercept,
    answerNext: (answer, times) => next({ answer }, times),
    failNext: (status, times) => next({ answer: errorPage(status) }, times),
    dropNext: (times) => next({ drop: true }, times),
    judge(request) {
      for (const interceptor of interceptors) {
        const action = interceptor(request);
        if (action) return action;
      }
      return {};
    },
  };
};
