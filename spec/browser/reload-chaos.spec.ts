import type { Browser } from 'playwright-core';
import { runDuplicates } from '../chaos/support/duplicate.js';
import { HANG } from '../chaos/support/hang.js';
import type { ChaosOptions } from '../chaos/support/options.js';
import { duplicateFlawsOf, duplicateLine, flawsOf, rowOf } from '../chaos/support/report.js';
import { type ChaosResult, runChaos } from '../chaos/support/run.js';
import { serveChaos } from '../chaos/support/tab.js';
import { SERVERS, type TestServer } from '../servers/support/servers.js';
import { launchBrowser } from './support/browser.js';
import type { Site } from './support/serve.js';

/** How often a run begins again because the server has hung. */
const MOST_RUNS = 3;

const hasHung = ({ survivals }: ChaosResult): boolean => survivals.some(({ death }) => death?.includes(HANG));

const START_MS = 60_000;
const RUN_MS = 240_000;

describe.each(SERVERS)('under messages both ways, a page with a session of $name', ({ name, start }) => {
  let server: TestServer;
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [server, browser, site] = await Promise.all([start(), launchBrowser(), serveChaos()]);
  }, START_MS);
  afterAll(() => Promise.all([server.stop(), browser.close(), site.close()]));

  const options: ChaosOptions = {
    server: name,
    transport: 'bosh',
    mode: 'random',
    network: 'loopback',
    variant: 'reload',
    contender: 'rxmpp',
    unknown: false,
    reloads: 40,
    seed: 20261124,
    gapMs: [50, 400],
  };

  const say = (line: string): void => void process.stdout.write(`${line}\n`);

  it(
    'survives 40 reloads at any instant, without a message lost, doubled or out of order either way',
    async () => {
      const result = await runChaos({ server, browser, site }, options);
      say(rowOf(result));
      expect(flawsOf(result)).toEqual([]);
      expect(result.survivals).toHaveLength(40);
    },
    RUN_MS,
  );

  it(
    'survives 25 reloads at any instant over WebSocket as well; with Strophe.js beside it, which is not judged',
    async () => {
      const sockets: ChaosOptions = { ...options, transport: 'websocket', reloads: 25, gapMs: [100, 600] };
      let result: ChaosResult;
      let runs = 0;
      do {
        result = await runChaos({ server, browser, site }, { ...sockets, seed: sockets.seed + runs });
        say(rowOf(result));
        runs += 1;
      } while (hasHung(result) && runs < MOST_RUNS);
      const theirs = await runChaos(
        { server, browser, site },
        { ...sockets, contender: 'strophe', reloads: 10 },
      );
      say(rowOf(theirs));
      expect(flawsOf(result)).toEqual([]);
      expect(result.survivals).toHaveLength(25);
    },
    RUN_MS,
  );

  it(
    'holds back over a reload what waits behind a pause, and sends each of it once when it is resumed',
    async () => {
      const result = await runChaos({ server, browser, site }, { ...options, variant: 'paused', reloads: 2 });
      say(rowOf(result));
      expect(flawsOf(result)).toEqual([]);
      expect(result.outbound.sent).toBe(60);
    },
    RUN_MS,
  );

  it(
    'is not touched by a second tab with a copy of its storage, which makes no request and says why',
    async () => {
      const result = await runDuplicates({ server, browser, site }, options, 2);
      say(duplicateLine(result));
      expect(duplicateFlawsOf(result)).toEqual([]);
      expect(result.duplicates).toHaveLength(2);
    },
    RUN_MS,
  );
});
