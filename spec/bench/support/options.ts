import { parseArgs } from 'node:util';

/** How the bench is run. */
export interface BenchOptions {
  /** Fewer contenders, one server, fewer repetitions: under two minutes. */
  readonly quick: boolean;
  /** Names of the cases to run; empty: all. */
  readonly only: readonly string[];
  /** Puts the table into the README. */
  readonly write: boolean;
  /** Where the figures are written as JSON. */
  readonly json: string;
}

export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
      json: { type: 'string', default: '.cache/bench/figures.json' },
    },
  });
  return { ...values, only: values.only.split(',').filter((name) => name !== '') };
};
