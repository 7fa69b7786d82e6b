import { Observable, type Subscriber } from 'rxjs';
import { $msg, createClient, type HttpEvent, type HttpPort } from 'rxmpp';
import { collect } from './idle.js';
import type { Act } from './task.js';

const EMPTY = `<body xmlns='http://jabber.org/protocol/httpbind'/>`;

/** Holds one request and answers the one before a little later, as servers do: each body leaves in a turn of its own. */
const manager = (took: (stanzas: number) => void): HttpPort => {
  const held: Subscriber<HttpEvent>[] = [];
  const answer = (): void => {
    const oldest = held.shift();
    oldest?.next({ type: 'response', status: 200, body: EMPTY, header: () => undefined });
    oldest?.complete();
  };
  return ({ body }) =>
    new Observable((subscriber) => {
      subscriber.next({ type: 'uploaded' });
      held.push(subscriber);
      took(body.split('<message').length - 1);
      if (held.length > 1) setImmediate(answer);
    });
};

/** Watches how long the event loop is away. */
const watchLoop = (): (() => number) => {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    watching = false;
    return longest;
  };
};

/** Many stanzas wait behind a pause and then leave. */
export const queue: Act = async ({ count }) => {
  let left = 0;
  let finish = (): void => undefined;
  const http = manager((stanzas) => {
    left += stanzas;
    if (left === count) finish();
  });
  const client = createClient('https://capulet.example/http-bind', {
    verifyAttach: false,
    platform: { http, uploads: true },
  });
  client.attach({ jid: 'juliet@capulet.example/balcony', sid: '5a1c9d3e', rid: 1_000_000 });
  const stanzas = Array.from({ length: count }, (_, n) =>
    $msg({ to: 'romeo@montague.example', id: `m${n}` })
      .c('body')
      .t(`Good night, good night! ${n}`)
      .tree(),
  );
  client.pause();
  const before = collect();
  const begun = performance.now();
  for (const stanza of stanzas) client.send(stanza);
  const sendMs = performance.now() - begun;
  const waiting = collect();
  const done = new Promise<void>((resolve) => (finish = resolve));
  const longest = watchLoop();
  const resumed = process.cpuUsage();
  client.resume();
  await done;
  const { user, system } = process.cpuUsage(resumed);
  const blockMs = longest();
  client.close();
  return {
    sendUs: (sendMs * 1000) / count,
    leaveUs: (user + system) / count,
    bytes: (waiting.heapUsed - before.heapUsed) / count,
    leftBytes: Math.max(0, collect().heapUsed - before.heapUsed) / count,
    blockMs,
  };
};
