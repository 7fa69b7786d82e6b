import { SERVERS } from '../servers/support/servers.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

/** How many stanzas, and how often that is measured. */
const TRIALS = [
  [100, 8],
  [1_000, 12],
  [10_000, 5],
] as const;

interface Cost {
  readonly accepted: number;
  readonly sent: number;
}

jest.setTimeout(180_000);

describe('what keepalive costs in a browser', () => {
  let stage: Stage;
  let tab: Tab;
  beforeAll(async () => {
    stage = await openStage(SERVERS[0].start);
    tab = await stage.openTab();
  });
  afterAll(() => stage.close());

  const once = (count: number, keepalive: boolean): Promise<Cost> =>
    tab.page.evaluate(([service, user, many, keeps]) => window.app.timeSends(service, user, many, keeps), [
      stage.server.service,
      stage.server.user('alice'),
      count,
      keepalive,
    ] as const);

  /** The fastest of several: what disturbs a measurement only ever adds to it. */
  const fastest = (costs: readonly Cost[]): Cost => ({
    accepted: Math.min(...costs.map(({ accepted }) => accepted)),
    sent: Math.min(...costs.map(({ sent }) => sent)),
  });

  /** Without and with, in turn, so that both are disturbed alike. */
  const measure = async (count: number, repeats: number) => {
    const [plain, kept, bare]: [Cost[], Cost[], number[]] = [[], [], []];
    for (let i = 0; i < repeats; i++) {
      plain.push(await once(count, false));
      kept.push(await once(count, true));
      bare.push(await tab.page.evaluate((many) => window.app.timeStorage(many), count));
    }
    return { count, plain: fastest(plain), kept: fastest(kept), bare: Math.min(...bare) };
  };

  it('is little for 1,000 stanzas, and grows no faster than their number', async () => {
    const rows: Awaited<ReturnType<typeof measure>>[] = [];
    for (const [count, repeats] of TRIALS) rows.push(await measure(count, repeats));
    for (const { count, plain, kept, bare } of rows) {
      const times = [plain.accepted, kept.accepted, plain.sent, kept.sent, bare];
      const [a, b, c, d, e] = times.map((ms) => ms.toFixed(1));
      process.stdout.write(
        `${count} stanzas: accepted in ${a} ms, kept ${b} ms; sent in ${c} ms, kept ${d} ms; bare storage ${e} ms\n`,
      );
    }
    const total = ({ accepted, sent }: Cost): number => accepted + sent;
    const [, thousand] = rows;
    expect(total(thousand!.kept)).toBeLessThanOrEqual(1.3 * total(thousand!.plain) + 20);
    expect(thousand!.kept.accepted).toBeLessThanOrEqual(1.3 * thousand!.plain.accepted + 20);
    // The browser's own storage takes more than ten times as long for ten times as many: what we add must not. Each is put there
    // and removed.
    for (const { plain, kept, bare } of rows) {
      expect(kept.accepted).toBeLessThanOrEqual(1.3 * plain.accepted + 2.5 * bare + 20);
      expect(total(kept)).toBeLessThanOrEqual(1.3 * total(plain) + 4 * bare + 20);
    }
  });
});
