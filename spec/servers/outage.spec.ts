import { filter, firstValueFrom, map, ReplaySubject, take, timeout, timer } from 'rxjs';
import { $msg, type Client, createClient, type OpenOptions, type Status } from 'rxmpp';

import { suspend } from '../faults/support/suspend.js';
import { DOORS } from './support/doors.js';
import { enter, type Person } from './support/pair.js';
import { type Proxy, startProxy } from './support/proxy.js';
import { SERVERS, type TestServer, type TestServerOptions } from './support/servers.js';

const PATIENCE_MS = 40_000;

jest.setTimeout(120_000);

const eventually = (holds: () => boolean): Promise<unknown> =>
  firstValueFrom(timer(0, 50).pipe(filter(holds), timeout({ first: PATIENCE_MS })));

/** A client behind a line that can be cut, and what it has said of itself. */
const open = async (server: TestServer, proxy: Proxy, options: OpenOptions = {}) => {
  const client = createClient(proxy.through(server.service));
  const status$ = new ReplaySubject<Status>(Infinity);
  const texts: string[] = [];
  client.status$.subscribe(status$);
  client.stanza$.subscribe((stanza) => texts.push(stanza.child('body')?.text ?? ''));
  client.open({ login: server.user('alice'), ...options });
  const until = async <T extends Status['type']>(
    type: T,
    skipped = 0,
  ): Promise<Extract<Status, { type: T }>> => {
    const wanted$ = status$.pipe(
      filter((status): status is Extract<Status, { type: T }> => status.type === type),
    );
    const found = await firstValueFrom(
      wanted$.pipe(
        take(skipped + 1),
        timeout({ each: PATIENCE_MS }),
        filter((_, i) => i === skipped),
      ),
    );
    return found;
  };
  const { jid } = await until('online');
  return { client, jid, texts, until };
};

const say = (client: Client, to: string, text: string): void =>
  void client.send($msg({ to, type: 'chat' }).c('body').t(text));

const sidOf = (client: Client): Promise<string | undefined> =>
  firstValueFrom(client.session$.pipe(map((session) => session?.sid)));

interface Scene {
  readonly server: TestServer;
  readonly proxy: Proxy;
  readonly peer: Person;
}

/** Plays it on every server at the same time: most of it is waiting. */
const onEach =
  (play: (scene: Scene) => Promise<void>, options: TestServerOptions = {}) =>
  async (): Promise<void> => {
    const scenes = SERVERS.map(async ({ start }) => {
      const server = await start(options);
      const proxy = await startProxy(server.port);
      const peer = await enter(DOORS[0]!, server, 'bob');
      try {
        await play({ server, proxy, peer });
      } finally {
        peer.seat.close();
        await proxy.close();
        await server.stop();
      }
    });
    await Promise.all(scenes);
  };

const fast = { firstDelay: 200, maxDelay: 500 };

describe('trouble between a client and Prosody and ejabberd', () => {
  it(
    'out of reach for less than `inactivity`: the same session goes on, nothing is lost or doubled',
    onEach(async ({ server, proxy, peer }) => {
      const { client, jid, texts } = await open(server, proxy);
      const sid = await sidOf(client);
      const heard: string[] = [];
      peer.seat.message$.subscribe(({ body }) => heard.push(body));
      proxy.setReachable(false);
      for (const text of ['1', '2']) {
        say(client, peer.jid, text);
        peer.seat.say(jid, text);
        await firstValueFrom(timer(2_000));
      }
      proxy.setReachable(true);
      say(client, peer.jid, '3');
      peer.seat.say(jid, '3');
      await eventually(() => texts.length >= 3 && heard.length >= 3);
      const all = ['1', '2', '3'];
      expect({ texts, heard, sid: await sidOf(client) }).toEqual({ texts: all, heard: all, sid });
      client.close();
    }),
  );

  it(
    'out of reach for longer: failed with `expired`, not before, or opened anew when the line is back',
    onEach(
      async ({ server, proxy }) => {
        const line = await startProxy(server.port);
        const short = await open(server, proxy, { wait: 2 });
        const again = await open(server, line, { wait: 2, login: server.user('carol'), reopen: fast });
        const begun = performance.now();
        for (const one of [proxy, line]) one.setReachable(false);
        const [{ error }] = await Promise.all([short.until('failed'), again.until('retrying')]);
        expect(error.condition).toBe('expired');
        // What the server holds (2 s), keeps (3 s), and the time that an answer may take.
        expect(performance.now() - begun).toBeGreaterThan(4_900);
        line.setReachable(true);
        expect(await again.until('online', 1)).toMatchObject({ how: 'connected', resumed: false });
        for (const { client } of [short, again]) client.close();
        await line.close();
      },
      { inactivity: 3 },
    ),
  );

  it(
    'restarted: failed with `item-not-found`, or opened anew, and then messages arrive again',
    onEach(async ({ server, proxy }) => {
      const plain = await open(server, proxy);
      const again = await open(server, proxy, { login: server.user('carol'), reopen: fast });
      await server.restart();
      expect((await plain.until('failed')).error.condition).toBe('item-not-found');
      expect((await again.until('retrying')).error.condition).toBe('item-not-found');
      const { jid } = await again.until('online', 1);
      const late = await enter(DOORS[0]!, server, 'user1');
      late.seat.say(jid, 'back');
      await eventually(() => again.texts.includes('back'));
      late.seat.close();
      for (const { client } of [plain, again]) client.close();
    }),
  );
});

describe('a client that is suspended for 20 s, as by a laptop that sleeps', () => {
  it('goes on with the same session on every server, and hears all that was said meanwhile, once and in order', async () => {
    const results = await Promise.all(
      SERVERS.map(async ({ start }) => {
        const server = await start();
        try {
          return await suspend(server, { seconds: 20, reopen: false, everyMs: 1000 });
        } finally {
          await server.stop();
        }
      }),
    );
    for (const { course, sent, heard } of results) {
      expect(course).toEqual([]);
      expect(sent).toBeGreaterThan(10);
      expect(heard).toEqual(Array.from({ length: sent }, (_, n) => String(n + 1)));
    }
  });
});
