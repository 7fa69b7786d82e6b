import { Observable, type SchedulerLike } from 'rxjs';
import type { HttpEvent, HttpRequest } from '../protocol/http.js';
import { createConnection, type Connection, type Exchange } from './connection.js';
import { createFaults, type Faults } from './faults.js';
import { removeFrom } from './lists.js';
import { createRequestLog, type RequestLog } from './request-log.js';

export type { Exchange } from './connection.js';

/** The HTTP port of a client: subscribing sends one POST, unsubscribing aborts it. */
export type HttpPort = (request: HttpRequest) => Observable<HttpEvent>;

/** Time on the way, in ms. */
export interface Latency {
  readonly upMs: number;
  readonly downMs: number;
}

/** A number counts for each way. */
export const readLatency = (ms: number | Latency): Latency =>
  typeof ms === 'number' ? { upMs: ms, downMs: ms } : ms;

export interface WireOptions {
  readonly scheduler: SchedulerLike;
  readonly latency: Latency;
  /** Whether the platform can tell when a body has left. */
  readonly uploads: boolean;
  /** How many requests are remembered at least. */
  readonly remember: number;
  /** The server's end. */
  readonly receive: (exchange: Exchange) => void;
}

/** The network between the clients of a test and its server. */
export interface Wire extends Omit<Faults, 'judge'> {
  readonly http: HttpPort;
  readonly log: RequestLog;
  /** While true, connections are refused; those that are open die at once. */
  readonly offline: (value: boolean) => void;
  /** From now on every request takes that much time on the way, in ms; a number counts for each way. */
  readonly latency: (ms: number | Latency) => void;
  /** From now on requests wait on the way; the returned function lets them go on, in order. */
  readonly hold: () => () => void;
}

/** A network on which every request takes its time, also where that is none: nothing is answered synchronously. */
export const createWire = (options: WireOptions): Wire => {
  const { scheduler, uploads, receive } = options;
  const log = createRequestLog(options.remember);
  const { judge, ...faults } = createFaults();
  const connections: Connection[] = [];
  const stalls = new Set<object>();
  let stalled: (() => void)[] = [];
  let isOffline = false;
  let { latency } = options;

  const start = (connection: Connection): void => {
    if (isOffline) connection.refuse();
    else if (stalls.size > 0) stalled.push(connection.start);
    else connection.start();
  };

  const http: HttpPort = (request) =>
    new Observable((subscriber) => {
      const seen = log.add(request, scheduler.now());
      const action = isOffline ? {} : judge(seen);
      const connection = createConnection({
        scheduler,
        uploads,
        receive,
        latency,
        log,
        seen,
        action,
        subscriber,
      });
      connections.push(connection);
      subscriber.add(() => {
        removeFrom(connections, connection);
        connection.close();
      });
      start(connection);
    });

  const release = (): void => {
    const waiting = stalled;
    stalled = [];
    for (const go of waiting) go();
  };

  return {
    http,
    log,
    ...faults,
    latency(ms) {
      latency = readLatency(ms);
    },
    offline(value) {
      isOffline = value;
      if (value) for (const connection of [...connections]) connection.fail();
    },
    hold() {
      const stall = {};
      stalls.add(stall);
      return () => {
        if (stalls.delete(stall) && stalls.size === 0) release();
      };
    },
  };
};
