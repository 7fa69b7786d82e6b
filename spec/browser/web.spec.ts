import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright-core';

import { readPage } from '../../examples/page-files.js';
import { type LiveServer, startServer } from '../../examples/web/server.js';
import { launchBrowser } from './support/browser.js';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 30_000;
/** A tab that is not in front draws no frames to look in. */
const POLLING_MS = 50;

jest.setTimeout(120_000);

let server: LiveServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [server, browser] = await Promise.all([
    readPage(join(__dirname, '../../examples/web'), 'main').then((files) => startServer(files, 0)),
    launchBrowser(),
  ]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

const open = async (colorScheme: 'light' | 'dark'): Promise<void> => {
  context = await browser.newContext({ colorScheme });
  page = await context.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(server.url);
  await status(page, 'online: connected');
};

afterEach(() => context.close());

const status = async (tab: Page, words: string): Promise<void> => {
  const says = (text: string): boolean => document.getElementById('status')?.textContent === text;
  await tab.waitForFunction(says, words, { timeout: PATIENCE_MS, polling: POLLING_MS });
};

const number = async (id: string): Promise<number> => Number(await page.locator(`#${id}`).innerText());

const untilAtLeast = async (id: string, least: number): Promise<void> => {
  const enough = ([name, count]: [string, number]): boolean =>
    Number(document.getElementById(name)?.textContent) >= count;
  await page.waitForFunction(enough, [id, least] as [string, number], {
    timeout: PATIENCE_MS,
    polling: POLLING_MS,
  });
};

/** The colours that the diagram is made of, and how many dots have each. */
const colours = (): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set<number>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 255) seen.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
    }
    return seen.size;
  });

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
}

const findings = async (): Promise<readonly Finding[]> => {
  await page.evaluate(AXE);
  const all = await page.evaluate<readonly Finding[]>('axe.run().then(({ violations }) => violations)');
  return all.map(({ id, impact, help }) => ({ id, impact, help }));
};

describe('the live diagram', () => {
  it('loses and doubles nothing over reloads in mid-sentence', async () => {
    await open('light');
    await page.keyboard.press('t');
    for (const round of [1, 2, 3]) {
      await untilAtLeast('in-came', 2 * round);
      await page.keyboard.press('r');
      await page.waitForFunction(
        (n) => document.getElementById('reloads')?.textContent === String(n),
        round,
        {
          timeout: PATIENCE_MS,
        },
      );
    }
    await page.keyboard.press('b');
    await page.keyboard.press('t');
    const sent = Number(await page.evaluate(() => sessionStorage.getItem('live:sent')));
    await untilAtLeast('out-came', sent);
    const counted = await Promise.all(
      ['in-lost', 'in-doubled', 'out-lost', 'out-doubled', 'logins'].map((id) => number(id)),
    );
    expect(counted).toEqual([0, 0, 0, 0, 1]);
    expect(sent).toBeGreaterThan(10);
    expect(problems).toEqual([]);
  });

  it('holds back what is sent during a pause, and releases it in one request', async () => {
    await open('light');
    // What the page says when it comes online has left.
    await untilAtLeast('in-came', 1);
    await page.keyboard.press('p');
    for (let i = 0; i < 3; i += 1) await page.getByRole('button', { name: 'Send one' }).click();
    await page.waitForTimeout(300);
    expect(await page.getByRole('button', { name: 'Resume' }).getAttribute('aria-pressed')).toBe('true');
    const bodies: string[] = [];
    page.on('request', (request) => bodies.push(request.postData() ?? ''));
    await page.keyboard.press('p');
    await untilAtLeast('out-came', 3);
    const counts = bodies.map((body) => body.match(/<message/g)?.length ?? 0).filter(Boolean);
    expect(counts).toEqual([3]);
  });

  it('goes on after its network was cut', async () => {
    await open('light');
    await page.keyboard.press('n');
    await page.keyboard.press('b');
    await page.getByText('broke: The network was cut').first().waitFor();
    await page.getByRole('button', { name: 'Mend the network' }).click();
    await untilAtLeast('out-came', 10);
    expect(await Promise.all(['out-lost', 'out-doubled', 'logins'].map((id) => number(id)))).toEqual([
      0, 0, 1,
    ]);
  });

  it('tells a duplicated tab that the session has an owner, and goes on itself', async () => {
    await open('light');
    const [copy] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('d')]);
    await status(copy, 'session-in-use');
    await copy.getByRole('button', { name: 'Log in anew' }).click();
    await status(copy, 'online: connected');
    await untilAtLeast('in-came', (await number('in-came')) + 2);
    expect(await number('in-doubled')).toBe(0);
  });

  it.each(['light', 'dark'] as const)('is drawn, and accessible, in %s', async (scheme) => {
    await open(scheme);
    await page.keyboard.press('b');
    await untilAtLeast('out-came', 10);
    expect(await findings()).toEqual([]);
    expect(await colours()).toBeGreaterThan(6);
    expect(problems).toEqual([]);
  });

  it('is reached by the keyboard alone', async () => {
    await open('light');
    const names: string[] = [];
    for (let i = 0; i < 9; i += 1) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate(() => document.activeElement?.id ?? ''));
    }
    expect(names).toEqual(['send', 'burst', 'stream', 'pause', 'flush', 'reload', 'duplicate', 'cut', 'log']);
  });
});
