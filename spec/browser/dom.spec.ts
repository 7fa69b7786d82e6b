import type { Browser } from 'playwright-core';

import { startProsody, type TestServer } from '../servers/support/servers.js';
import { launchBrowser } from './support/browser.js';
import { bundleText } from './support/bundle.js';
import { serve, type Site } from './support/serve.js';

/** What a handler has seen of its stanza, by names that only an Element of the DOM has all of. */
interface Seen {
  readonly isElement: boolean;
  readonly ownerIsDocument: boolean;
  readonly body: string | null;
  readonly nearest: string | null;
  readonly html: string;
  readonly attributes: readonly string[];
  readonly result: boolean;
}

declare global {
  interface Window {
    seen: Promise<Seen>;
  }
}

const APP = `
import { $iq, $msg, Strophe } from 'rxmpp';

const [service, jid, password, dom] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const connection = new Strophe.Connection(service, { dom });
window.seen = new Promise((resolve) => {
  let result = false;
  connection.addHandler((stanza) => {
    const body = stanza.querySelector('body');
    resolve({
      isElement: stanza instanceof Element,
      ownerIsDocument: stanza.ownerDocument instanceof Document,
      body: body?.textContent ?? null,
      nearest: body?.closest?.('message')?.getAttribute('id') ?? null,
      html: stanza.outerHTML ?? '',
      attributes: [...(stanza.attributes ?? [])].map(({ name }) => name),
      result,
    });
  }, null, 'message');
  connection.connect(jid, password, (status) => {
    if (status !== Strophe.Status.CONNECTED) return;
    const ping = $iq({ type: 'get', to: connection.domain }).c('ping', { xmlns: 'urn:xmpp:ping' });
    connection.sendIQ(ping, (answer) => {
      result = answer instanceof Element;
      connection.send($msg({ to: connection.jid, id: 'm1', type: 'chat' }).c('body').t('3 < 4 & more'));
    });
  });
});
`;

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>`;

jest.setTimeout(60_000);

describe('a handler in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    const app = await bundleText(APP, __dirname);
    [server, browser, site] = await Promise.all([
      startProsody(),
      launchBrowser(),
      serve({ '/app.html': PAGE, '/app.js': app }),
    ]);
  });
  afterAll(() => Promise.all([server.stop(), browser.close(), site.close()]));

  const seenWith = async (dom: boolean): Promise<Seen> => {
    const { jid, password } = server.user('alice');
    const page = await browser.newPage();
    try {
      const words = encodeURIComponent(JSON.stringify([server.service, jid, password, dom]));
      await page.goto(`${site.origin}/app.html#${words}`);
      return await page.evaluate(() => window.seen);
    } finally {
      await page.close();
    }
  };

  it('gets Elements of the DOM with the option dom', async () => {
    const { html, attributes, ...seen } = await seenWith(true);
    expect(seen).toEqual({
      ...{ isElement: true, ownerIsDocument: true, body: '3 < 4 & more', nearest: 'm1', result: true },
    });
    expect(html).toContain('<body>3 &lt; 4 &amp; more</body>');
    expect(attributes).toEqual(expect.arrayContaining(['id', 'from', 'to', 'type']));
  });

  it('gets our own elements without it, which read the same', async () => {
    expect(await seenWith(false)).toMatchObject({ isElement: false, body: '3 < 4 & more', result: false });
  });
});
