import { setTimeout as delay } from 'node:timers/promises';
import { filter, firstValueFrom, map, merge, timeout, timer } from 'rxjs';
import { $msg, $pres, type Client, createClient, type Stanza, type Status } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { memoryStorage, type MemoryStorage } from 'rxmpp/testing';
import { startProxy } from '../../servers/support/proxy.js';
import type { TestServer } from '../../servers/support/server.js';
import { type Arrival, compare } from './compare.js';
import { randomFrom } from './random.js';

/** What becomes of the page on the shaky network: its socket is cut, or it is killed and another one goes on. */
export type Blow = 'cut' | 'reload';

export interface SocketChaosOptions {
  readonly server: TestServer;
  readonly blow: Blow;
  readonly blows: number;
  readonly seed: number;
}

export interface SocketChaosReport {
  readonly blows: number;
  readonly sent: number;
  readonly pushed: number;
  /** How often a session went on, and how often another one had to be opened in its place. */
  readonly resumed: number;
  readonly anew: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

const SETTLE_MS = 30_000;

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
) => {
  let storage: MemoryStorage = memoryStorage();
  let [resumed, connected] = [0, 0];
  const open = (): Client => {
    const platform = { webSocket: nodeWebSocket, storage };
    const client = createClient(service, {
      keepalive: true,
      quietInterval: 2_000,
      quietTimeout: 2_000,
      platform,
    });
    hear(client, seen, 'down-');
    client.status$.subscribe((status) => {
      if (isOnline(status)) {
        if (status.resumed) resumed += 1;
        else connected += 1;
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
    reload(): void {
      const kept = storage.snapshot();
      client.close();
      storage = memoryStorage(kept);
      client = open();
    },
  };
};

/** Two talk, one of them over a network, or in a page, that breaks again and again at random; then both compare what came. */
export const socketChaos = async (options: SocketChaosOptions): Promise<SocketChaosReport> => {
  const { server, blow, blows, seed } = options;
  const random = randomFrom(seed);
  const upTo = (ms: number): number => Math.floor(random() * ms);
  const proxy = await startProxy(server.port);
  const [down, up]: [Arrival[], Arrival[]] = [[], []];
  const bob = createClient(server.websocket, { platform: { webSocket: nodeWebSocket } });
  const tab = createTab(
    proxy.through(server.websocket),
    { ...server.user('alice'), jid: `${server.user('alice').jid}/tab` },
    down,
  );
  hear(bob, up, 'up-');
  bob.connect(server.user('bob'));
  try {
    const [alice, partner] = [await online(tab.client()), await online(bob)];
    tab.client().send($pres());
    let [sent, pushed] = [0, 0];
    const talk = merge(timer(0, 7).pipe(map(() => 'up')), timer(3, 9).pipe(map(() => 'down'))).subscribe(
      (way) => {
        if (way === 'up') say(tab.client(), partner, `up-${(sent += 1)}`);
        else say(bob, alice, `down-${(pushed += 1)}`);
      },
    );
    for (let i = 0; i < blows; i += 1) {
      await delay(5 + upTo(120));
      // Now and then a cut meets the login that was to resume, most often the session itself.
      if (blow === 'reload' || random() < 0.8) await online(tab.client());
      if (blow === 'cut') proxy.cut();
      else tab.reload();
    }
    talk.unsubscribe();
    await online(tab.client());
    const isMissing = (): boolean => up.length < sent || down.length < pushed;
    for (let waited = 0; waited < SETTLE_MS && isMissing(); waited += 50) await delay(50);
    const ways = [compare(sent, up), compare(pushed, down)];
    const count = (of: 'lost' | 'doubled' | 'reordered'): number =>
      ways.reduce((total, way) => total + way[of].length, 0);
    const sessions = { resumed: tab.resumed(), anew: tab.anew() };
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
