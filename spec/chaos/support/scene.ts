import type { Browser, BrowserContext } from 'playwright-core';
import { filter, firstValueFrom, type Observable, timeout } from 'rxjs';
import type { Site } from '../../browser/support/serve.js';
import { startProxy } from '../../servers/support/proxy.js';
import type { TestServer } from '../../servers/support/servers.js';
import type { Report, Setup } from '../page.js';
import { compare, type Delivered } from './compare.js';
import { type ChaosOptions, NETWORKS } from './options.js';
import { openPeer, type Peer } from './peer.js';
import { randomFrom } from './random.js';
import { isSettled, listenTo, openTab, type Tab } from './tab.js';

/** Everything must have settled within this time, however busy the machine is. */
export const PATIENCE_MS = 60_000;

/** What runs happen on. */
export interface Stage {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly site: Site;
}

/** A page that is logged in, and a peer that sends it 20 messages a second. */
export interface Scene {
  readonly tab: Tab;
  readonly peer: Peer;
  readonly context: BrowserContext;
  readonly setup: Setup;
  readonly report$: Observable<Report>;
  /** Every report so far. */
  readonly reports: readonly Report[];
  readonly random: () => number;
}

/** What became of the messages both ways. */
export interface Traffic {
  readonly inbound: Delivered;
  readonly outbound: Delivered;
}

/** Sets the scene, plays, and clears up whatever comes of it. */
export const onScene = async <T>(
  { server, browser, site }: Stage,
  options: ChaosOptions,
  play: (scene: Scene) => Promise<T>,
): Promise<T> => {
  const { oneWayMs, handshakeMs } = NETWORKS[options.network];
  const proxy = oneWayMs > 0 ? await startProxy(server.port, oneWayMs, handshakeMs) : undefined;
  const peer = await openPeer(server, 'bob');
  const context = await browser.newContext();
  try {
    const reports: Report[] = [];
    const report$ = await listenTo(context);
    report$.subscribe((report) => {
      reports.push(report);
      options.trace?.(report);
      if (report.type === 'online') peer.sendTo(report.jid);
    });
    const { mode, seed, contender, unknown, trace } = options;
    const direct = options.transport === 'bosh' ? server.service : server.websocket;
    const service = proxy?.through(direct) ?? direct;
    const account = { ...server.user('alice'), service, peer: peer.jid };
    const setup = {
      ...account,
      name: 'tab',
      mode,
      seed,
      contender,
      unknown,
      login: true,
      wire: trace !== undefined,
    };
    const tab = await openTab(context, site, report$, setup);
    const begun = await tab.next(0, isSettled, PATIENCE_MS);
    if (begun?.type !== 'online') throw new Error('the page could not log in');
    return await play({ tab, peer, context, setup, report$, reports, random: randomFrom(seed) });
  } finally {
    await context.close();
    peer.close();
    await proxy?.close();
  }
};

/** Waits until the peer has a message with at least this number; false if that does not come. */
export const untilPeerHas = (peer: Peer, n: number): Promise<boolean> =>
  firstValueFrom(
    peer.highest$.pipe(
      filter((highest) => highest >= n),
      timeout({ first: PATIENCE_MS }),
    ),
  ).then(
    () => true,
    () => false,
  );

/** Stops both ends, waits until they have what was sent last (what is missing then will not come), and compares. */
export const settle = async ({ tab, peer }: Scene): Promise<Traffic> => {
  const page = tab.page();
  const outbound = await page.evaluate(() => window.chaos.stop());
  const inbound = peer.stop();
  const has = (n: number): boolean => n === 0 || window.chaos.has(n);
  const pageHas = page
    .waitForFunction(has, inbound, { timeout: PATIENCE_MS, polling: 50 })
    .catch(() => false);
  await Promise.all([pageHas, untilPeerHas(peer, outbound)]);
  const memory = await page.evaluate(() => window.chaos.memory());
  return { inbound: compare(inbound, memory.received), outbound: compare(memory.sent, peer.received()) };
};
