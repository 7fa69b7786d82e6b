import type { Delivered } from './compare.js';
import type { DuplicateResult } from './duplicate.js';
import type { ChaosResult } from './run.js';
import type { Traffic } from './scene.js';

const HEADERS = [
  'server',
  'transport',
  'page sends',
  'network',
  'library',
  'kill',
  'survived',
  'inbound sent / lost / dup / marked / reordered',
  'outbound sent / lost / dup / marked / reordered',
  'online ms p50 / p95 / max',
  'first inbound ms p50 / p95 / max',
];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The two first lines of a table of runs. */
export const header = (): string => `${row(HEADERS)}\n${row(HEADERS.map(() => '---'))}`;

const deliveredCell = ({ sent, lost, doubled, redelivered, reordered }: Delivered): string =>
  [sent, lost.length, doubled.length, redelivered.length, reordered.length].join(' / ');

const spread = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const at = (part: number): number | string => known[Math.floor(known.length * part)] ?? '-';
  return `${at(0.5)} / ${at(0.95)} / ${known.at(-1) ?? '-'}`;
};

/** A run as a line of the table. */
export const rowOf = ({ options, survivals, inbound, outbound }: ChaosResult): string => {
  const alive = survivals.filter(({ death }) => death === undefined).length;
  return row([
    options.server,
    options.transport,
    options.mode,
    options.network,
    options.contender,
    options.unknown ? `${options.variant}, server unknown` : options.variant,
    `${alive} of ${survivals.length}`,
    deliveredCell(inbound),
    deliveredCell(outbound),
    spread(survivals.map(({ onlineMs }) => onlineMs)),
    spread(survivals.map(({ inboundMs }) => inboundMs)),
  ]);
};

const flaws = (way: string, { lost, doubled, reordered }: Delivered): readonly string[] =>
  Object.entries({ lost, doubled, reordered })
    .filter(([, numbers]) => numbers.length > 0)
    .map(([what, numbers]) => `${way} ${what}: ${numbers.join(' ')}`);

const trafficFlaws = ({ inbound, outbound }: Traffic): readonly string[] => [
  ...flaws('inbound', inbound),
  ...flaws('outbound', outbound),
  // The peer is never reloaded: whatever comes to it twice was sent twice.
  ...(outbound.redelivered.length > 0 ? [`outbound redelivered: ${outbound.redelivered.join(' ')}`] : []),
];

/** Everything that must not be; empty after a run in which nothing was lost, doubled or left behind. */
export const flawsOf = (result: ChaosResult): readonly string[] => [
  ...result.survivals.flatMap(({ load, death }) =>
    death === undefined ? [] : [`load ${load} died: ${death}`],
  ),
  ...trafficFlaws(result),
  ...result.complaints,
];

/** A second tab must give up within this time. */
const GIVE_UP_MS = 2_000;

/** The same for a run of second tabs. */
export const duplicateFlawsOf = (result: DuplicateResult): readonly string[] => [
  ...result.duplicates.flatMap(({ outcome, tookMs, told, seen }, i) => [
    ...(outcome === 'session-in-use' ? [] : [`copy ${i + 1} ended as ${outcome}`]),
    ...(tookMs <= GIVE_UP_MS ? [] : [`copy ${i + 1} took ${tookMs} ms`]),
    ...(told + seen === 0 ? [] : [`copy ${i + 1} made ${told} requests, the browser saw ${seen}`]),
  ]),
  ...result.deaths.map((death) => `the first tab died: ${death}`),
  ...trafficFlaws(result),
];

/** A run of second tabs as a line. */
export const duplicateLine = ({ options, duplicates, inbound, outbound }: DuplicateResult): string => {
  const refused = duplicates.filter(({ outcome }) => outcome === 'session-in-use').length;
  const requests = duplicates.reduce((sum, { told, seen }) => sum + told + seen, 0);
  return (
    `${options.server}: ${refused} of ${duplicates.length} second tabs refused, ` +
    `after ${spread(duplicates.map(({ tookMs }) => tookMs))} ms (p50 / p95 / max), ${requests} requests by them; ` +
    `first tab: inbound ${deliveredCell(inbound)}, outbound ${deliveredCell(outbound)}`
  );
};
