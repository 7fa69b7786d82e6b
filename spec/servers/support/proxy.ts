import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What has passed so far. */
export interface ProxyCounts {
  readonly connections: number;
  /** POST requests. */
  readonly requests: number;
  /** OPTIONS requests: what the browser asks before a cross-origin POST. */
  readonly preflights: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A stretch of network between a client and a server on this machine. */
export interface Proxy {
  readonly port: number;
  /** The server's URL seen through the proxy. */
  readonly through: (url: string) => string;
  readonly counts: () => ProxyCounts;
  readonly resetCounts: () => void;
  /** Time that bytes take each way from now on, in milliseconds. */
  readonly setDelay: (oneWayMs: number) => void;
  /** Breaks every connection there is now, on both sides. */
  readonly cut: () => void;
  /** Breaks the client's side of every connection there is now; the server is not told, as when a network is lost. */
  readonly lose: () => void;
  /** Whether anybody gets through. When it turns false, every connection breaks too. */
  readonly setReachable: (reachable: boolean) => void;
  readonly close: () => Promise<void>;
}

const NOTHING: ProxyCounts = { connections: 0, requests: 0, preflights: 0, bytesUp: 0, bytesDown: 0 };

/** A request line at the start of what one write brought; bodies of BOSH have none. */
const count = (text: string, method: string): number =>
  text.match(new RegExp(`^${method} \\S+ HTTP/1\\.1\\r$`, 'gm'))?.length ?? 0;

/** Passes bytes on in order, each chunk `delayMs()` after it came, then the end. */
const relay = (
  from: Socket,
  to: Socket,
  { delayMs, isLost, seen }: { delayMs: () => number; isLost: () => boolean; seen: (chunk: Buffer) => void },
): void => {
  let lastDue = 0;
  const later = (act: () => void): void => {
    const now = performance.now();
    lastDue = Math.max(lastDue, now + delayMs());
    if (lastDue <= now) act();
    else setTimeout(act, lastDue - now);
  };
  from.on('data', (chunk: Buffer) => {
    seen(chunk);
    later(() => to.write(chunk));
  });
  const breaks = (): void => {
    if (!isLost()) to.destroy();
  };
  from.on('end', () => later(() => to.end()));
  from.on('error', breaks);
  from.on('close', () => later(breaks));
};

/** Calls back after `ms` with the connection as if it had come just now, unless it is gone by then. */
const shakeHands = (client: Socket, ms: number, met: (client: Socket) => void): void => {
  if (ms === 0) {
    met(client);
    return;
  }
  const early: Buffer[] = [];
  const keep = (chunk: Buffer): void => void early.push(chunk);
  const gone = (): void => void client.destroy();
  client.on('data', keep).on('end', gone).on('error', gone);
  setTimeout(() => {
    if (client.destroyed) return;
    client.pause().off('data', keep).off('end', gone).off('error', gone);
    if (early.length > 0) client.unshift(Buffer.concat(early));
    met(client);
    client.resume();
  }, ms);
};

/**
 * Listens on loopback and passes everything on to `targetPort` of 127.0.0.1. Setting a connection up takes `handshakeMs`: what
 * the client gives up within that time never reaches the server.
 */
export const startProxy = async (targetPort: number, oneWayMs = 0, handshakeMs = 0): Promise<Proxy> => {
  let delayMs = oneWayMs;
  let counts = NOTHING;
  let reachable = true;
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const lost = new WeakSet<Socket>();

  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };

  const pass = (client: Socket): void => {
    const upstream = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    counts = { ...counts, connections: counts.connections + 1 };
    track(upstream);
    const line = { delayMs: () => delayMs, isLost: () => lost.has(client) };
    const seen = (chunk: Buffer): void => {
      const text = chunk.toString('latin1');
      counts = {
        ...counts,
        requests: counts.requests + count(text, 'POST'),
        preflights: counts.preflights + count(text, 'OPTIONS'),
        bytesUp: counts.bytesUp + chunk.length,
      };
    };
    const seenDown = (chunk: Buffer): void => {
      counts = { ...counts, bytesDown: counts.bytesDown + chunk.length };
    };
    relay(client, upstream, { ...line, seen });
    relay(upstream, client, { ...line, isLost: () => false, seen: seenDown });
    clients.add(client);
    client.once('close', () => clients.delete(client));
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    track(client);
    if (!reachable) client.resetAndDestroy();
    else shakeHands(client, handshakeMs, pass);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => sockets.forEach((socket) => socket.destroy());

  return {
    port,
    through: (url) => {
      const seen = new URL(url);
      seen.port = String(port);
      return seen.href;
    },
    counts: () => counts,
    resetCounts: () => (counts = NOTHING),
    setDelay: (ms) => (delayMs = ms),
    cut,
    lose: () => {
      for (const client of clients) {
        lost.add(client);
        client.destroy();
      }
    },
    setReachable: (value) => {
      reachable = value;
      if (!value) cut();
    },
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
};
