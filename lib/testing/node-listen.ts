import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Domain } from './domain.js';
import { answerBosh } from './node-bosh.js';
import { acceptSockets, createSocketServer } from './node-sockets.js';

/** Where a domain listens; every field may be left out. */
export interface ListenOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** '127.0.0.1': this machine only. */
  readonly host?: string;
  /** The path of the BOSH endpoint ('/http-bind'). */
  readonly boshPath?: string;
  /** The path of the WebSocket endpoint ('/ws'). */
  readonly webSocketPath?: string;
  /** Largest request or frame that is taken in, in bytes (1 MiB); a larger one is answered with HTTP 413, or ends the socket. */
  readonly maxBodySize?: number;
  /** Answers what is for no endpoint, such as the pages of a demonstration (HTTP 404). */
  readonly otherwise?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A domain that can be reached over the network. */
export interface ListeningDomain {
  readonly domain: Domain;
  readonly port: number;
  /** The address of its BOSH endpoint: `http://127.0.0.1:5280/http-bind`. */
  readonly boshUrl: string;
  /** The address of its WebSocket endpoint: `ws://127.0.0.1:5280/ws`. Undefined where the package `ws` is not installed. */
  readonly webSocketUrl: string | undefined;
  /** Ends everything: sessions, connections, the server. Resolves when nothing is left; the process can then end. */
  readonly close: () => Promise<void>;
}

/** Longer than any pause between two requests of a client: a connection that closes under one breaks it. */
const KEEP_ALIVE_MS = 75_000;

const MAX_BODY_SIZE = 1_048_576;

const notFound = (_: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
};

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

const listening = async (server: Server, port: number, host: string): Promise<AddressInfo> => {
  server.listen(port, host);
  await once(server, 'listening');
  return server.address() as AddressInfo;
};

/**
 * Lets a domain listen on a port of this machine, for programs that need a real server: browsers, end-to-end suites, work
 * without a network. BOSH, with CORS for any origin, and WebSocket where the package `ws` is installed.
 *
 * What a test does to the network of the domain (`latency`, `failNext`, `hold`, `offline`, `intercept`, `cut`) it does to these
 * connections too.
 *
 * @throws {Error} of Node (rejects): `EADDRINUSE` where the port is taken.
 */
export const listen = async (domain: Domain, options: ListenOptions = {}): Promise<ListeningDomain> => {
  const { port: wanted = 0, host = '127.0.0.1', boshPath = '/http-bind', otherwise = notFound } = options;
  const { maxBodySize = MAX_BODY_SIZE, webSocketPath = '/ws' } = options;
  const sockets = await createSocketServer(maxBodySize);
  const server = createServer((request, response) => {
    if (pathOf(request) === boshPath) answerBosh(domain, request, response, maxBodySize);
    else otherwise(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  if (sockets) server.on('upgrade', acceptSockets(domain, sockets, webSocketPath));
  const { port } = await listening(server, wanted, host);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    domain,
    port,
    boshUrl: `http://${authority}${boshPath}`,
    webSocketUrl: sockets && `ws://${authority}${webSocketPath}`,
    close: async () => {
      domain.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of sockets?.clients ?? []) socket.terminate();
      await closed;
    },
  };
};
