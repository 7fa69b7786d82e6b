import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { createOrder } from './order.js';
import type { Fault, FaultKind, FaultPlan } from './plan.js';

/** A gateway between clients and a server that does what the network does on bad days. */
export interface FaultProxy {
  /** The server's URL seen through it. */
  readonly service: string;
  /** How often each fault has happened. */
  readonly counts: () => Readonly<Partial<Record<FaultKind, number>>>;
  /** How many requests came before a lower one. */
  readonly overtaken: () => number;
  /** From now on nothing happens. */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** To be called when it is with the server. */
  readonly onPassed: () => void;
}

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const ON_THE_LINE_MS = 3;

/** Passes a request on. `drop` closes the connection to the server, which may notice. */
const pass = (service: URL, { incoming, body, onPassed }: Exchange) => {
  const { 'content-type': type = 'text/xml' } = incoming.headers;
  const upstream = request(service, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': type, 'content-length': body.length },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    upstream.once('error', reject);
    upstream.once('response', (message: IncomingMessage) => {
      const { statusCode: status = 0, headers } = message;
      read(message).then(
        (text) => resolve({ status, type: headers['content-type'] ?? 'text/xml', body: text }),
        reject,
      );
    });
  });
  answer.catch(() => undefined);
  // Once it is on the line the server reads it before whatever is sent later.
  upstream.once('finish', () => setTimeout(onPassed, ON_THE_LINE_MS));
  upstream.end(body);
  return { answer, drop: (): void => void upstream.destroy() };
};

const cut = ({ socket }: ServerResponse): void => void socket?.destroy();
const reset = ({ socket }: ServerResponse): void => void socket?.resetAndDestroy();

const give = (response: ServerResponse, { status, type, body }: Answer, length = body.length): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': length });
  response.end(body);
};

const truncate = async (
  response: ServerResponse,
  { body, ...answer }: Answer,
  { part, breaks }: Extract<Fault, { kind: 'truncate' }>,
): Promise<void> => {
  const rest = body.subarray(0, Math.floor(part * body.length));
  if (!breaks) {
    give(response, { ...answer, body: rest });
    return;
  }
  response.writeHead(answer.status, { 'content-type': answer.type, 'content-length': body.length });
  response.write(rest);
  await delay(5);
  cut(response);
};

const PAGE = Buffer.from('<html><body><h1>Bad Gateway</h1><hr></body></html>');

const gateway = async (
  exchange: Exchange,
  service: URL,
  { status, passes }: Extract<Fault, { kind: 'gateway' }>,
): Promise<void> => {
  if (passes) pass(service, exchange);
  await delay(5);
  give(exchange.response, { status, type: 'text/html', body: PAGE });
};

/** What happens to a request that has been passed on. */
const suffer = async (
  exchange: Exchange,
  service: URL,
  first: ReturnType<typeof pass>,
  fault: Fault | undefined,
): Promise<void> => {
  const { response } = exchange;
  switch (fault?.kind) {
    case 'cut-held':
    case 'reset-held':
      await Promise.race([delay(fault.afterMs), first.answer]);
      (fault.kind === 'cut-held' ? cut : reset)(response);
      break;
    case 'lose-answer':
      await first.answer;
      cut(response);
      break;
    case 'truncate':
      await truncate(response, await first.answer, fault);
      break;
    case 'duplicate':
      await Promise.race([delay(fault.afterMs), first.answer]);
      first.drop();
      give(response, await pass(service, exchange).answer);
      break;
    case 'delay':
      await first.answer;
      await delay(fault.ms);
      give(response, await first.answer);
      break;
    case 'close':
      give(response, await first.answer);
      await once(response, 'finish');
      cut(response);
      break;
    default:
      give(response, await first.answer);
  }
};

/** One request, with what happens to it. */
const handle = async (exchange: Exchange, service: URL, fault: Fault | undefined): Promise<void> => {
  const { response } = exchange;
  if (fault?.kind === 'cut-request') cut(response);
  else if (fault?.kind === 'reset-request') reset(response);
  else if (fault?.kind === 'gateway') await gateway(exchange, service, fault);
  else {
    const first = pass(service, exchange);
    response.once('close', () => {
      // The client has given up: so does a gateway, and the server may notice.
      if (!response.writableFinished && !(fault && 'tellServer' in fault && !fault.tellServer)) first.drop();
    });
    await suffer(exchange, service, first, fault);
  }
};

/** Starts one in front of `service`. */
export const startFaultProxy = async (service: string, plan: FaultPlan): Promise<FaultProxy> => {
  const target = new URL(service);
  const counts: Partial<Record<FaultKind, number>> = {};
  const order = createOrder();
  let calm = false;

  const choose = (rid: number): Fault | undefined => {
    const fault = calm ? undefined : plan.next(rid);
    if (fault) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
    return fault;
  };

  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(incoming);
    const text = body.toString();
    const sid = /\bsid=["']([^"']+)/.exec(text)?.[1] ?? '';
    const rid = Number(/\brid=["'](\d+)/.exec(text)?.[1] ?? 0);
    const turn = sid === '' ? 'next' : await order.turn(sid, rid);
    // Lost behind one that has passed, it would leave a gap that no server closes.
    const fault = turn === 'next' ? choose(rid) : undefined;
    if (turn === 'lost') cut(response);
    else await handle({ incoming, response, body, onPassed: () => order.passed(sid, rid) }, target, fault);
  };

  const server = createServer((incoming, response) => {
    take(incoming, response).catch(() => cut(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    service: `http://127.0.0.1:${port}${target.pathname}`,
    counts: () => counts,
    overtaken: order.overtaken,
    calm: () => {
      calm = true;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
