import type { Browser } from 'playwright-core';
import { filter, interval, map, take } from 'rxjs';
import { DOORS } from '../servers/support/doors.js';
import { enter, type Person } from '../servers/support/pair.js';
import { SERVERS, type TestServer } from '../servers/support/servers.js';
import { some, within } from '../servers/support/within.js';
import { launchBrowser } from './support/browser.js';
import type { Site } from './support/serve.js';
import { openTab, serveApp, type Tab } from './support/tab.js';

const START_MS = 60_000;
const RELOADS_MS = 60_000;
const EACH_MS = 15;
/** Messages each way per round, and after how many of them the page is reloaded; after all of them it is quiet. */
const PER_ROUND = 20;
const RELOAD_AFTER = [20, 7, 11, 20, 2, 16];

const numbers = (last: number): readonly string[] => Array.from({ length: last }, (_, n) => String(n + 1));

describe.each(SERVERS)('a page with a session of $name', ({ start }) => {
  let server: TestServer;
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [server, browser, site] = await Promise.all([start(), launchBrowser(), serveApp()]);
  }, START_MS);
  afterAll(() => Promise.all([server.stop(), browser.close(), site.close()]));

  describe.each(DOORS)('through $name', (door) => {
    let tab: Tab;
    let peer: Person;
    let jid: string;

    beforeEach(async () => {
      peer = await enter(door, server, 'bob');
      tab = await openTab(browser, site);
      await tab.open(door.name, server.service, { keepalive: true });
      const outcome = await tab.connect(server.user('alice'));
      expect(outcome).toMatchObject({ type: 'online', how: 'connected' });
      jid = outcome.type === 'online' ? outcome.jid : '';
    });

    afterEach(async () => {
      await tab.close();
      peer.seat.close();
    });

    const countFrom = (first: number): void => {
      interval(EACH_MS)
        .pipe(take(PER_ROUND))
        .subscribe((n) => peer.seat.say(jid, String(first + n)));
    };

    it(
      'is reloaded in quiet and busy moments, and no message is lost or doubled either way',
      async () => {
        let total = 0;
        for (const after of RELOAD_AFTER) {
          const heard = peer.seat.message$.pipe(filter((_, n) => n + 1 === total + after));
          await tab.count(peer.jid, total + PER_ROUND, EACH_MS);
          countFrom(total + 1);
          await within(heard, `message ${total + after}`);
          if (after === PER_ROUND) await tab.untilReceived(total + PER_ROUND);
          await tab.reload();
          await tab.open(door.name, server.service, { keepalive: true });
          expect(await tab.restore(jid)).toEqual({ type: 'online', how: 'restored', jid });
          total += PER_ROUND;
          await tab.count(peer.jid, total, EACH_MS);
        }
        const out = await some(peer.seat.message$.pipe(map(({ body }) => body)), total);
        expect(out).toEqual(numbers(total));
        expect(await tab.untilReceived(total)).toEqual(numbers(total));
      },
      RELOADS_MS,
    );

    it('keeps jid, sid and rid under the documented name from the login to the logout', async () => {
      const { record } = await tab.kept();
      expect(record).toMatchObject({ jid, sid: expect.stringMatching(/./), rid: expect.any(Number) });
      peer.seat.say(jid, 'next');
      await tab.untilReceived(1);
      const later = (await tab.kept()).record;
      expect(later).toMatchObject({ jid, sid: record?.['sid'] });
      expect(later?.['rid']).toBeGreaterThan(Number(record?.['rid']));
      await tab.do('disconnect');
      await tab.page.waitForFunction(() => sessionStorage.getItem('strophe-bosh-session') === null);
      expect(await tab.kept()).toEqual({ record: undefined, beside: 0 });
    });
  });
});
