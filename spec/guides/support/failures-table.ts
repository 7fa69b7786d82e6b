import { FAILURES, type FailureReason } from 'rxmpp';

const YES: Readonly<Record<string, string>> = { true: 'yes', false: 'no', said: 'as the server says' };

/** The conditions of one error as a table in Markdown. */
export const tableOf = (name: keyof typeof FAILURES): string => {
  const reasons: Readonly<Record<string, FailureReason>> = FAILURES[name];
  const rows = Object.entries(reasons).map(([condition, { retryable, means }]) => [
    `\`${condition}\``,
    YES[String(retryable)] ?? '',
    means,
  ]);
  const all = [['condition', 'retryable', 'what has happened'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
};
