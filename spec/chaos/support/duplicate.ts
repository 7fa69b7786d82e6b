import type { Request } from 'playwright-core';
import { filter, firstValueFrom, timeout } from 'rxjs';
import type { ChaosOptions } from './options.js';
import { onScene, PATIENCE_MS, type Scene, settle, type Stage, type Traffic } from './scene.js';
import { address, isSettled } from './tab.js';

/** What a second tab did that was opened with a copy of the first one's storage. */
export interface Duplicate {
  /** Condition of its failure, or how it came online. */
  readonly outcome: string;
  /** From restore() to that, in ms. */
  readonly tookMs: number;
  /** Requests to the server: those that its client told of, and those that the browser saw. */
  readonly told: number;
  readonly seen: number;
}

export interface DuplicateResult extends Traffic {
  readonly options: ChaosOptions;
  readonly duplicates: readonly Duplicate[];
  /** Failures of the first tab's session. */
  readonly deaths: readonly string[];
}

const duplicate = async ({ tab, context, setup, report$ }: Scene, name: string): Promise<Duplicate> => {
  const own$ = report$.pipe(filter((report) => report.name === name));
  const page = tab.page();
  const counted: string[] = [];
  const count = (request: Request): void => {
    const { origin } = new URL(setup.service);
    if (
      !request.isNavigationRequest() &&
      request.frame().page() !== page &&
      request.url().startsWith(origin)
    ) {
      counted.push(request.url());
    }
  };
  context.on('request', count);
  const opened = context.waitForEvent('page');
  await page.evaluate((url) => void window.open(url), address(page.url(), { ...setup, name, login: false }));
  const copy = await opened;
  const begun = await firstValueFrom(own$.pipe(timeout({ first: PATIENCE_MS })));
  const settled = await firstValueFrom(own$.pipe(filter(isSettled), timeout({ first: PATIENCE_MS })));
  const told = await copy.evaluate(() => window.chaos.requests());
  await copy.close();
  context.off('request', count);
  return {
    outcome: settled.type === 'failed' ? settled.condition : settled.how,
    tookMs: settled.at - begun.at,
    told,
    seen: counted.length,
  };
};

/** Opens a second tab with the first one's session, as often as asked, while messages go both ways. */
export const runDuplicates = (
  stage: Stage,
  options: ChaosOptions,
  repeats: number,
): Promise<DuplicateResult> =>
  onScene(stage, options, async (scene) => {
    const duplicates: Duplicate[] = [];
    for (let i = 1; i <= repeats; i++) duplicates.push(await duplicate(scene, `copy ${i}`));
    const traffic = await settle(scene);
    const deaths = scene.reports.flatMap((report) =>
      report.name === 'tab' && report.type === 'failed' ? [`${report.during} ${report.condition}`] : [],
    );
    return { options, duplicates, deaths, ...traffic };
  });
