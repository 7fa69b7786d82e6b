import { type Case, contest, type Entry, lineOf } from './bench.js';

const ENTRIES: readonly Entry[] = [
  { contender: 'rxmpp', manner: { webSocket: true } },
  { contender: 'strophe.js', manner: { webSocket: true } },
  {
    contender: 'rxmpp',
    label: 'rxmpp, not managed',
    manner: { webSocket: true, managed: false },
  },
  {
    contender: 'strophe.js',
    label: 'strophe.js, managed',
    manner: { webSocket: true, managed: true },
  },
  { contender: 'stanza (WebSocket)', label: 'stanza' },
  { contender: '@xmpp/client (WebSocket)', label: '@xmpp/client' },
];

const webSocket: Case = {
  name: 'websocket',
  async run(bench) {
    const entries = bench.quick ? ENTRIES.slice(0, 4) : ENTRIES;
    const rest = { entries, rounds: 2 };
    const scram = await contest(bench, {
      ...rest,
      task: { name: 'login', count: bench.quick ? 8 : 12 },
      user: (server) => server.user('alice', server.sha256Domain),
    });
    const latency = await contest(bench, {
      ...rest,
      task: { name: 'latency', count: bench.quick ? 20 : 40, gapMs: 100 },
      user: (server) => server.user('alice', server.plainDomain),
    });
    const ms = { unit: 'ms', better: 'less' } as const;
    const lines = [
      lineOf(scram, 'ms', { ...ms, what: 'Login, SCRAM' }),
      lineOf(latency, 'ms', { ...ms, what: 'One message: median' }),
      lineOf(latency, 'ms', { ...ms, what: 'One message: p95', quantile: 0.95 }),
    ];
    const note =
      'Where nothing else is said, as by default: rxmpp manages its streams, so that they can be resumed, and is online once that is agreed; Strophe.js does not unless it is told.';
    return [{ title: 'WebSocket', note, lines }];
  },
};

/** The cases over WebSocket. */
export const SOCKET: readonly Case[] = [webSocket];
