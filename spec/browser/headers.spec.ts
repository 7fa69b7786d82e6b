import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { ClientOptions } from 'rxmpp';

import { type AnyServer, startEmbedded } from '../servers/support/embedded.js';
import { type Proxy, startProxy } from '../servers/support/proxy.js';
import { launchBrowser } from './support/browser.js';
import { bundle } from './support/bundle.js';
import type {} from './pages/app.js';

const PATIENCE_MS = 15_000;
const PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="/app.js"></script>';

jest.setTimeout(60_000);

/** A site whose page has the policy that its query asks for. */
const serveWithPolicy = async (app: string) => {
  const policy = ({ url = '/' }: IncomingMessage): string =>
    new URL(url, 'http://localhost').searchParams.get('policy') ?? '';
  const site = createServer((request, response) => {
    const script = request.url === '/app.js';
    const type = script ? 'text/javascript' : 'text/html; charset=utf-8';
    const csp = script ? '' : policy(request);
    response.writeHead(200, { 'content-type': type, ...(csp && { 'content-security-policy': csp }) });
    response.end(script ? app : PAGE);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  return {
    pageUnder: (csp: string) => `${origin}/?${new URLSearchParams({ policy: csp }).toString()}`,
    close: () => {
      site.close();
      site.closeAllConnections();
    },
  };
};

let server: AnyServer;
let proxy: Proxy;
let browser: Browser;
let site: Awaited<ReturnType<typeof serveWithPolicy>>;
let page: Page;
let violations: string[];

beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    startEmbedded(),
    launchBrowser(),
    bundle('spec/browser/pages/app.ts').then(serveWithPolicy),
  ]);
  proxy = await startProxy(Number(new URL(server.service).port));
});

afterAll(async () => {
  await browser.close();
  await proxy.close();
  site.close();
  await server.stop();
});

const service = (): string => proxy.through(server.service);
const open = (options: Omit<ClientOptions, 'mechanisms'>): Promise<void> =>
  page.evaluate(([at, given]) => window.app.open('createClient', at, given), [service(), options] as const);
const connect = () => page.evaluate((who) => window.app.connect(who), server.user('alice'));

/** Opens a page under a policy, and hears of everything that the policy forbids. */
const load = async (policy: string): Promise<void> => {
  page = await (await browser.newContext()).newPage();
  violations = [];
  await page.exposeFunction('violated', (what: string) => violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
      (window as unknown as { violated: (what: string) => void }).violated(violatedDirective);
    });
  });
  await page.goto(site.pageUnder(policy));
  await page.waitForFunction(() => 'app' in window, undefined, { timeout: PATIENCE_MS });
};

afterEach(() => page.context().close());

/** Logs in, says something to itself, and waits for it; its full JID. */
const chat = async (options: Omit<ClientOptions, 'mechanisms'>): Promise<string> => {
  await open(options);
  const outcome = await connect();
  if (outcome.type === 'failed') throw new Error(`No login: ${outcome.condition}`);
  await hearOneself(outcome.jid, 1);
  return outcome.jid;
};

const hearOneself = async (jid: string, count: number): Promise<void> => {
  await page.evaluate(([to, text]) => window.app.say(to, text), [jid, 'x'] as const);
  const came = (least: number): boolean => window.app.received().length >= least;
  await page.waitForFunction(came, count, { timeout: PATIENCE_MS });
};

describe('a session with a server of another origin', () => {
  it.each([
    [
      'asks no permission with text/plain and without upload events',
      true,
      { contentType: 'text/plain', uploadEvents: false },
    ],
    ['asks for it with the usual content type', false, { uploadEvents: false }],
    ['asks for it with upload events', false, { contentType: 'text/plain' }],
  ])('%s', async (_, none, options) => {
    await load('');
    proxy.resetCounts();
    await chat(options);
    const { requests, preflights } = proxy.counts();
    expect(requests).toBeGreaterThan(4);
    expect(preflights === 0).toBe(none);
  });
});

describe('a page with a Content Security Policy', () => {
  const strict = "default-src 'none'; script-src 'self'";

  it('logs in, chats and is restored where no more than connect-src is allowed', async () => {
    await load(`${strict}; connect-src ${new URL(service()).origin}`);
    const jid = await chat({ keepalive: true });
    await page.reload();
    await page.waitForFunction(() => 'app' in window);
    await open({ keepalive: true });
    expect(await page.evaluate(() => window.app.restore())).toMatchObject({
      type: 'online',
      how: 'restored',
    });
    await hearOneself(jid, 2);
    expect(violations).toEqual([]);
  });

  it('is told of what the policy forbids', async () => {
    await load(strict);
    await open({ connectTimeout: 1_000 });
    expect(await connect()).toMatchObject({ type: 'failed' });
    expect(violations).toContain('connect-src');
  });
});
