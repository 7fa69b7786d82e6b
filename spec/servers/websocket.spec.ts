import { filter, map } from 'rxjs';
import { type ClientOptions, createClient, type Status } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { memoryStorage } from 'rxmpp/testing';
import { HANG } from '../chaos/support/hang.js';
import { type Blow, socketChaos, type SocketChaosReport } from '../chaos/support/sockets.js';
import { DOORS } from './support/doors.js';
import { enter, exchange } from './support/pair.js';
import { startProxy } from './support/proxy.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { during, some, within } from './support/within.js';

jest.setTimeout(120_000);

const platform = { webSocket: nodeWebSocket };
const PATIENT: ClientOptions = { platform };

describe.each(SERVERS)('$name over WebSocket', ({ start }) => {
  let server: TestServer;
  /** The same server, whose service is its WebSocket endpoint. */
  let sockets: TestServer;
  beforeAll(async () => {
    server = await start();
    sockets = { ...server, service: server.websocket };
  });
  afterAll(() => server.stop());

  describe.each(DOORS)('$name', (door) => {
    it('logs in, and two talk to each other', async () => {
      const alice = await enter(door, sockets, 'alice', PATIENT);
      const bob = await enter(door, sockets, 'bob', PATIENT);
      await exchange(alice, bob, 'hello');
      const gone = within(
        alice.seat.client.status$.pipe(filter(({ type }) => type === 'offline')),
        'the goodbye',
      );
      alice.seat.disconnect();
      await gone;
      alice.seat.close();
      bob.seat.close();
    });

    it('talks to somebody on BOSH', async () => {
      const alice = await enter(door, sockets, 'alice', PATIENT);
      const bob = await enter(door, server, 'bob');
      await exchange(alice, bob, 'across');
      alice.seat.close();
      bob.seat.close();
    });

    it('says that the password is wrong', async () => {
      const seat = door.open(server.websocket, PATIENT);
      seat.connect({ ...server.user('alice'), password: 'wrong' });
      expect(await within(seat.outcome$, 'the refusal')).toMatchObject({ type: 'failed', during: 'auth' });
      seat.close();
    });

    it('sends no frame while paused, then everything in order', async () => {
      const alice = await enter(door, sockets, 'alice', PATIENT);
      const bob = await enter(door, sockets, 'bob', PATIENT);
      const words = Array.from({ length: 50 }, (_, i) => `w${i}`);
      const sent$ = alice.seat.client.wire$.pipe(filter(({ type }) => type === 'sent'));
      alice.seat.pause();
      await during(sent$, 100);
      for (const word of words) alice.seat.say(bob.jid, word);
      expect(await during(sent$, 500)).toEqual([]);
      alice.seat.resume();
      const heard = await some(bob.seat.message$.pipe(map(({ body }) => body)), words.length);
      expect(heard).toEqual(words);
      alice.seat.close();
      bob.seat.close();
    });

    it('has no session to restore, nor to take over', () => {
      const seat = door.open(server.websocket, PATIENT);
      expect(() => seat.restore()).toThrow(
        expect.objectContaining({ name: 'StropheSessionError', condition: 'not-bosh' }) as Error,
      );
      const tokens = { jid: 'alice@localhost/x', sid: 's', rid: 1 };
      expect(() => seat.attach(tokens)).toThrow(expect.objectContaining({ condition: 'not-bosh' }) as Error);
      seat.close();
    });

    it('goes on when its connection is cut', async () => {
      const proxy = await startProxy(server.port);
      const alice = await enter(
        door,
        { ...server, service: proxy.through(server.websocket) },
        'alice',
        PATIENT,
      );
      const bob = await enter(door, sockets, 'bob', PATIENT);
      const resumed$ = alice.seat.client.status$.pipe(
        filter((status: Status) => status.type === 'online' && status.how === 'resumed' && !status.stalled),
      );
      await exchange(alice, bob, 'before');
      alice.seat.say(bob.jid, 'cut');
      proxy.cut();
      bob.seat.say(alice.jid, 'cut');
      await within(resumed$, 'the resumption');
      await within(bob.seat.message$.pipe(filter(({ body }) => body === 'cut')), 'what alice said');
      await within(alice.seat.message$.pipe(filter(({ body }) => body === 'cut')), 'what bob said');
      await exchange(alice, bob, 'after');
      alice.seat.close();
      bob.seat.close();
      await proxy.close();
    });
  });

  /** Where ejabberd loses the session by hanging there is nothing to be seen of the client: once more then, otherwise seeded. */
  const hail = async (blow: Blow): Promise<SocketChaosReport> => {
    const reports: SocketChaosReport[] = [];
    do {
      reports.push(await socketChaos({ server, blow, blows: 25, seed: 7 + reports.length }));
    } while (reports.at(-1)?.refusals.includes(HANG) && reports.length < 3);
    process.stdout.write(`${server.name} ${blow} ${JSON.stringify(reports)}\n`);
    return reports.at(-1)!;
  };

  it.each(['cut', 'lose', 'reload'] as const)(
    'under messages both ways, a session outlives 25 blows (%s) without a message lost, doubled or out of order',
    async (blow) => {
      const report = await hail(blow);
      expect(report).toMatchObject({ anew: 0, refusals: [], lost: 0, doubled: 0, reordered: 0 });
      expect(report.sent).toBeGreaterThan(100);
      expect(report.resumed).toBeGreaterThan(15);
    },
    240_000,
  );

  it('a reloaded page goes on by open(), with the same JID', async () => {
    const storage = memoryStorage();
    const options: ClientOptions = { keepalive: true, platform: { ...platform, storage } };
    const login = server.user('carol');
    const online = (client: ReturnType<typeof createClient>) =>
      within(client.status$.pipe(filter((status) => status.type === 'online')), 'the session');
    const before = createClient(server.websocket, options);
    before.connect(login);
    const first = await online(before);
    before.close();
    const after = createClient(server.websocket, options);
    after.open({ restore: true, login });
    expect(await online(after)).toMatchObject({ how: 'restored', jid: first.jid, resumed: true });
    after.disconnect();
    await within(after.status$.pipe(filter(({ type }) => type === 'offline')), 'the goodbye');
    after.close();
  });
});
