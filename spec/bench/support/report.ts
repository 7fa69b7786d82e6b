import { cpus, totalmem } from 'node:os';
import type { Line, Section } from './line.js';
import { quantile, spread } from './statistics.js';
import { versionOf } from './workshop.js';

const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

const rounded = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(value < 0.1 && value > 0 ? 3 : 2);
};

/** The figure of one contender, at one server. */
const valueOf = ({ values, quantile: q = 0.5 }: Line, contender: string, at: string): number =>
  quantile(values[contender]?.[at] ?? [], q);

const placesOf = ({ values }: Line): readonly string[] => [
  ...new Set(Object.values(values).flatMap((byPlace) => Object.keys(byPlace))),
];

const cell = (line: Line, contender: string): string => {
  if (!line.values[contender]) return '';
  return placesOf(line)
    .map((place) => rounded(valueOf(line, contender, place)))
    .join(' / ');
};

/** Not to be compared with: another manner of our own, or a part of the work only. */
const isReference = (name: string): boolean => /^(rxmpp|saxes-events|bare)/.test(name);

/** How many times better the contender is than the best of the others; below 1 it is worse. */
export const advantage = (line: Line, contender: string): readonly number[] =>
  placesOf(line).map((place) => {
    const others = Object.keys(line.values).filter((other) => !isReference(other));
    const figures = others
      .map((other) => valueOf(line, other, place))
      .filter((value) => !Number.isNaN(value));
    const own = valueOf(line, contender, place);
    return line.better === 'less' ? Math.min(...figures) / own : own / Math.max(...figures);
  });

const tableOf = ({ title, note, lines, table = '' }: Section): string => {
  const contenders = [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
  const head = ['', ...contenders, 'best other : rxmpp'];
  const rows = lines.map((line) => {
    const ratios = advantage(line, 'rxmpp').map((ratio) =>
      Number.isFinite(ratio) ? `${rounded(ratio)}×` : '–',
    );
    return [`${line.what}, ${line.unit}`, ...contenders.map((one) => cell(line, one)), ratios.join(' / ')];
  });
  const text = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  return `**${title}.** ${note}\n\n${lines.length > 0 ? `${text}\n` : ''}${table}`;
};

const NAMES = [
  'strophe.js',
  'stanza',
  '@xmpp/client',
  'xmpp-bosh-client',
  'ltx',
  '@xmldom/xmldom',
  'saxes',
  'rxjs',
];

/** What it was measured on, with the noise of it: half of all lists of values lie closer together than that. */
const machine = (sections: readonly Section[], date: string): string => {
  const [first] = cpus();
  const spreads = sections
    .flatMap(({ lines }) => lines)
    .flatMap(({ values }) => Object.values(values).flatMap((byPlace) => Object.values(byPlace)))
    .filter((values) => values.length >= 5)
    .map(spread)
    .filter(Number.isFinite);
  const noise = Math.round(quantile(spreads, 0.5) * 100);
  const within = `; the middle half of a contender's values typically lies within ${noise} % of their median`;
  return (
    `${cpus().length} × ${first?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ` +
    `${date}${spreads.length > 0 ? within : ''}. ` +
    `${NAMES.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`
  );
};

/** The whole report in Markdown. */
export const reportOf = (sections: readonly Section[], date: string): string =>
  [...sections.map(tableOf), machine(sections, date)].join('\n');

/** The text with the report between its marks. Throws where there are none. */
export const withReport = (text: string, report: string): string => {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`There is no ${BEGIN} … ${END} to write between`);
  return `${text.slice(0, from)}${BEGIN}\n\n${report}\n\n${text.slice(to)}`;
};
