import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import { launchBrowser } from '../browser/support/browser.js';
import { serve, type Site } from '../browser/support/serve.js';
import { type Consumer, install } from './support/consumer.js';
import type { Run } from './support/run.js';

jest.setTimeout(180_000);

const BUNDLERS = [
  { name: 'vite', packages: ['vite@7.3.8'], tool: ['vite', 'build'], pages: 'dist' },
  {
    name: 'esbuild',
    packages: ['esbuild@0.28.2'],
    tool: [
      ...['esbuild', 'main.js', 'worker.js', '--bundle', '--minify', '--format=esm', '--splitting'],
      ...['--outdir=.', '--allow-overwrite'],
    ],
    pages: '.',
  },
];

/** Every file that a build has left, by its path on a site. */
const routesOf = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const names = await readdir(directory, { recursive: true });
  const wanted = names.filter((name) => /\.(html|js)$/.test(name) && !name.includes('node_modules'));
  const files = wanted.map(
    async (name) => [`/${name}`, await readFile(join(directory, name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(files));
};

describe.each(BUNDLERS)('an app built with $name', ({ packages, tool: [tool = '', ...args], pages }) => {
  let consumer: Consumer;
  let built: Run;
  let routes: Readonly<Record<string, string>>;
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    consumer = await install('spec/package/consumers/bundled', ['rxjs@7', ...packages]);
    built = await consumer.tool(tool, ...args);
    routes = await routesOf(join(consumer.directory, pages));
    [browser, site] = await Promise.all([launchBrowser(), serve(routes)]);
  });

  afterAll(async () => {
    await Promise.all([browser.close(), site.close(), consumer.remove()]);
  });

  it('is built without a warning', () => {
    expect(`${built.out}${built.err}`).not.toMatch(/warn|\(!\)/i);
  });

  it('lives through a reload, in a page and in a worker', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`${site.origin}/index.html`);
    await page.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 20_000 });
    expect(await page.title()).toBe('page: connected, restored; worker: connected, restored');
    expect(problems).toEqual([]);
  });

  it('makes no code of texts, which a Content-Security-Policy would forbid', () => {
    const makers = Object.values(routes).flatMap((text) => text.match(/new Function|\beval\(/g) ?? []);
    expect(Object.values(routes).join()).toContain('xmpp');
    expect(makers).toEqual([]);
  });
});
