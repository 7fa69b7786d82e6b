import type { BrowserContext, Page } from 'playwright-core';
import { filter, firstValueFrom, ReplaySubject, timeout, type Observable } from 'rxjs';
import { bundle } from '../../browser/support/bundle.js';
import { serve, type Site } from '../../browser/support/serve.js';
import type { Report, Setup } from '../page.js';

/** The site that the chaos happens on. */
export const serveChaos = async (): Promise<Site> =>
  serve({
    '/chaos.html':
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/chaos.js"></script>',
    '/chaos.js': await bundle('spec/chaos/page.ts'),
  });

/** The reports of all pages of a browser context, from the beginning. */
export const listenTo = async (context: BrowserContext): Promise<ReplaySubject<Report>> => {
  const report$ = new ReplaySubject<Report>();
  await context.exposeBinding('tell', (_, report: Report) => report$.next(report));
  return report$;
};

type Settled = Extract<Report, { type: 'online' | 'failed' }>;

export const isSettled = (report: Report): report is Settled =>
  report.type === 'online' || report.type === 'failed';

/** A tab that lives over many loads of its page. */
export interface Tab {
  page(): Page;
  /** The reports of this tab, from the beginning. */
  readonly report$: Observable<Report>;
  /** How often the page has run. */
  loads(): number;
  reload(): Promise<void>;
  /** Closes the tab and opens another with the same storage, as a browser does that is started again. */
  reopen(): Promise<void>;
  /** The first report of a later load than this that satisfies, or undefined after `ms`. */
  next<R extends Report>(
    load: number,
    wanted: (report: Report) => report is R,
    ms: number,
  ): Promise<R | undefined>;
}

/** Where the page stands that does what `setup` says. */
export const address = (base: string, setup: Setup): string =>
  new URL(`/chaos.html#${encodeURIComponent(JSON.stringify(setup))}`, base).href;

/** Name under which a page that ends leaves its storage for the tab that comes after it. */
const TESTAMENT = 'chaos:testament';

/** In a page: takes over what another has left. */
const takeTestament = (name: string): boolean => {
  const text = localStorage.getItem(name);
  localStorage.removeItem(name);
  for (const [key, value] of Object.entries(JSON.parse(text ?? '{}') as Record<string, string>)) {
    sessionStorage.setItem(key, value);
  }
  return text !== null;
};

export const openTab = async (
  context: BrowserContext,
  site: Site,
  all$: Observable<Report>,
  setup: Setup,
): Promise<Tab> => {
  const report$ = all$.pipe(filter(({ name }) => name === setup.name));
  let loads = 0;
  report$.subscribe(({ load }) => (loads = Math.max(loads, load)));
  let page = await context.newPage();
  await page.goto(address(site.origin, setup), { waitUntil: 'commit' });
  return {
    page: () => page,
    report$,
    loads: () => loads,
    reload: async () => {
      await page.reload({ waitUntil: 'commit' });
    },
    async reopen() {
      await page.evaluate((name) => window.chaos.leave(name), TESTAMENT);
      await page.close();
      page = await context.newPage();
      await page.goto(site.origin);
      if (!(await page.evaluate(takeTestament, TESTAMENT))) throw new Error('the tab left no storage behind');
      await page.goto(address(site.origin, setup), { waitUntil: 'commit' });
    },
    next: (load, wanted, ms) => {
      const later$ = report$.pipe(
        filter((report) => report.load > load),
        filter(wanted),
      );
      return firstValueFrom(later$.pipe(timeout({ first: ms }))).catch(() => undefined);
    },
  };
};
