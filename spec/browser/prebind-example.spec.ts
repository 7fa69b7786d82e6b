import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { startDemo } from '../../examples/prebind/demo.js';
import { launchBrowser } from './support/browser.js';

jest.setTimeout(120_000);

type Demo = Awaited<ReturnType<typeof startDemo>>;

let demo: Demo;
let browser: Browser;
let page: Page;
let bodies: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  demo = await startDemo(join(__dirname, '../../examples/prebind'), 0);
  page = await (await browser.newContext()).newPage();
  bodies = [];
  page.on('request', (request) => bodies.push(request.postData() ?? ''));
  await page.goto(demo.url);
});

afterEach(async () => {
  await page.context().close();
  await demo.close();
});

const shows = (words: RegExp): Promise<void> => page.locator('#status').filter({ hasText: words }).waitFor();

const enter = async (): Promise<void> => {
  await page.fill('#name', 'ada');
  await page.fill('#secret', 'lovelace');
  await page.click('#site-login button');
};

describe('the site that prebinds', () => {
  it('hands its user a session; no login and no XMPP password pass through the page', async () => {
    await enter();
    await shows(/^attached as ada@example\.com\//);
    await page.click('#say');
    await page.getByText('Hello myself', { exact: true }).waitFor();
    expect(bodies.filter((body) => /<auth|kept by the site/.test(body))).toEqual([]);
    expect(demo.domain.sessions).toHaveLength(1);
  });

  it('goes on after a reload with the same session', async () => {
    await enter();
    await shows(/^attached/);
    await page.reload();
    await shows(/^restored as ada@example\.com\//);
    expect(demo.domain.sessions).toHaveLength(1);
  });

  it('falls back to a login when the session that it was given is none', async () => {
    await page.route('**/tokens', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), sid: 'stolen' } });
    });
    await enter();
    await page.locator('#xmpp-login').waitFor();
    await page.fill('#jid', 'ada@example.com');
    await page.fill('#password', 'kept by the site');
    await page.click('#xmpp-login button');
    await shows(/^connected as ada@example\.com\//);
  });

  it('leaves, and the site forgets', async () => {
    await enter();
    await shows(/^attached/);
    await page.click('#leave');
    await shows(/^offline/);
    await page.locator('#site-login').waitFor();
    expect(await page.evaluate(() => fetch('/tokens', { method: 'POST' }).then(({ status }) => status))).toBe(
      401,
    );
  });
});

describe('who asks the site for tokens', () => {
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${demo.url}tokens`, { method: 'POST', headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  const cookie = async (): Promise<string> => {
    const response = await fetch(`${demo.url}login`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=ada&secret=lovelace',
    });
    const set = response.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^id=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/);
    return set.split(';')[0] ?? '';
  };

  it('gets a session of its own each time, which nobody on the way may keep', async () => {
    const headers = { cookie: await cookie(), 'sec-fetch-site': 'same-origin' };
    const [one, two] = [await ask(headers), await ask(headers)];
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(one.headers.get('cache-control')).toBe('no-store');
    const sids = [one, two].map(({ text }) => (JSON.parse(text) as { readonly sid: string }).sid);
    expect(sids[0]).not.toBe(sids[1]);
  });

  it('gets nothing without a cookie', async () => {
    expect(await ask({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 401 });
    expect(demo.domain.sessions).toEqual([]);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ])('gets nothing from another site, cookie or not: %j', async (from) => {
    expect(await ask({ cookie: await cookie(), ...(from as Record<string, string>) })).toMatchObject({
      status: 403,
    });
    expect(demo.domain.sessions).toEqual([]);
  });
});
