import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketEvent } from '../protocol/web-socket.js';
import type { Domain } from './domain.js';

/** What is used of a WebSocket of the package `ws`, on the side of a server. */
export interface ServerSocket {
  send(text: string): void;
  close(code: number, reason?: string): void;
  terminate(): void;
  on(event: 'message', hear: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'close' | 'error', hear: () => void): void;
}

/** The same of its server. */
export interface SocketServer {
  readonly clients: Iterable<ServerSocket>;
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    done: (socket: ServerSocket) => void,
  ): void;
}

/** The package `ws` is an optional peer: without it there is no WebSocket endpoint. */
export const createSocketServer = async (maxPayload: number): Promise<SocketServer | undefined> => {
  try {
    const { WebSocketServer } = (await import('ws')) as unknown as {
      readonly WebSocketServer: new (options: object) => SocketServer;
    };
    return new WebSocketServer({ noServer: true, maxPayload, handleProtocols: () => 'xmpp' });
  } catch {
    return undefined;
  }
};

/** Takes the upgrade of a connection to a WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A connection that broke: nobody may say so in a frame (RFC 6455 §7.4.1). */
const BROKEN = 1006;

/** Text was expected (RFC 6455 §7.4.1). */
const UNSUPPORTED = 1003;

/** Brings frames to the domain and back; an end on one side is one on the other. */
const bridge = (domain: Domain, socket: ServerSocket, url: string): void => {
  const early: string[] = [];
  let send = (text: string): void => void early.push(text);

  const take = (event: WebSocketEvent): void => {
    if (event.type === 'message') socket.send(event.text ?? '');
    else if (event.type === 'open') {
      send = event.send;
      early.splice(0).forEach(send);
    } else if (event.code === BROKEN) socket.terminate();
    else socket.close(event.code, event.reason);
  };

  const line = domain
    .webSocket({ url, protocols: ['xmpp'] })
    .subscribe({ next: take, error: () => socket.terminate() });
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(UNSUPPORTED);
    else send(data.toString('utf8'));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => line.unsubscribe());
};

/** The WebSocket endpoint of a domain on a real port (RFC 7395): the subprotocol `xmpp`, and no other. */
export const acceptSockets = (domain: Domain, server: SocketServer, path: string): Upgrade => {
  const refuse = (socket: Duplex, status: string): void => {
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  };
  return (request, socket, head) => {
    const { url = '', headers } = request;
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (url.split('?', 1)[0] !== path) refuse(socket, '404 Not Found');
    else if (!protocols.includes('xmpp')) refuse(socket, '400 Bad Request');
    else {
      server.handleUpgrade(request, socket, head, (accepted) => {
        bridge(domain, accepted, `ws://${headers.host ?? ''}${url}`);
      });
    }
  };
};
