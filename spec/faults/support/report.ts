import type { Delivered } from '../../chaos/support/compare.js';
import { countOf, type FaultResult } from './run.js';

const HEADERS = [
  'server',
  'seed',
  'faults',
  'sessions lost',
  'inbound sent / lost / dup / reordered',
  'outbound sent / lost / dup / reordered',
  's',
];

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** The two first lines of a table of runs. */
export const header = (): string => `${row(HEADERS)}\n${row(HEADERS.map(() => '---'))}`;

const sum = (all: readonly Delivered[], of: (one: Delivered) => number): number =>
  all.reduce((total, one) => total + of(one), 0);

const cell = (all: readonly Delivered[]): string =>
  [
    sum(all, ({ sent }) => sent),
    sum(all, ({ lost }) => lost.length),
    sum(all, ({ doubled, redelivered }) => doubled.length + redelivered.length),
    sum(all, ({ reordered }) => reordered.length),
  ].join(' / ');

/** A run as a line of the table. */
export const rowOf = ({ server, options, counts, deaths, inbound, outbound, tookMs }: FaultResult): string =>
  row([
    server,
    options.seed,
    countOf(counts),
    `${deaths.length} of ${options.pairs}`,
    cell(inbound),
    cell(outbound),
    Math.round(tookMs / 1000),
  ]);

const flaws = (way: string, all: readonly Delivered[]): readonly string[] =>
  all.flatMap((one, pair) =>
    (['lost', 'doubled', 'redelivered', 'reordered'] as const)
      .filter((what) => one[what].length > 0)
      .map((what) => `pair ${pair}: ${way} ${what}: ${one[what].join(' ')}`),
  );

/** Everything that must not be; empty after a run in which every session lived and nothing was lost, doubled or reordered. */
export const flawsOf = (result: FaultResult): readonly string[] => [
  ...result.deaths.map((death) => `a session died: ${death}`),
  ...flaws('inbound', result.inbound),
  ...flaws('outbound', result.outbound),
  ...(countOf(result.counts) < result.options.faults ? ['fewer faults than were asked for'] : []),
];
