import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { $msg, toElement, type XmlElement } from 'rxmpp';
import { createDomain, listen, type ListeningDomain } from 'rxmpp/testing/node';

import { launchBrowser } from '../browser/support/browser.js';
import { type Consumer, install } from './support/consumer.js';
import type { Run } from './support/run.js';

jest.setTimeout(180_000);

const PATIENCE_MS = 30_000;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

let consumer: Consumer;
let browser: Browser;

beforeAll(async () => {
  [consumer, browser] = await Promise.all([install('examples/angular'), launchBrowser()]);
});

afterAll(() => Promise.all([consumer.remove(), browser.close()]));

const readSite = async (directory: string): Promise<ReadonlyMap<string, string>> => {
  const names = (await readdir(directory)).filter((name) => extname(name) in TYPES);
  const files = names.map(
    async (name) => [`/${name}`, await readFile(join(directory, name), 'utf8')] as const,
  );
  const all = new Map(await Promise.all(files));
  return new Map([...all, ['/', all.get('/index.html') ?? '']]);
};

/** The built app, and an XMPP server at the same origin. */
const serveApp = async (files: ReadonlyMap<string, string>): Promise<ListeningDomain> => {
  const domain = createDomain({
    users: { alice: 'secret', bob: 'secret' },
    bosh: { wait: 60 },
    random: Math.random,
  });
  return listen(domain, {
    otherwise: ({ url = '/' }, response) => {
      const body = files.get(url);
      const type = TYPES[extname(url) || '.html'] ?? 'text/plain';
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
    },
  });
};

const message = (from: string, text: string): XmlElement =>
  toElement($msg({ from, type: 'chat' }).c('body').t(text));

const VARIANTS = [
  { name: 'zoneless', configuration: 'production', pages: 'dist/zoneless', zone: false },
  { name: 'zone.js', configuration: 'production,zone', pages: 'dist/zone', zone: true },
];

describe.each(VARIANTS)('the Angular app, $name', ({ configuration, pages, zone }) => {
  let built: Run;
  let app: ListeningDomain;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    built = await consumer.tool('ng', 'build', '--configuration', configuration);
    app = await serveApp(await readSite(join(consumer.directory, pages)));
    page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`http://127.0.0.1:${app.port}/`);
  });

  afterAll(() => app.close());

  const shows = (id: string, words: string | RegExp): Promise<void> =>
    page.locator(`#${id}`).filter({ hasText: words }).waitFor({ timeout: PATIENCE_MS });

  const isStable = () =>
    page.waitForFunction(() => document.body.dataset['stable'] === 'true', undefined, {
      timeout: PATIENCE_MS,
    });

  it('is built without a warning of CommonJS, of size or of anything', () => {
    expect(`${built.out}${built.err}`).not.toMatch(/warning|CommonJS|budget/i);
  });

  it('has zone.js only where it is asked for', async () => {
    expect(await page.evaluate(() => 'Zone' in window)).toBe(zone);
    await shows('status', 'offline');
  });

  it('logs in, and is stable while a request is held by the server', async () => {
    await page.fill('#jid', 'alice@example.com');
    await page.fill('#password', 'secret');
    await page.click('#connect');
    await shows('status', /^connected as alice@example\.com\//);
    await isStable();
    // Still so while nothing happens but that a request is held.
    await page.waitForTimeout(500);
    expect(app.domain.open).toHaveLength(1);
    expect(await page.evaluate(() => document.body.dataset['stable'])).toBe('true');
  });

  it('shows what comes, without a word to Angular', async () => {
    const bob = app.domain.user('bob@example.com');
    await page.fill('#to', bob.jid);
    await page.fill('#text', 'hello bob');
    const heard = new Promise((resolve) =>
      bob.received$.subscribe((stanza) => resolve(stanza.child('body')?.text)),
    );
    await page.click('#say');
    expect(await heard).toBe('hello bob');
    app.domain.deliver('alice@example.com', message(bob.jid, 'hello alice'));
    await shows('lines', 'hello alice');
  });

  it('goes on after a reload, without a password', async () => {
    await page.reload();
    await shows('status', /^restored as alice@example\.com\//);
    await isStable();
    expect(app.domain.sessions).toHaveLength(1);
    app.domain.deliver('alice@example.com', message('bob@example.com/peer', 'still there?'));
    await shows('lines', 'still there?');
  });

  it('leaves', async () => {
    await page.click('#leave');
    await shows('status', 'offline');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(problems).toEqual([]);
  });
});
