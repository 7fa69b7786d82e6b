import { interval, map, take } from 'rxjs';
import { DOORS } from '../servers/support/doors.js';
import { HANG } from '../chaos/support/hang.js';
import { enter, type Person } from '../servers/support/pair.js';
import { SERVERS } from '../servers/support/servers.js';
import { some } from '../servers/support/within.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

const EACH_MS = 20;
const PER_ROUND = 25;
const ROUNDS = 4;

const numbers = (last: number): readonly string[] => Array.from({ length: last }, (_, n) => String(n + 1));

/** How often the talk begins again because the server has hung. */
const MOST_RUNS = 3;

/** When both ends close a connection at once, ejabberd does so a second time, which Chromium remarks on. */
const CLOSED_TWICE = /Close received after close/;

jest.setTimeout(90_000);

describe.each(SERVERS)('a page on WebSocket, on $name', ({ name, start }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(start);
  });
  afterAll(() => stage.close());

  describe.each(DOORS)('through $name', (door) => {
    const options = { keepalive: true, enableStreamManagement: true } as const;
    let tab: Tab;
    let peer: Person;
    let jid: string;

    const arrive = async (): Promise<void> => {
      peer = await enter(door, stage.server, 'bob');
      tab = await stage.openTab();
      await tab.open(door.name, stage.server.websocket, options);
      const outcome = await tab.connect(stage.server.user('alice'));
      expect(outcome).toMatchObject({ type: 'online', how: 'connected' });
      jid = outcome.type === 'online' ? outcome.jid : '';
    };

    const leave = async (): Promise<void> => {
      await tab.close();
      peer.seat.close();
    };

    beforeEach(arrive);
    afterEach(leave);

    const complaints = (): readonly string[] =>
      tab.complaints().filter((text) => name !== 'ejabberd' || !CLOSED_TWICE.test(text));

    /** What has come to the peer, once that are so many. */
    const atPeer = (count: number) => some(peer.seat.message$.pipe(map(({ body }) => body)), count);

    it('talks, sends no frame during a pause, and then everything in order', async () => {
      peer.seat.say(jid, 'hello');
      expect(await tab.untilReceived(1)).toEqual(['hello']);
      await tab.do('pause');
      await tab.requestsDuring(300);
      await tab.count(peer.jid, 20, 5);
      peer.seat.say(jid, 'are you there?');
      expect(await tab.requestsDuring(1_000)).toEqual([]);
      expect(await tab.untilReceived(2)).toEqual(['hello', 'are you there?']);
      await tab.do('resume');
      expect(await atPeer(20)).toEqual(numbers(20));
      await tab.do('disconnect');
      await tab.page.waitForFunction(() => sessionStorage.getItem('strophe-bosh-session') === null);
      expect(complaints()).toEqual([]);
    });

    /** How often it goes on, and what arrives, while both talk and the page is reloaded; no further than the server plays along. */
    const talkOverReloads = async () => {
      const login = stage.server.user('alice');
      const talk = interval(EACH_MS)
        .pipe(take(PER_ROUND * ROUNDS))
        .subscribe((n) => peer.seat.say(jid, String(n + 1)));
      let restored = 0;
      let refusals: readonly string[] = [];
      while (restored < ROUNDS && refusals.length === 0) {
        await tab.count(peer.jid, PER_ROUND * (restored + 1), EACH_MS);
        await atPeer(PER_ROUND * (restored + 1) - 10);
        await tab.reload();
        await tab.open(door.name, stage.server.websocket, options);
        const outcome = await tab.goOn(login);
        refusals = await tab.refusals();
        if (refusals.length === 0) expect(outcome).toEqual({ type: 'online', how: 'restored', jid });
        restored += 1;
      }
      return { talk, refusals };
    };

    it('is reloaded while both talk: the same session, no message lost or doubled either way', async () => {
      let { talk, refusals } = await talkOverReloads();
      for (let runs = 1; refusals.includes(HANG) && runs < MOST_RUNS; runs += 1) {
        process.stdout.write(`${name} has hung\n`);
        talk.unsubscribe();
        await leave();
        await arrive();
        ({ talk, refusals } = await talkOverReloads());
      }
      expect(refusals).toEqual([]);
      await tab.count(peer.jid, PER_ROUND * ROUNDS, EACH_MS);
      expect(await atPeer(PER_ROUND * ROUNDS)).toEqual(numbers(PER_ROUND * ROUNDS));
      expect(await tab.untilReceived(PER_ROUND * ROUNDS)).toEqual(numbers(PER_ROUND * ROUNDS));
      talk.unsubscribe();
      expect(complaints()).toEqual([]);
    });
  });
});
