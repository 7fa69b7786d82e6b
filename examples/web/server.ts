// An XMPP domain in memory behind a real HTTP server, the page beside it, and somebody in the domain who counts.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { filter, interval, takeUntil } from 'rxjs';
import { $msg, toElement } from 'rxmpp';
import { createDomain, type Domain, listen } from 'rxmpp/testing/node';

import type { PageFiles } from '../page-files.js';
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

export interface LiveServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves the files and, at `/http-bind`, the domain. Port 0 takes any that is free. */
export const startServer = async (files: PageFiles, port: number): Promise<LiveServer> => {
  const domain = createDomain({ users: { visitor: 'visitor' }, latencyMs: LATENCY_MS, random: Math.random });
  keepTime(domain);
  const otherwise = ({ url = '/' }: IncomingMessage, response: ServerResponse): void => {
    const file = files.get(new URL(url, 'http://localhost').pathname);
    const headers = { 'content-type': file?.type ?? 'text/plain', 'cache-control': 'no-store' };
    response.writeHead(file ? 200 : 404, headers).end(file?.body ?? 'There is no such page');
  };
  const listening = await listen(domain, { port, otherwise });
  return { url: `http://127.0.0.1:${listening.port}/`, close: listening.close };
};
