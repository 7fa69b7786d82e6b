import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const sockets: Socket[] = [];
let requests = 0;

const count = (): void => {
  requests += 1;
};

/** Counts what this process does on the network, whatever does it; before anything is opened. */
export const install = (): void => {
  subscribe(
    'net.client.socket',
    (message) => void sockets.push((message as { readonly socket: Socket }).socket),
  );
  subscribe('undici:request:create', count);
  subscribe('http.client.request.start', count);
};

const sum = (read: (socket: Socket) => number): number =>
  sockets.reduce((total, socket) => total + read(socket), 0);

const now = () => {
  const { user, system } = process.cpuUsage();
  return {
    ms: performance.now(),
    cpuMs: (user + system) / 1000,
    requests,
    up: sum(({ bytesWritten }) => bytesWritten),
    down: sum(({ bytesRead }) => bytesRead),
  };
};

/** Begins to measure; the returned function says what has been used since. Bytes are those on the sockets. */
export const meter = (): (() => ReturnType<typeof now>) => {
  const from = now();
  return () => {
    const to = now();
    return {
      ms: to.ms - from.ms,
      cpuMs: to.cpuMs - from.cpuMs,
      requests: to.requests - from.requests,
      up: to.up - from.up,
      down: to.down - from.down,
    };
  };
};
