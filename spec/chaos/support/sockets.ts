import { setTimeout as delay } from 'node:timers/promises';
import { filter, firstValueFrom, map, merge, noop, timeout, timer } from 'rxjs';
import { $msg, $pres, type Client, createClient, type Stanza, type Status } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { memoryStorage, type MemoryStorage } from 'rxmpp/testing';
import { startProxy } from '../../servers/support/proxy.js';
import type { TestServer } from '../../servers/support/server.js';
import { type Arrival, compare } from './compare.js';
import { refusalsIn } from './hang.js';
import { randomFrom } from './random.js';

/**
 * What becomes of the page on the shaky network: its connection is cut on both sides, or lost without the server noticing, or
 * the page is killed and another one goes on.
 */
export type Blow = 'cut' | 'lose' | 'reload';

export interface SocketChaosOptions {
  readonly server: TestServer;
  readonly blow: Blow;
  readonly blows: number;
  readonly seed: number;
  /** Time from one message to the next, each way, in ms. */
  readonly everyMs?: number;
  /** Takes in every event of the run, for looking closer. */
  readonly trace?: ((event: object) => void) | undefined;
}

export interface SocketChaosReport {
  readonly blows: number;
  readonly sent: number;
  readonly pushed: number;
  /** How often a session went on, and how often another one had to be opened in its place. */
  readonly resumed: number;
  readonly anew: number;
  /** Why they were not resumed, or not as they should have been. */
  readonly refusals: readonly string[];
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

const SETTLE_MS = 30_000;
const EVERY_MS = 20;

/**
 * From the resumption to the next blow. Sooner, and ejabberd is likely to be writing what it has kept: a connection that closes
 * right then makes it hang and lose the session (`HANG`), and no client can help that.
 */
const [LEAST_MS, MOST_MS] = [20, 200];

const isOnline = (status: Status): status is Extract<Status, { type: 'online' }> =>
  status.type === 'online' && !status.stalled;

const online = (client: Client): Promise<string> =>
  firstValueFrom(
    client.status$.pipe(
      filter(isOnline),
      map(({ jid }) => jid),
      timeout(SETTLE_MS),
    ),
  );

const say = (client: Client, to: string, id: string): void =>
  void client.send($msg({ to, id, type: 'chat' }).c('body').t(id));

const hear = (client: Client, arrivals: Arrival[], prefix: string): void =>
  void client.stanza$.subscribe(({ name, attrs: { id }, redelivered }: Stanza) => {
    if (name === 'message' && id?.startsWith(prefix)) {
      arrivals.push({ n: Number(id.slice(prefix.length)), redelivered });
    }
  });

/** A tab whose page can be killed: what it has kept is all that the next one knows. */
const createTab = (
  service: string,
  login: { readonly jid: string; readonly password: string },
  seen: Arrival[],
  trace: (event: object) => void,
) => {
  let storage: MemoryStorage = memoryStorage();
  let [resumed, connected] = [0, 0];
  const refusals: string[] = [];
  const open = (): Client => {
    const platform = { webSocket: nodeWebSocket, storage };
    const client = createClient(service, {
      keepalive: true,
      quietInterval: 2_000,
      quietTimeout: 2_000,
      platform,
    });
    hear(client, seen, 'down-');
    client.wire$.subscribe(trace);
    refusalsIn(client.wire$).subscribe((refusal) => refusals.push(refusal));
    client.status$.subscribe(trace);
    client.status$.subscribe((status) => {
      if (!isOnline(status)) return;
      if (status.resumed) resumed += 1;
      else {
        connected += 1;
        client.send($pres());
      }
    });
    client.open({ restore: true, login });
    return client;
  };
  let client = open();
  return {
    client: () => client,
    resumed: () => resumed,
    anew: () => connected - 1,
    refusals,
    reload(): void {
      const kept = storage.snapshot();
      trace({ type: 'reload', at: Date.now(), record: kept['strophe-bosh-session'] });
      client.close();
      storage = memoryStorage(kept);
      client = open();
    },
  };
};

/** Two talk, one of them over a network, or in a page, that breaks again and again at random; then both compare what came. */
export const socketChaos = async (options: SocketChaosOptions): Promise<SocketChaosReport> => {
  const { server, blow, blows, seed, everyMs = EVERY_MS, trace = noop } = options;
  const random = randomFrom(seed);
  const upTo = (ms: number): number => Math.floor(random() * ms);
  const proxy = await startProxy(server.port);
  const [down, up]: [Arrival[], Arrival[]] = [[], []];
  const bob = createClient(server.websocket, { platform: { webSocket: nodeWebSocket } });
  const tab = createTab(
    proxy.through(server.websocket),
    { ...server.user('alice'), jid: `${server.user('alice').jid}/tab` },
    down,
    trace,
  );
  hear(bob, up, 'up-');
  bob.connect(server.user('bob'));
  try {
    const [alice, partner] = [await online(tab.client()), await online(bob)];
    let [sent, pushed] = [0, 0];
    const talk = merge(
      timer(0, everyMs).pipe(map(() => 'up')),
      timer(everyMs / 2, everyMs * 1.1).pipe(map(() => 'down')),
    ).subscribe((way) => {
      if (way === 'up') say(tab.client(), partner, `up-${(sent += 1)}`);
      else say(bob, alice, `down-${(pushed += 1)}`);
    });
    for (let i = 0; i < blows; i += 1) {
      // Now and then a cut meets the login that was to resume, most often the session itself.
      if (blow === 'reload' || random() < 0.8) await online(tab.client());
      await delay(LEAST_MS + upTo(MOST_MS - LEAST_MS));
      if (blow === 'reload') tab.reload();
      else proxy[blow]();
    }
    talk.unsubscribe();
    await online(tab.client());
    const isMissing = (): boolean => up.length < sent || down.length < pushed;
    for (let waited = 0; waited < SETTLE_MS && isMissing(); waited += 50) await delay(50);
    const ways = [compare(sent, up), compare(pushed, down)];
    const count = (of: 'lost' | 'doubled' | 'reordered'): number =>
      ways.reduce((total, way) => total + way[of].length, 0);
    const sessions = { resumed: tab.resumed(), anew: tab.anew(), refusals: tab.refusals };
    return {
      ...{ blows, sent, pushed, ...sessions },
      ...{ lost: count('lost'), doubled: count('doubled'), reordered: count('reordered') },
    };
  } finally {
    tab.client().close();
    bob.close();
    await proxy.close();
  }
};
