import { filter, firstValueFrom } from 'rxjs';
import { $msg, createClient } from 'rxmpp';
import type { TestServer, TestUser } from '../../servers/support/servers.js';
import { WARM_UP } from '../tasks/task.js';
import { mean, median, quantile } from '../support/statistics.js';
import { beyondBare, type Bench, type Case, contest, type Entry, lineOf } from './bench.js';

const BOSH: readonly Entry[] = [
  { contender: 'rxmpp' },
  { contender: 'strophe.js' },
  { contender: 'xmpp-bosh-client' },
];
/** What a worker has, and a client in Node that is given `fetchPort`. */
const FETCH: Entry = { contender: 'rxmpp', label: 'rxmpp, fetch', manner: { fetch: true } };

const OTHERS: readonly Entry[] = [
  { contender: 'stanza' },
  { contender: 'stanza (WebSocket)' },
  { contender: '@xmpp/client (WebSocket)' },
];

const entriesOf = ({ quick }: Bench): readonly Entry[] => (quick ? BOSH : [...BOSH, ...OTHERS]);

const plain = (server: TestServer): TestUser => {
  const { jid, password } = server.user('alice', server.plainDomain);
  return { jid: `${jid}/bench-${Math.floor(performance.now() * 1000)}`, password };
};

const login: Case = {
  name: 'login',
  async run(bench) {
    const task = { name: 'login', count: bench.quick ? 8 : 12 };
    const plainly = await contest(bench, {
      task,
      user: plain,
      entries: [...entriesOf(bench), FETCH],
      rounds: 1,
    });
    const scram = await contest(bench, {
      task: { ...task, count: bench.quick ? 5 : 8 },
      user: (server) => server.user('alice', server.sha256Domain),
      entries: entriesOf(bench).filter(({ contender }) => contender !== 'xmpp-bosh-client'),
      rounds: 1,
    });
    const lines = [
      lineOf(plainly, 'ms', { what: 'Login, PLAIN', unit: 'ms', better: 'less' }),
      lineOf(plainly, 'requests', { what: 'Login, PLAIN', unit: 'HTTP requests', better: 'less' }),
      lineOf(plainly, 'bytes', { what: 'Login, PLAIN', unit: 'bytes', better: 'less' }),
      lineOf(scram, 'ms', { what: 'Login, SCRAM', unit: 'ms', better: 'less' }),
    ];
    return [
      {
        title: 'Logging in',
        note: 'From the call to a session that is bound. rxmpp as it is in Node here and below, but where it says fetch.',
        lines,
      },
    ];
  },
};

/** Those who send later than at once, when told not to. */
const AT_ONCE: readonly Entry[] = [
  { contender: 'rxmpp', flush: true },
  { ...FETCH, flush: true },
  { contender: 'strophe.js', flush: true },
];

const NOW: readonly Entry[] = [{ contender: 'rxmpp', manner: { immediate: true } }];

const BARE: Entry = { contender: 'bare' };

const longest = (values: readonly number[]): number => quantile(values, 1);
const p95 = (values: readonly number[]): number => quantile(values, 0.95);

const latency: Case = {
  name: 'latency',
  async run(bench) {
    const task = { name: 'latency', count: bench.quick ? 30 : 40, gapMs: 120 };
    const rest = { user: plain, rounds: 1 };
    const byDefault = await contest(bench, { ...rest, task, entries: entriesOf(bench) });
    const flushed = await contest(bench, {
      ...rest,
      task,
      entries: [
        ...AT_ONCE,
        BARE,
        ...entriesOf(bench).filter(({ contender }) => !/^(rxmpp|strophe)/.test(contender)),
      ],
    });
    const now = await contest(bench, { ...rest, task, entries: [...NOW, BARE] });
    const larger = bench.quick
      ? []
      : [
          lineOf(
            await contest(bench, {
              ...rest,
              task: { ...task, count: 20, length: 16_384 },
              entries: [...NOW, BARE, ...entriesOf(bench).slice(1)],
            }),
            'ms',
            { what: 'One message of 16 KiB, sent at once where that can be had', unit: 'ms', better: 'less' },
          ),
        ];
    const ms = { unit: 'ms', better: 'less' } as const;
    const [one, atOnce, interval] = [
      'One message, as by default',
      'One message, `flush()` where there is one',
      'One message, `dispatchInterval: 0`',
    ];
    const lines = [
      lineOf(byDefault, 'ms', { ...ms, what: `${one}: median` }),
      beyondBare(byDefault, mean, flushed, median, `${one}: mean, beyond bare requests`),
      beyondBare(byDefault, longest, flushed, median, `${one}: longest, beyond bare requests`),
      lineOf(flushed, 'ms', { ...ms, what: `${atOnce}: median` }),
      lineOf(flushed, 'ms', { ...ms, what: `${atOnce}: p95`, quantile: 0.95 }),
      beyondBare(flushed, median, flushed, median, `${atOnce}: median, beyond bare requests`),
      beyondBare(flushed, p95, flushed, p95, `${atOnce}: p95, beyond theirs`),
      lineOf(now, 'ms', { ...ms, what: `${interval}: median` }),
      lineOf(now, 'ms', { ...ms, what: `${interval}: p95`, quantile: 0.95 }),
      beyondBare(now, p95, now, p95, `${interval}: p95, beyond theirs`),
      ...larger,
    ];
    const note =
      'From `send` until it is back. bare: the same requests by hand, without a client: what the server and the network take.';
    return [{ title: 'One message on an idle connection', note, lines }];
  },
};

const steady: Case = {
  name: 'steady',
  async run(bench) {
    const lines = [];
    for (const gapMs of bench.quick ? [50] : [50, 90, 150]) {
      const task = { name: 'steady', gapMs, count: Math.ceil((bench.quick ? 2_000 : 3_000) / gapMs) };
      const kept = { contender: 'rxmpp', label: 'rxmpp, keepalive', manner: { keepalive: true } };
      const entries = [...entriesOf(bench), kept, BARE];
      const outcome = await contest(bench, { task, user: plain, rounds: 1, entries });
      const what = `A message every ${gapMs} ms`;
      lines.push(
        lineOf(outcome, 'ms', { what: `${what}: median`, unit: 'ms', better: 'less' }),
        lineOf(outcome, 'ms', { what: `${what}: p95`, unit: 'ms', better: 'less', quantile: 0.95 }),
        beyondBare(outcome, p95, outcome, median, `${what}: p95, beyond the median of bare requests`),
        lineOf(outcome, 'requests', { what, unit: 'HTTP requests', better: 'less' }),
        lineOf(outcome, 'cpuMs', { what: `${what}, all of them`, unit: 'ms of CPU', better: 'less' }),
      );
    }
    const note = 'As by default; from `send` until it is back. bare: by hand, each at once.';
    return [{ title: 'Sending steadily', note, lines }];
  },
};

const burst: Case = {
  name: 'burst',
  async run(bench) {
    // One stanza for each request: that takes half a minute.
    const fast = entriesOf(bench).filter(({ contender }) => contender !== 'stanza');
    const kept = { contender: 'rxmpp', label: 'rxmpp, keepalive', manner: { keepalive: true } };
    const outcome = await contest(bench, {
      task: { name: 'burst', count: 1_000 },
      user: plain,
      entries: [...fast, kept],
      rounds: bench.quick ? 1 : 2,
    });
    const what = 'A burst of 1,000';
    const lines = [
      lineOf(outcome, 'ms', { what, unit: 'ms', better: 'less' }),
      lineOf(outcome, 'cpuMs', { what, unit: 'ms of CPU', better: 'less' }),
      lineOf(outcome, 'requests', { what, unit: 'HTTP requests', better: 'less' }),
    ];
    const note =
      'Between `pause` and `resume` where there are such; until the last is back, after three to warm up. stanza over BOSH sends one stanza for each request, and is left out.';
    return [{ title: 'Bursts', note, lines }];
  },
};

/** Sends `count` messages to somebody who has just said that he listens. */
const sendFlood = async (server: TestServer, to: string, count: number): Promise<void> => {
  const client = createClient(server.service, { dispatchInterval: 0 });
  client.connect(server.user('bob', server.plainDomain));
  await firstValueFrom(client.status$.pipe(filter(({ type }) => type === 'online')));
  for (let n = 0; n < count; n++) {
    client.send($msg({ to, type: 'chat' }).c('body').t(`Thou know'st the mask of night is on my face ${n}`));
  }
  setTimeout(() => client.disconnect(), 10_000).unref();
};

const flood: Case = {
  name: 'flood',
  async run(bench) {
    const count = bench.quick ? 2_000 : 5_000;
    const kept = { contender: 'rxmpp', label: 'rxmpp, keepalive', manner: { keepalive: true } };
    const portions = new Map<string, number>();
    const outcome = await contest(bench, {
      task: { name: 'flood', count },
      user: plain,
      entries: [...entriesOf(bench), kept],
      rounds: bench.quick ? 1 : 2,
      begin(server, jid) {
        const portion = portions.get(jid) ?? 0;
        portions.set(jid, portion + 1);
        void sendFlood(server, jid, portion < WARM_UP.portions ? WARM_UP.count : count);
      },
    });
    const what = `${count.toLocaleString('en')} messages come`;
    const lines = [
      lineOf(outcome, 'cpuMs', { what, unit: 'ms of CPU per 1,000', better: 'less' }),
      lineOf(outcome, 'perSecond', { what, unit: 'per second', better: 'more' }),
      lineOf(outcome, 'requests', { what, unit: 'HTTP requests', better: 'less' }),
    ];
    return [
      { title: 'Receiving', note: 'As fast as somebody else can send, after 10,000 to warm up.', lines },
    ];
  },
};

const idle: Case = {
  name: 'idle',
  async run(bench) {
    const lines = [];
    for (const count of bench.quick ? [50] : [200, 1_000]) {
      const many = count > 200;
      const entries = many ? BOSH.filter(({ contender }) => contender !== 'strophe.js') : entriesOf(bench);
      const task = { name: 'idle', count, gapMs: bench.quick ? 3_000 : 5_000 };
      // What a client costs here does not depend on the server.
      const servers = bench.servers.slice(0, 1);
      const user = (server: TestServer): TestUser => server.user('alice', server.plainDomain);
      const outcome = await contest({ ...bench, servers }, { task, user, rounds: 1, entries });
      const what = `${count.toLocaleString('en')} idle clients`;
      lines.push(
        lineOf(outcome, 'cpuMs', { what, unit: 'ms of CPU per second of one', better: 'less' }),
        lineOf(outcome, 'timersSet', { what, unit: 'timers set per second by one', better: 'less' }),
        lineOf(outcome, 'timersPending', { what, unit: 'timers that wait, of one', better: 'less' }),
        lineOf(outcome, 'heapKb', { what, unit: 'KiB of heap of one', better: 'less' }),
        lineOf(outcome, 'rssKb', { what, unit: 'KiB of memory of one', better: 'less' }),
      );
    }
    return [{ title: 'Doing nothing', note: 'Many clients in one process, each with its session.', lines }];
  },
};

const attach: Case = {
  name: 'attach',
  async run(bench) {
    const outcome = await contest(bench, {
      task: { name: 'attach', count: bench.quick ? 5 : 10 },
      user: plain,
      entries: BOSH.slice(0, 2),
      rounds: 1,
    });
    const what = 'A session that somebody else has opened';
    const lines = [
      lineOf(outcome, 'attachedMs', { what: `${what}: until ATTACHED`, unit: 'ms', better: 'less' }),
      lineOf(outcome, 'ms', { what: `${what}: until the first message`, unit: 'ms', better: 'less' }),
    ];
    const note =
      'A message waits in the session. strophe.js says ATTACHED without asking the server; rxmpp once the server has answered.';
    return [{ title: 'Attaching', note, lines }];
  },
};

const large: Case = {
  name: 'large',
  async run(bench) {
    const lines = [];
    for (const length of bench.quick ? [] : [1_024, 4_096, 16_384]) {
      const task = { name: 'burst', count: 50, length };
      const outcome = await contest(bench, { task, user: plain, rounds: 1, entries: BOSH });
      const what = `50 messages of ${length / 1_024} KiB at once`;
      lines.push(
        lineOf(outcome, 'ms', { what, unit: 'ms', better: 'less' }),
        lineOf(outcome, 'cpuMs', { what, unit: 'ms of CPU', better: 'less' }),
      );
    }
    const note =
      'Between `pause` and `resume` where there are such; until the last is back, after three to warm up.';
    return lines.length > 0 ? [{ title: 'Large messages', note, lines }] : [];
  },
};

/** The cases that need a server. */
export const TALK: readonly Case[] = [login, attach, latency, steady, burst, large, flood, idle];
