import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { prebind } from 'rxmpp';

import { type TestServer, startProsody } from '../servers/support/servers.js';
import { within } from '../servers/support/within.js';
import { bundle } from './support/bundle.js';
import { serve, type Site } from './support/serve.js';

jest.setTimeout(120_000);

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="module" src="/app.js"></script>`;

let server: TestServer;
let site: Site;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const routes = { '/app.html': PAGE, '/app.js': await bundle('spec/browser/pages/app.ts') };
  // Debian's own build, driven by WebDriver BiDi: what the browser has itself, nothing patched.
  const launched = puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    timeout: 60_000,
  });
  [server, site, browser] = await Promise.all([startProsody(), serve(routes), launched]);
  page = await browser.newPage();
  await open();
});

afterAll(() => Promise.all([server.stop(), site.close(), browser.close()]));

const open = async (): Promise<void> => {
  await page.goto(`${site.origin}/app.html`);
  await page.evaluate(
    (service) => window.app.open('createClient', service, { keepalive: true }),
    server.service,
  );
};

describe('in Firefox', () => {
  it('logs in', async () => {
    const outcome = await page.evaluate((user) => window.app.connect(user), server.user('alice'));
    expect(outcome).toMatchObject({ type: 'online', how: 'connected' });
  });

  it('goes on after a reload, and what it says arrives', async () => {
    await open();
    const outcome = await page.evaluate(() => window.app.restore());
    expect(outcome).toEqual({ type: 'online', how: 'restored', jid: expect.any(String) as string });
    const jid = outcome.type === 'online' ? outcome.jid : '';
    // Not held up by the request that waits at the server.
    const begun = Date.now();
    await page.evaluate((to) => window.app.say(to, 'said to myself'), jid);
    await page.waitForFunction(() => window.app.received().includes('said to myself'), { timeout: 20_000 });
    expect(Date.now() - begun).toBeLessThan(10_000);
    await page.evaluate(() => window.app.disconnect());
  });

  it('takes over a session that was opened for it', async () => {
    const { jid, sid, rid } = await within(prebind(server.service, server.user('bob')), 'tokens');
    await open();
    const outcome = await page.evaluate((tokens) => window.app.attach(tokens), { jid, sid, rid });
    expect(outcome).toEqual({ type: 'online', how: 'attached', jid });
  });
});
