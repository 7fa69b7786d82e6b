import type { Browser } from 'playwright-core';
import { startProsody } from '../servers/support/servers.js';
import { launchBrowser } from './support/browser.js';
import { bundle } from './support/bundle.js';
import { serve, type Site } from './support/serve.js';

const START_MS = 60_000;

describe('the test browser', () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    browser = await launchBrowser();
    site = await serve({
      '/module.html': `<!doctype html><title>waiting</title><script type="module">
        import { Subject } from '/bundle.js';
        document.title = typeof new Subject().next;
      </script>`,
      '/bundle.js': await bundle('node_modules/rxjs/dist/esm/index.js'),
    });
  }, START_MS);

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  it('runs the module script of a page, with a bundle made for it', async () => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/module.html`);
    await page.waitForFunction(() => document.title !== 'waiting');
    expect(await page.title()).toBe('function');
  });

  it('keeps sessionStorage over a reload of the page, and not for another one', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.origin);
    await page.evaluate(() => sessionStorage.setItem('key', 'value'));
    await page.reload();
    expect(await page.evaluate(() => sessionStorage.getItem('key'))).toBe('value');
    const other = await context.newPage();
    await other.goto(site.origin);
    expect(await other.evaluate(() => sessionStorage.getItem('key'))).toBeNull();
  });

  it(
    'lets a page post to a BOSH server of another origin',
    async () => {
      const server = await startProsody();
      const page = await browser.newPage();
      await page.goto(site.origin);
      const answer = await page.evaluate(
        async ([service, body]) => {
          const response = await fetch(service, {
            method: 'POST',
            headers: { 'content-type': 'text/xml; charset=utf-8' },
            body,
          });
          return response.text();
        },
        [
          server.service,
          `<body xmlns='http://jabber.org/protocol/httpbind' rid='1573741820' to='${server.domain}' wait='5' hold='1' ` +
            `ver='1.11' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'/>`,
        ] as const,
      );
      expect(answer).toMatch(/ sid='[^']+'/);
      await server.stop();
    },
    START_MS,
  );
});
