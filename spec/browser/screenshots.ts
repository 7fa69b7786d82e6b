// npm run screenshots: plays a minute of the live diagram in light and in dark, and puts the pictures beside it, for the README.
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { readPage } from '../../examples/page-files.js';
import { startServer } from '../../examples/web/server.js';
import { launchBrowser } from './support/browser.js';

const SITE = join(import.meta.dirname, '../../examples/web');
const VIEWPORT = { width: 1240, height: 500 };

/** What is done to the page, and for how long (ms) it is left alone after that. */
const STORY: readonly (readonly [keys: string, ms: number])[] = [
  ['', 1_200],
  ['s', 500],
  ['p', 200],
  ['s', 350],
  ['s', 350],
  ['s', 300],
  ['p', 900],
  ['t', 1_300],
  ['r', 2_600],
  ['n', 1_400],
  ['n', 2_200],
  ['t', 1_500],
];

const play = async (page: Page): Promise<void> => {
  for (const [keys, ms] of STORY) {
    for (const key of keys) await page.keyboard.press(key);
    if (keys === 'r') await page.waitForFunction('document.getElementById("reloads")?.textContent === "1"');
    await page.waitForTimeout(ms);
  }
};

const take = async (browser: Browser, colorScheme: 'light' | 'dark'): Promise<void> => {
  const server = await startServer(await readPage(SITE, 'main'), 0);
  const context = await browser.newContext({ colorScheme, viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction('document.getElementById("status")?.textContent === "online: connected"');
  await play(page);
  await page.screenshot({ path: join(SITE, `screenshot-${colorScheme}.png`) });
  await context.close();
  await server.close();
};

const browser = await launchBrowser();
await take(browser, 'light');
await take(browser, 'dark');
await browser.close();
