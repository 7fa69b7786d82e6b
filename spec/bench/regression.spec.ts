import { sliceInTurn, type Sliced } from './support/slices.js';
import { quantile } from './support/statistics.js';
import { runTask } from './support/run.js';
import { bundleProgram } from './support/workshop.js';
import type { Figures } from './tasks/task.js';
import { crowdOf } from './works/crowd.js';

const OPTIONS = { rounds: 25, sliceMs: 12, warmupMs: 400 };

/** How much each does in a second of its best slices: the others were disturbed by whatever else the machine does. */
const best = ({ amount, slices }: Sliced): number =>
  quantile(
    slices.map(({ runs, wallMs }) => (runs * amount) / wallMs),
    0.92,
  );

const one = (all: Figures | undefined, key: string): number => Number([all?.[key] ?? NaN].flat()[0]);

/** Ratios within one run, so generous that only a change of kind fails them: `npm run bench` has the figures. */
describe('nothing has become slower by a kind', () => {
  let slices: string;
  let tasks: string;

  beforeAll(async () => {
    [slices, tasks] = await Promise.all([bundleProgram('slices'), bundleProgram('tasks')]);
  }, 30_000);

  const ratio = async (work: string, first: string, second: string): Promise<number> => {
    const [one, other] = await sliceInTurn(slices, work, [first, second], OPTIONS);
    return best(one as Sliced) / best(other as Sliced);
  };

  it('parses into a tree at no less than half the speed of bare events', async () => {
    expect(await ratio('parse:100', 'rxmpp', 'saxes-events')).toBeGreaterThan(0.5);
  }, 30_000);

  it('keeps a session at no more than three times the cost of one that is not kept', async () => {
    expect(await ratio('receive:100', 'rxmpp-kept', 'rxmpp')).toBeGreaterThan(1 / 3);
    expect(await ratio('send:100', 'rxmpp-kept', 'rxmpp')).toBeGreaterThan(1 / 6);
  }, 30_000);

  it('costs no more per stanza in a large answer than in a small one', async () => {
    const [small] = await sliceInTurn(slices, 'receive:10', ['rxmpp'], OPTIONS);
    const [large] = await sliceInTurn(slices, 'receive:2000', ['rxmpp'], OPTIONS);
    expect(best(large as Sliced) / best(small as Sliced)).toBeGreaterThan(0.4);
  }, 30_000);

  it('costs no more than thrice as much per stanza in each of a hundred clients as of ten', async () => {
    expect(await ratio('crowd:1', crowdOf('rxmpp', 100), crowdOf('rxmpp', 10))).toBeGreaterThan(1 / 3);
  }, 30_000);

  it('takes time in proportion to the length of the queue, and leaves nothing of it behind', async () => {
    const account = { service: '', websocket: '', jid: '', password: '' };
    const task = {
      name: 'queue',
      contender: 'rxmpp',
      account,
      manner: {},
      flush: false,
      gapMs: 0,
      length: 0,
    };
    const short = await runTask(tasks, { ...task, count: 10_000 });
    const long = await runTask(tasks, { ...task, count: 100_000 });
    expect(one(long, 'leaveUs')).toBeLessThan(one(short, 'leaveUs') * 4);
    expect(one(long, 'sendUs')).toBeLessThan(one(short, 'sendUs') * 4);
    expect(one(long, 'leftBytes')).toBeLessThan(one(long, 'bytes') / 4);
  }, 60_000);

  it('lets 1,000 virtual hours go by, with a poll a minute, in seconds', async () => {
    const account = { service: '', websocket: '', jid: '', password: '' };
    const task = { name: 'hours', contender: 'rxmpp', account, manner: {}, flush: false };
    const figures = await runTask(tasks, { ...task, count: 1_000, gapMs: 0, length: 0 });
    expect(one(figures, 'requests')).toBe(60_000);
    expect(one(figures, 's')).toBeLessThan(4);
  }, 60_000);
});
