import type { Line, Section } from '../support/line.js';
import { runTask } from '../support/run.js';
import { sliceInTurn, type Slice } from '../support/slices.js';
import { measureSizes } from '../support/size.js';
import { quantile } from '../support/statistics.js';
import { crowdOf } from '../works/crowd.js';
import type { Bench, Case } from './bench.js';
import { inBrowser, strict } from './strict.js';

interface Slicing {
  readonly work: string;
  readonly sizes: readonly number[];
  readonly contenders: readonly string[];
  /** The figure of a slice; `amount` is what one run counts for. */
  readonly figure: (slice: Slice, amount: number) => number;
}

const MB = 2 ** 20;

const megabytes = ({ runs, wallMs }: Slice, amount: number): number => (runs * amount * 1000) / wallMs / MB;

const microseconds = ({ runs, cpuMs }: Slice, amount: number): number => (cpuMs * 1000) / runs / amount;

/** Values by contender, then by size. */
const slice = async (bench: Bench, { work, sizes, contenders, figure }: Slicing): Promise<Line['values']> => {
  const values: Record<string, Record<string, number[]>> = {};
  for (const size of sizes) {
    bench.say(`${work}, ${size}`);
    const options = { rounds: bench.quick ? 25 : 80, sliceMs: 12, warmupMs: bench.quick ? 400 : 1_000 };
    for (const { contender, amount, slices } of await sliceInTurn(
      bench.programs.slices,
      `${work}:${size}`,
      contenders,
      options,
    )) {
      (values[contender] ??= {})[String(size)] = slices.map((one) => figure(one, amount));
    }
  }
  return values;
};

const xml: Case = {
  name: 'xml',
  async run(bench) {
    const sizes = bench.quick ? [100] : [1, 10, 100, 1_000, 10_000];
    const best = { better: 'more', unit: 'MB/s', quantile: 0.95 } as const;
    const bySize = `answers of ${sizes.map((size) => size.toLocaleString('en')).join(' / ')} messages`;
    const contenders = ['rxmpp', 'ltx', 'stanza', 'xmldom'];
    const parse = await slice(bench, {
      work: 'parse',
      sizes,
      contenders: [...contenders, 'node-expat', 'saxes-events', 'saxes-events-plain'],
      figure: megabytes,
    });
    const serialise = await slice(bench, { work: 'serialise', sizes, contenders, figure: megabytes });
    const lines: readonly Line[] = [
      { ...best, what: `Parse ${bySize}`, values: parse },
      { ...best, what: 'Serialise the same', values: serialise },
    ];
    const note =
      'Text to tree and back, the best twentieth of slices. saxes-events: saxes with its namespaces and no tree, plain: without namespaces; ltx knows no namespaces and takes most of what is not well-formed.';
    return [{ title: 'XML', note, lines }];
  },
};

const client: Case = {
  name: 'client',
  async run(bench) {
    const sizes = bench.quick ? [1, 100] : [1, 10, 100, 1_000, 10_000];
    const contenders = ['rxmpp', 'rxmpp-kept'];
    const each = { better: 'less', unit: 'µs of CPU each', quantile: 0.1 } as const;
    const bySize = sizes.map((size) => size.toLocaleString('en')).join(' / ');
    const receive = await slice(bench, { work: 'receive', sizes, contenders, figure: microseconds });
    const send = await slice(bench, { work: 'send', sizes, contenders, figure: microseconds });
    const lines: readonly Line[] = [
      { ...each, what: `Receive in answers of ${bySize}`, values: receive },
      { ...each, what: `Send in bodies of ${bySize}`, values: send },
    ];
    const note =
      'Through the whole client, the network aside: what the library itself costs. kept: with `keepalive`.';
    return [{ title: 'CPU per stanza', note, lines }];
  },
};

const CROWD = ['rxmpp', 'strophe.js', 'xmpp-bosh-client'];
const CROWD_SIZES = [10, 1_000];

const crowd: Case = {
  name: 'crowd',
  async run(bench) {
    const contenders = CROWD.flatMap((contender) => CROWD_SIZES.map((size) => crowdOf(contender, size)));
    bench.say('crowd');
    const options = { rounds: bench.quick ? 25 : 80, sliceMs: 12, warmupMs: 1_500 };
    const sliced = await sliceInTurn(bench.programs.slices, 'crowd:0', contenders, options);
    const figures = (contender: string, size: number): readonly number[] => {
      const own = sliced.find((one) => one.contender === crowdOf(contender, size));
      return own?.slices.map((one) => microseconds(one, own.amount)) ?? [];
    };
    const values = (of: (contender: string) => Readonly<Record<string, readonly number[]>>): Line['values'] =>
      Object.fromEntries(CROWD.map((contender) => [contender, of(contender)]));
    const cost = (contender: string, size: number): number => quantile(figures(contender, size), 0.25);
    const lines: readonly Line[] = [
      {
        what: 'One message in each of 10 / 1,000 clients',
        ...{ unit: 'µs of CPU each', better: 'less', quantile: 0.25 },
        values: values((contender) =>
          Object.fromEntries(CROWD_SIZES.map((size) => [String(size), figures(contender, size)])),
        ),
      },
      {
        what: 'In 1,000 clients, beside in 10',
        ...{ unit: 'times', better: 'less' },
        values: values((contender) => ({ both: [cost(contender, 1_000) / cost(contender, 10)] })),
      },
    ];
    const note =
      'A message, the request after it, one client after the other, the network aside; Strophe.js without its 100 ms between the two.';
    return [{ title: 'Many clients', note, lines }];
  },
};

const ACCOUNT = { service: '', websocket: '', jid: '', password: '' };

const queue: Case = {
  name: 'queue',
  async run(bench) {
    const counts = bench.quick ? [10_000, 100_000] : [1_000, 10_000, 100_000];
    const values: Record<string, Record<string, readonly number[]>> = {};
    for (const count of counts) {
      bench.say(`queue, ${count}`);
      const task = { name: 'queue', contender: 'rxmpp', account: ACCOUNT, manner: {}, flush: false };
      const figures = await runTask(bench.programs.tasks, { ...task, count, gapMs: 0, length: 0 });
      for (const [key, value] of Object.entries(figures))
        (values[key] ??= {})[String(count)] = [value].flat();
    }
    const named = `A queue of ${counts.map((count) => count.toLocaleString('en')).join(' / ')}`;
    const line = (key: string, unit: string): Line => ({
      what: named,
      unit,
      better: 'less',
      values: { rxmpp: values[key] ?? {} },
    });
    const lines = [
      line('sendUs', 'µs to send one'),
      line('leaveUs', 'µs of CPU until one has left'),
      line('bytes', 'bytes of heap for one that waits'),
      line('leftBytes', 'bytes of heap for one that has left'),
      line('blockMs', 'ms that the event loop was away for at most'),
    ];
    return [{ title: 'A long queue', note: 'Held by `pause`, then released.', lines }];
  },
};

const HOURS = 1_000;

const hours: Case = {
  name: 'hours',
  async run(bench) {
    const figures = { s: {}, cpuS: {} } as Record<string, Record<string, Record<string, number[]>>>;
    for (let n = 0; n < (bench.quick ? 3 : 9); n++) {
      bench.say(`hours, ${n}`);
      for (const contender of ['rxmpp', 'rxmpp-kept']) {
        const task = { name: 'hours', contender, account: ACCOUNT, manner: {}, flush: false };
        const run = await runTask(bench.programs.tasks, { ...task, count: HOURS, gapMs: 0, length: 0 });
        for (const key of ['s', 'cpuS'])
          ((figures[key]![contender] ??= {})['all'] ??= []).push(Number(run[key]));
      }
    }
    const what = `${HOURS.toLocaleString('en')} hours, 60,000 polls`;
    const lines: readonly Line[] = [
      { what, unit: 's', better: 'less', values: figures['s']! },
      { what, unit: 's of CPU', better: 'less', values: figures['cpuS']! },
    ];
    const note =
      'A session that nobody uses, on the domain in memory, each time in a fresh process. kept: with `keepalive`.';
    return [{ title: 'Virtual time', note, lines }];
  },
};

const size: Case = {
  name: 'size',
  async run() {
    const sizes = await measureSizes();
    const values = Object.fromEntries(sizes.map(({ name, kB }) => [name, { gzip: [kB] }]));
    const line: Line = { what: 'Size', unit: 'kB, minified and gzipped', better: 'less', values };
    const section: Section = {
      title: 'Size',
      note: 'What a page loads at once, bundled by esbuild.',
      lines: [line],
    };
    return [section];
  },
};

/** The cases that need no server. */
export const ALONE: readonly Case[] = [xml, inBrowser, strict, client, crowd, queue, hours, size];
