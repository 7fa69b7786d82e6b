import { filter, firstValueFrom, merge, type Subscription, timeout, timer } from 'rxjs';
import { $msg, type Client, createClient, type Status, type WireEvent } from 'rxmpp';

import { type Arrival, compare, type Delivered } from '../../chaos/support/compare.js';
import { randomFrom } from '../../chaos/support/random.js';
import type { TestServer } from '../../servers/support/servers.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { type FaultKind, planFaults } from './plan.js';

export interface FaultOptions {
  readonly faults: number;
  readonly seed: number;
  /** How many clients suffer at once, each with a peer that does not. Up to 10. */
  readonly pairs: number;
  /** Of requests, in [0, 1). */
  readonly share: number;
  /** Takes in every event on the wire of those who suffer. */
  readonly trace?: ((event: object) => void) | undefined;
}

export interface FaultResult {
  readonly server: string;
  readonly options: FaultOptions;
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
  /** Why sessions ended that were to live. */
  readonly deaths: readonly string[];
  /** From and to those who suffer. */
  readonly outbound: readonly Delivered[];
  readonly inbound: readonly Delivered[];
  /** Requests that came before a lower one. */
  readonly overtaken: number;
  readonly tookMs: number;
}

const LOGIN_MS = 30_000;
const CALM_MS = 45_000;
const LOOK_MS = 50;

/** A client that sends numbered messages and notes down those that come. */
interface Talker {
  readonly client: Client;
  readonly jid: string;
  readonly received: readonly Arrival[];
  readonly sent: () => number;
  readonly talkTo: (jid: string, random: () => number) => void;
  readonly hush: () => void;
}

const enter = async (service: string, credentials: { jid: string; password: string }): Promise<Talker> => {
  const client = createClient(service);
  const received: Arrival[] = [];
  client.stanza$.subscribe((stanza) => {
    const n = Number(stanza.attrs['type'] === 'chat' ? stanza.child('body')?.text : NaN);
    if (Number.isInteger(n)) received.push({ n, redelivered: stanza.redelivered });
  });
  client.connect(credentials);
  const settled$ = client.status$.pipe(filter(({ type }) => type === 'online' || type === 'failed'));
  const status = await firstValueFrom(settled$.pipe(timeout({ first: LOGIN_MS })));
  if (status.type !== 'online') throw new Error(`${credentials.jid} could not log in`);
  let sent = 0;
  let talking: Subscription | undefined;
  const talkTo = (jid: string, random: () => number): void => {
    talking = timer(random() * 120).subscribe(() => {
      sent += 1;
      client.send($msg({ to: jid, type: 'chat' }).c('body').t(String(sent)));
      talkTo(jid, random);
    });
  };
  const hush = (): void => talking?.unsubscribe();
  return { client, jid: status.jid, received, sent: () => sent, talkTo, hush };
};

interface Pair {
  readonly proxy: FaultProxy;
  /** Behind the proxy. */
  readonly sufferer: Talker;
  readonly peer: Talker;
  readonly death: () => string | undefined;
}

const deathOf = (status: Status): string | undefined =>
  status.type === 'failed' ? `${status.during} ${status.error.condition}` : undefined;

/** One client behind faults and its peer on a good line; the faults begin once both are there. */
const openPair = async (server: TestServer, options: FaultOptions, i: number): Promise<Pair> => {
  const random = randomFrom(options.seed * 1000 + i);
  const plan = planFaults(random, options.share);
  let begun = false;
  const proxy = await startFaultProxy(server.service, {
    next: (rid) => (begun ? plan.next(rid) : undefined),
  });
  const sufferer = await enter(proxy.service, server.user(`user${2 * i + 1}`));
  const peer = await enter(server.service, server.user(`user${2 * i + 2}`));
  let death: string | undefined;
  sufferer.client.status$.subscribe((status) => (death ??= deathOf(status)));
  sufferer.client.wire$.subscribe((event: WireEvent) => options.trace?.({ pair: i, ...event }));
  begun = true;
  sufferer.talkTo(peer.jid, random);
  peer.talkTo(sufferer.jid, random);
  return { proxy, sufferer, peer, death: () => death };
};

const total = (pairs: readonly Pair[]): Partial<Record<FaultKind, number>> => {
  const sum: Partial<Record<FaultKind, number>> = {};
  for (const { proxy } of pairs) {
    for (const [kind, count] of Object.entries(proxy.counts()) as [FaultKind, number][]) {
      sum[kind] = (sum[kind] ?? 0) + count;
    }
  }
  return sum;
};

export const countOf = (counts: FaultResult['counts']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const isComplete = ({ sufferer, peer, death }: Pair): boolean =>
  death() !== undefined ||
  (sufferer.received.length >= peer.sent() && peer.received.length >= sufferer.sent());

const until = async (isDone: () => boolean, ms: number): Promise<void> => {
  const done$ = timer(0, LOOK_MS).pipe(filter(isDone));
  await firstValueFrom(merge(done$, timer(ms)));
};

/** Lets faults happen until there were enough of them, then waits until all that was said has come. */
export const runFaults = async (server: TestServer, options: FaultOptions): Promise<FaultResult> => {
  const begun = performance.now();
  const indexes = Array.from({ length: options.pairs }, (_, i) => i);
  const pairs = await Promise.all(indexes.map((i) => openPair(server, options, i)));
  const enough = (): boolean =>
    countOf(total(pairs)) >= options.faults || pairs.every(({ death }) => death() !== undefined);
  await until(enough, 10_000 + options.faults * 1000);
  for (const { proxy, sufferer, peer } of pairs) {
    proxy.calm();
    sufferer.hush();
    peer.hush();
  }
  await until(() => pairs.every(isComplete), CALM_MS);
  const result: FaultResult = {
    server: server.name,
    options,
    counts: total(pairs),
    deaths: pairs.flatMap(({ death }) => death() ?? []),
    outbound: pairs.map(({ sufferer, peer }) => compare(sufferer.sent(), peer.received)),
    inbound: pairs.map(({ sufferer, peer }) => compare(peer.sent(), sufferer.received)),
    overtaken: pairs.reduce((sum, { proxy }) => sum + proxy.overtaken(), 0),
    tookMs: Math.round(performance.now() - begun),
  };
  for (const { sufferer, peer } of pairs) [sufferer, peer].forEach(({ client }) => client.close());
  await Promise.all(pairs.map(({ proxy }) => proxy.close()));
  return result;
};
