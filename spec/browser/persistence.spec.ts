import { SERVERS } from '../servers/support/servers.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

/** How many stanzas, and how often that is measured. */
const TRIALS = [
  [100, 8],
  [1_000, 12],
  [10_000, 3],
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
  const fastest = async (count: number, repeats: number, keepalive: boolean): Promise<Cost> => {
    const costs: Cost[] = [];
    for (let i = 0; i < repeats; i++) costs.push(await once(count, keepalive));
    return {
      accepted: Math.min(...costs.map(({ accepted }) => accepted)),
      sent: Math.min(...costs.map(({ sent }) => sent)),
    };
  };

  it('is little for 1,000 stanzas, and grows no faster than their number', async () => {
    const rows: { readonly count: number; readonly plain: Cost; readonly kept: Cost }[] = [];
    for (const [count, repeats] of TRIALS) {
      rows.push({
        count,
        plain: await fastest(count, repeats, false),
        kept: await fastest(count, repeats, true),
      });
    }
    for (const { count, plain, kept } of rows) {
      const [a, b, c, d] = [plain.accepted, kept.accepted, plain.sent, kept.sent].map((ms) => ms.toFixed(1));
      process.stdout.write(
        `${count} stanzas: accepted in ${a} ms, kept ${b} ms; sent in ${c} ms, kept ${d} ms\n`,
      );
    }
    const total = ({ accepted, sent }: Cost): number => accepted + sent;
    const [, thousand, tenThousand] = rows;
    expect(total(thousand!.kept)).toBeLessThanOrEqual(1.3 * total(thousand!.plain) + 20);
    expect(thousand!.kept.accepted).toBeLessThanOrEqual(1.3 * thousand!.plain.accepted + 20);
    expect(total(tenThousand!.kept)).toBeLessThanOrEqual(1.3 * total(tenThousand!.plain) + 200);
    // Ten times as many; a busy machine may add to that, a step that touches all that waits would make it a hundred times.
    expect(tenThousand!.kept.accepted).toBeLessThan(60 * Math.max(10, thousand!.kept.accepted));
  });
});
