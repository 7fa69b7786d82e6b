import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { filter } from 'rxjs';

import { DOORS } from '../servers/support/doors.js';
import { enter, type Person } from '../servers/support/pair.js';
import { SERVERS, type TestServer } from '../servers/support/servers.js';
import { within } from '../servers/support/within.js';
import { launchBrowser } from './support/browser.js';
import { bundleText } from './support/bundle.js';
import { serve, type Site } from './support/serve.js';

const LIBRARIES = ['rxmpp', 'strophe.js'];
const FILE = join(__dirname, 'pages', 'usual-app.js');
const PATIENCE_MS = 20_000;

/** What the app shows of itself. */
interface Usual {
  readonly statuses: readonly string[];
  readonly conditions: readonly (string | null)[];
  readonly roster: readonly string[] | null;
  readonly rosterError: unknown;
  readonly refused: string | null;
  readonly presences: readonly { readonly from: string; readonly type: string | null }[];
  readonly messages: readonly { readonly from: string; readonly text: string }[];
  readonly raw: Readonly<Record<'in' | 'out', number>> &
    Readonly<Record<'presenceSent' | 'messageRead', boolean>>;
  readonly ticks: number;
  readonly once?: number;
  readonly rids: readonly number[];
  readonly connection: () => Readonly<Record<string, unknown>>;
  readonly say: (to: string, text: string) => void;
  readonly leave: () => void;
}

declare global {
  interface Window {
    usual: Usual;
  }
}

jest.setTimeout(90_000);

const page = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;

/** The app as it stands, with one library or the other. */
const build = (library: string): Promise<string> =>
  bundleText(readFileSync(FILE, 'utf8').replace("'LIBRARY'", `'${library}'`), join(__dirname, 'pages'));

describe.each(SERVERS)('an app in the usual style, on $name', ({ start }) => {
  let server: TestServer;
  let browser: Browser;
  let site: Site;
  let peer: Person;
  beforeAll(async () => {
    const [ours, theirs] = await Promise.all(LIBRARIES.map(build));
    const routes = { '/rxmpp.html': page('/rxmpp-app.js'), '/strophe.js.html': page('/strophe.js-app.js') };
    [server, browser, site] = await Promise.all([
      start(),
      launchBrowser(),
      serve({ ...routes, '/rxmpp-app.js': ours!, '/strophe.js-app.js': theirs! }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), browser.close(), site.close()]);
  });
  beforeEach(async () => {
    peer = await enter(DOORS[0]!, server, 'bob');
  });
  afterEach(() => peer.seat.close());

  const until = (tab: Page, what: (usual: Usual) => boolean): Promise<unknown> =>
    tab.waitForFunction(`(${what.toString()})(window.usual)`, undefined, { timeout: PATIENCE_MS });
  const shown = (tab: Page): Promise<Omit<Usual, 'connection' | 'say' | 'leave'>> =>
    tab.evaluate(() => JSON.parse(JSON.stringify(window.usual)) as Usual);
  const heardBack = (text: string) =>
    within(peer.seat.message$.pipe(filter(({ body }) => body === `You said: ${text}`)), text, PATIENCE_MS);

  it.each(LIBRARIES)('logs in, chats, is reloaded, goes on and leaves, with %s', async (library) => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    const { jid, password } = server.user('alice');
    const parameters = new URLSearchParams({ service: server.service, jid, password });
    await tab.goto(`${site.origin}/${library}.html?${parameters.toString()}`);

    await until(tab, (usual) => usual.roster !== null && usual.refused !== null && usual.ticks === 3);
    await until(tab, ({ presences }) => presences.length > 0);
    const first = await shown(tab);
    // Strophe.js says AUTHENTICATING of legacy logins only.
    expect(first.statuses.filter((status) => status !== 'AUTHENTICATING')).toEqual([
      'CONNECTING',
      'CONNECTED',
    ]);
    expect(first).toMatchObject({ roster: [], rosterError: null, refused: 'error' });
    expect(first.raw).toMatchObject({ presenceSent: true });
    expect(first.raw.in).toBeGreaterThan(3);
    expect(first.raw.out).toBeGreaterThan(3);
    const itself = await tab.evaluate(() => window.usual.connection());
    const full = String(itself['jid']);
    expect(itself).toEqual({
      ...{ jid: expect.stringMatching(`^${jid}/.`) as string, bare: jid, domain: 'localhost' },
      ...{ connected: true, authenticated: true, restored: false },
    });
    expect(first.presences.map(({ from }) => from)).toContain(full);

    for (const text of ['one', 'two & <three>']) {
      peer.seat.say(full, text);
      await heardBack(text);
    }
    expect(await shown(tab)).toMatchObject({
      messages: [
        { from: server.user('bob').jid, text: 'one' },
        { from: server.user('bob').jid, text: 'two &amp; &lt;three&gt;' },
      ],
      ...{ once: 1, raw: { messageRead: true } },
    });

    await tab.reload();
    await until(tab, (usual) => usual.roster !== null && usual.refused !== null);
    const again = await shown(tab);
    expect(again.statuses).toEqual(['ATTACHED']);
    expect(await tab.evaluate(() => window.usual.connection())).toMatchObject({ jid: full, restored: true });
    expect(again.rids.length).toBeGreaterThan(0);
    peer.seat.say(full, 'still there?');
    await heardBack('still there?');

    await tab.evaluate(() => window.usual.leave());
    await until(tab, ({ statuses }) => statuses.includes('DISCONNECTED'));
    expect((await shown(tab)).statuses).toEqual(['ATTACHED', 'DISCONNECTING', 'DISCONNECTED']);
    await context.close();
  });
});
