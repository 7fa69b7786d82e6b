import type { Browser, Page } from 'playwright-core';

import { DOORS } from '../servers/support/doors.js';
import { enter, type Person } from '../servers/support/pair.js';
import { startProsody, type TestServer } from '../servers/support/servers.js';
import type {} from './pages/angular.js';
import { launchBrowser } from './support/browser.js';
import { bundle } from './support/bundle.js';
import { serve, type Site } from './support/serve.js';

const PATIENCE_MS = 20_000;
const QUIET_MS = 1_500;

jest.setTimeout(90_000);

describe('an Angular application with a client that polls', () => {
  let server: TestServer;
  let browser: Browser;
  let site: Site;
  let page: Page;
  let peer: Person;

  beforeAll(async () => {
    const program = await bundle('spec/browser/pages/angular.ts');
    [server, browser, site] = await Promise.all([
      startProsody(),
      launchBrowser(),
      serve({
        '/page': '<!doctype html><script type="module" src="/page.js"></script>',
        '/page.js': program,
      }),
    ]);
    peer = await enter(DOORS[0]!, server, 'bob');
  });
  afterAll(async () => {
    peer.seat.close();
    await Promise.all([browser.close(), site.close(), server.stop()]);
  });

  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(`${site.origin}/page`);
    await page.waitForFunction(() => 'angularPage' in window);
  });
  afterEach(async () => {
    await page.evaluate(() => window.angularPage.stop());
    await page.close();
  });

  const start = async (withPort: boolean): Promise<void> => {
    await page.evaluate(([service, account, port]) => window.angularPage.start(service, account, port), [
      server.service,
      server.user('alice'),
      withPort,
    ] as const);
    await untilTold('online');
  };
  const untilTold = (what: string) =>
    page.waitForFunction((text) => window.angularPage.told().some((one) => one.what === text), what, {
      timeout: PATIENCE_MS,
    });
  const stability = () => page.evaluate(() => window.angularPage.stability());
  const untilStable = () =>
    page.waitForFunction(() => window.angularPage.stability().stable, undefined, { timeout: PATIENCE_MS });
  /** No event tells that nothing happens: this waits out a time. */
  const quiet = () => page.waitForTimeout(QUIET_MS);

  it('is stable with the zone port while a request is held, and is told everything inside of the zone', async () => {
    await start(true);
    await untilStable();
    const before = await stability();
    await quiet();
    expect(await stability()).toEqual(before);

    await page.evaluate((to) => window.angularPage.say(to, 'hello yourself'), peer.jid);
    await untilTold('dispatched');
    await untilStable();
    const told = await page.evaluate(() => window.angularPage.told());
    expect(told.filter(({ noticed }) => !noticed)).toEqual([]);
    expect(told.map(({ what }) => what)).toEqual(expect.arrayContaining(['online', 'queued', 'dispatched']));
  });

  it('without the port it is never stable: that is what the port is for', async () => {
    await start(false);
    await quiet();
    expect(await stability()).toMatchObject({ stable: false });
  });
});
