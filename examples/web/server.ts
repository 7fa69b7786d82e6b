// An XMPP domain in memory behind a real HTTP server, the page beside it, and somebody in the domain who counts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { filter, interval, takeUntil } from 'rxjs';
import { $msg, toElement } from 'rxmpp';
import { createDomain, type Domain } from 'rxmpp/testing';

import { createTally, type Tally } from './tally.js';

const TICK_MS = 1_000;
const LATENCY_MS = 40;

/** Answers everybody who says `start` with a number each second, and counts the numbers that they send. */
const keepTime = (domain: Domain): void => {
  const metronome = domain.user('metronome@example.com/clock');
  const heard = new Map<string, Tally>();
  const isThere = (jid: string): boolean => domain.sessions.some((session) => session.jid === jid);

  const start = (jid: string): void => {
    heard.set(jid, inMemory());
    const gone$ = interval(TICK_MS).pipe(filter(() => !isThere(jid)));
    const tick$ = interval(TICK_MS).pipe(takeUntil(gone$));
    tick$.subscribe({
      next: (n) => {
        const body = JSON.stringify({ tick: n + 1, heard: heard.get(jid)?.count() });
        metronome.send(toElement($msg({ to: jid, type: 'chat' }).c('body').t(body)));
      },
      complete: () => heard.delete(jid),
    });
  };

  metronome.received$.subscribe((stanza) => {
    const { from } = stanza.attrs;
    const body = stanza.child('body')?.text;
    if (from === undefined || body === undefined) return;
    if (body === 'start') start(from);
    else heard.get(from)?.take(Number(body));
  });
};

const inMemory = (): Tally => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  return createTally(storage, 'heard');
};

/** One BOSH request: held until the domain answers it, given up when the page does. */
const bind = async (domain: Domain, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  const answer$ = domain.http({ url: '/http-bind', body, headers: {}, withCredentials: false });
  const held = answer$.subscribe({
    next: (event) => {
      if (event.type !== 'response') return;
      response.writeHead(event.status, { 'content-type': 'text/xml; charset=utf-8' }).end(event.body);
    },
    error: () => response.destroy(),
  });
  response.once('close', () => held.unsubscribe());
};

/** A path of the site and what is there. */
export type Files = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

export interface LiveServer {
  readonly url: string;
  readonly close: () => void;
}

/** Serves the files and, at `/http-bind`, the domain. Port 0 takes any that is free. */
export const startServer = async (files: Files, port: number): Promise<LiveServer> => {
  const domain = createDomain({ users: { visitor: 'visitor' }, latencyMs: LATENCY_MS, random: Math.random });
  keepTime(domain);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/http-bind' && request.method === 'POST') {
      bind(domain, request, response).catch(() => response.destroy());
      return;
    }
    const file = files.get(pathname);
    const headers = { 'content-type': file?.type ?? 'text/plain', 'cache-control': 'no-store' };
    response.writeHead(file ? 200 : 404, headers).end(file?.body ?? 'There is no such page');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      for (const { sid } of domain.sessions) domain.kill(sid);
      server.close();
      server.closeAllConnections();
    },
  };
};
