import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
};

const EMPTY_PAGE = '<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">';

/** Path to text, or to what makes the text when it is asked for; the type follows from the path's ending, HTML without one. */
export type Routes = Readonly<Record<string, string | (() => string | Promise<string>)>>;

/** A web site on loopback. */
export interface Site {
  /** Its origin, without a slash at the end. */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the routes; `/` is an empty page unless they say otherwise.
 * For the library: `{ '/rxmpp.js': await bundle('lib/index.ts') }`.
 */
export const serve = async (routes: Routes): Promise<Site> => {
  const all: Routes = { '/': EMPTY_PAGE, ...routes };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const route = Object.hasOwn(all, path) ? all[path] : undefined;
    const type = TYPES[extname(path) || '.html'] ?? 'text/plain; charset=utf-8';
    Promise.resolve(typeof route === 'function' ? route() : route).then(
      (body) =>
        response
          .writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' })
          .end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
