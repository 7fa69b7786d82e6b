import type { Browser, Page } from 'playwright-core';
import type { Credentials, SessionTokens } from 'rxmpp';
import type { DoorOptions, Outcome } from '../../servers/support/doors.js';
import type {} from '../pages/app.js';

const PATIENCE_MS = 15_000;

/** The record under its documented key, and how many things are kept beside it. */
export interface Kept {
  readonly record: Readonly<Record<string, unknown>> | undefined;
  readonly beside: number;
}

/** Options that can be handed to a page. */
export type PlainOptions = Omit<DoorOptions, 'mechanisms'>;

/** A browser tab with the program of `pages/app.ts` in it. */
export interface Tab {
  readonly page: Page;
  /** Opens one of the doors; again after each load. */
  readonly open: (door: string, service: string, options?: PlainOptions) => Promise<void>;
  readonly connect: (credentials: Credentials) => Promise<Outcome>;
  readonly attach: (tokens: SessionTokens) => Promise<Outcome>;
  readonly restore: (jid?: string) => Promise<Outcome>;
  readonly goOn: (credentials: Credentials) => Promise<Outcome>;
  readonly say: (to: string, body: string) => Promise<void>;
  readonly count: (to: string, last: number, everyMs: number) => Promise<void>;
  readonly do: (command: 'pause' | 'resume' | 'disconnect') => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly received: () => Promise<readonly string[]>;
  /** Once at least so many messages have come, all that came. Before long, what there is. */
  readonly untilReceived: (count: number) => Promise<readonly string[]>;
  /** Why the server has not gone on with a session, since the page was loaded. */
  readonly refusals: () => Promise<readonly string[]>;
  /** The requests made during the next `ms`. */
  readonly requestsDuring: (ms: number) => Promise<readonly string[]>;
  readonly kept: () => Promise<Kept>;
  /** Errors and warnings on the console so far, of our making or the browser's about us. */
  readonly complaints: () => readonly string[];
  readonly close: () => Promise<void>;
}

const readKept = (): Kept => {
  const key = 'strophe-bosh-session';
  const names = Object.keys(sessionStorage).filter((name) => name.startsWith(key));
  const text = sessionStorage.getItem(key);
  const record = text === null ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { record, beside: names.filter((name) => name !== key).length };
};

/** Opens a tab with a storage of its own. */
export const openTab = async (browser: Browser, url: string): Promise<Tab> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  const received = () => page.evaluate(() => window.app.received());
  return {
    page,
    open: (door, service, options) =>
      page.evaluate(([a, b, c]) => window.app.open(a, b, c), [door, service, options] as const),
    connect: (credentials) => page.evaluate((given) => window.app.connect(given), credentials),
    attach: (tokens) => page.evaluate((given) => window.app.attach(given), tokens),
    restore: (jid) => page.evaluate((given) => window.app.restore(given), jid),
    goOn: (credentials) => page.evaluate((given) => window.app.goOn(given), credentials),
    say: (to, body) => page.evaluate(([a, b]) => window.app.say(a, b), [to, body] as const),
    count: (to, last, everyMs) =>
      page.evaluate(([a, b, c]) => window.app.count(a, b, c), [to, last, everyMs] as const),
    do: (command) => page.evaluate((name) => window.app[name](), command),
    reload: async () => {
      await page.reload();
    },
    received,
    untilReceived: async (count) => {
      const enough = (least: number): boolean => window.app.received().length >= least;
      await page.waitForFunction(enough, count, { timeout: PATIENCE_MS }).catch(() => undefined);
      return received();
    },
    refusals: () => page.evaluate(() => window.app.refusals()),
    requestsDuring: (ms) => page.evaluate((given) => window.app.requestsDuring(given), ms),
    kept: () => page.evaluate(readKept),
    complaints: () => [...complaints],
    close: () => context.close(),
  };
};
