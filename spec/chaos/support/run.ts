import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../page.js';
import { type ChaosOptions, NETWORKS } from './options.js';
import { onScene, PATIENCE_MS, type Scene, settle, type Stage, type Traffic, untilPeerHas } from './scene.js';
import { isSettled } from './tab.js';

/** Stanzas behind a pause. */
const HELD = 30;

/** How one kill of the page went. */
export interface Survival {
  /** The page's own count of its loads. */
  readonly load: number;
  /** Why the session was not there afterwards; undefined: it was. */
  readonly death: string | undefined;
  /** From restore() to online, and to the first message handled, in ms. */
  readonly onlineMs: number | undefined;
  readonly inboundMs: number | undefined;
}

export interface ChaosResult extends Traffic {
  readonly options: ChaosOptions;
  readonly survivals: readonly Survival[];
  /** What else was not as it must be. */
  readonly complaints: readonly string[];
}

type Of<T extends Report['type']> = (report: Report) => report is Extract<Report, { type: T }>;

const is =
  <T extends Report['type']>(type: T): Of<T> =>
  (report): report is Extract<Report, { type: T }> =>
    report.type === type;

/** Says after which load of the page the one comes that is left in peace. */
const kill = async ({ tab, random }: Scene, { variant, network }: ChaosOptions): Promise<number> => {
  const before = tab.loads();
  if (variant === 'close') {
    await tab.reopen();
    return before;
  }
  await tab.reload();
  if (variant !== 'double') return before;
  if (!(await tab.next(before, is('begun'), PATIENCE_MS))) throw new Error('the page was not loaded');
  const { oneWayMs, handshakeMs } = NETWORKS[network];
  await delay(random() * (50 + 4 * oneWayMs + 2 * handshakeMs));
  await tab.reload();
  return before + 1;
};

/** Nothing of what a page held back has left, and it still holds back; then all of it leaves. */
const release = async ({ tab, peer }: Scene, before: number): Promise<readonly string[]> => {
  const page = tab.page();
  const forgotten = (await page.evaluate(() => window.chaos.paused())) ? [] : ['the pause was forgotten'];
  const leaked = peer.received().length > before ? ['something left during the pause'] : [];
  await page.evaluate(() => window.chaos.resume());
  const stuck = (await untilPeerHas(peer, before + HELD)) ? [] : ['what was held back did not come'];
  return [...forgotten, ...leaked, ...stuck];
};

/** Kills the page again and again, and follows each new one until it is online. */
const rage = async (scene: Scene, options: ChaosOptions): Promise<readonly string[]> => {
  const { tab, peer, random } = scene;
  const [least, most] = options.gapMs;
  const paused = options.variant === 'paused';
  const complaints: string[] = [];
  for (let i = 1; i <= options.reloads; i++) {
    await delay(least + random() * (most - least));
    const before = peer.received().length;
    if (paused) await tab.page().evaluate((count) => window.chaos.hold(count), HELD);
    const load = await kill(scene, options);
    if (!(await tab.next(load, is('online'), PATIENCE_MS))) {
      return [...complaints, `the page did not come back after kill ${i}`];
    }
    if (paused) complaints.push(...(await release(scene, before)));
  }
  return complaints;
};

/** What the reports of a tab say about each of its loads but the first. */
const survivalsIn = (reports: readonly Report[]): readonly Survival[] => {
  const loads = [...new Set(reports.map(({ load }) => load))].filter((load) => load > 1);
  return loads.map((load) => {
    const own = reports.filter((report) => report.load === load);
    const begunAt = own.find(is('begun'))?.at ?? NaN;
    const failed = own.find(is('failed'));
    const settled = own.find(isSettled);
    const refused = own.filter(is('refused')).map(({ words }) => words);
    const first = own.find(is('inbound'));
    return {
      load,
      death: failed
        ? `${failed.during} ${failed.condition}: ${failed.message}`
        : settled?.type === 'online' && settled.how === 'connected'
          ? ['another session took its place', ...refused].join(': ')
          : refused[0],
      onlineMs: settled?.type === 'online' ? settled.at - begunAt : undefined,
      inboundMs: first && first.at - begunAt,
    };
  });
};

/** One run: a page that is killed all the time, a peer that is not, messages both ways, and the comparison at the end. */
export const runChaos = (stage: Stage, given: ChaosOptions): Promise<ChaosResult> => {
  const options: ChaosOptions = given.variant === 'paused' ? { ...given, mode: 'inbound' } : given;
  return onScene(stage, options, async (scene) => {
    const complaints = await rage(scene, options);
    const traffic = await settle(scene);
    return { options, survivals: survivalsIn(scene.reports), ...traffic, complaints };
  });
};
