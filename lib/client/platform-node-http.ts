import type { ClientRequest, IncomingMessage, request as makeRequest, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { asapScheduler, asyncScheduler, Observable, type Subscriber } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import type { HttpEvent, HttpResponse } from '../protocol/http.js';
import { type HttpPort, tooLarge, unreachable } from './platform-http.js';

/** Node's own modules. They are handed in: an import of theirs would be in the way of every bundle for browsers. */
export interface NodeModules {
  readonly http: { readonly request: typeof makeRequest };
  readonly https: { readonly request: typeof makeRequest };
}

const BYTE_ORDER_MARK = '\uFEFF';

const responseOf = ({ statusCode = 0, headers }: IncomingMessage, text: string): HttpResponse => ({
  type: 'response',
  status: statusCode,
  body: text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text,
  header: (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  },
});

/** Tells the answer, of which no more is kept than may be. */
const hear = (incoming: IncomingMessage, maxAnswer: number, subscriber: Subscriber<HttpEvent>): void => {
  let text = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > maxAnswer) subscriber.error(tooLarge(maxAnswer));
  });
  incoming.on('error', (cause) => subscriber.error(unreachable(cause)));
  const tell = (): void => {
    subscriber.next(responseOf(incoming, text));
    subscriber.complete();
  };
  // Node frees the connection in its next tick, before this: what follows at once takes it, and no new one is opened.
  incoming.on('end', () => subscriber.add(asapScheduler.schedule(tell)));
};

/** Runs `leave` once the socket is one on which what is written is on its way: a handshake would only store it. */
const whenSecure = (socket: Socket & { readonly secureConnecting?: boolean }, leave: () => void): void => {
  if (socket.secureConnecting) socket.once('secureConnect', leave);
  else leave();
};

/** Until the server has surely read it: what comes at the same moment over two connections it may read in either order. */
const READING_MS = 5;

/** Tells once that a request has been uploaded: some time after it was handed to the system, or when there is an answer. */
const tellUpload = (request: ClientRequest, subscriber: Subscriber<HttpEvent>): void => {
  let told = false;
  const tell = (): void => {
    if (!told) subscriber.next({ type: 'uploaded' });
    told = true;
  };
  request.on('finish', () => subscriber.add(asyncScheduler.schedule(tell, READING_MS)));
  request.on('response', tell);
};

/** An error where the URL or a header is none. */
const begin = (
  modules: NodeModules['http'],
  url: string,
  options: RequestOptions,
): ClientRequest | TransportError => {
  try {
    return modules.request(url, options);
  } catch (cause) {
    return unreachable(cause);
  }
};

/**
 * The port on Node's own client. Connections are kept (`http.globalAgent`, `https.globalAgent`), and an idle one keeps no process
 * alive. No redirect is followed, no cookie kept, no compression asked for.
 */
export const nodeHttpPort =
  ({ http, https }: NodeModules): HttpPort =>
  ({ url, body, headers, uploadEvents = true, maxAnswer = Infinity }) =>
    new Observable((subscriber) => {
      const bytes = new TextEncoder().encode(body);
      const secure = url.startsWith('https:');
      const options = { method: 'POST', headers: { ...headers, 'content-length': bytes.length } };
      const request = begin(secure ? https : http, url, options);
      if (request instanceof TransportError) {
        subscriber.error(request);
        return;
      }
      let answered = false;
      if (uploadEvents) tellUpload(request, subscriber);
      request.on('error', (cause) => subscriber.error(unreachable(cause)));
      request.on('response', (incoming) => {
        answered = true;
        hear(incoming, maxAnswer, subscriber);
      });
      // Nothing else tells of an answer that asks for another protocol.
      request.on('close', () => !answered && subscriber.error(unreachable()));
      if (secure) request.on('socket', (socket) => whenSecure(socket, () => request.end(bytes)));
      else request.end(bytes);
      return () => void request.destroy();
    });

/** Those of the runtime, without an import; undefined in browsers, in workers and in what is like Node but is not. */
export const nodeModules = ({ process, navigator }: Partial<typeof globalThis>): NodeModules | undefined => {
  // Node has a navigator since version 21. Bun, Deno and others say their own name there.
  const { userAgent = 'Node.js' } = (navigator as Partial<Navigator> | undefined) ?? {};
  const load = (process as Partial<NodeJS.Process> | undefined)?.getBuiltinModule;
  if (!load || !userAgent.startsWith('Node.js')) return undefined;
  return { http: load('node:http'), https: load('node:https') };
};
