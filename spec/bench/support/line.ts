/** One line of the table: the same figure of several contenders, at one server or at several. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  /** Which is better. */
  readonly better: 'less' | 'more';
  /** By contender, then by server (or by whatever else it was measured at): every single value. */
  readonly values: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** How the values become the one in the table. Default: their median. */
  readonly quantile?: number;
}

/** Lines that belong together, compared by the same contenders. */
export interface Section {
  readonly title: string;
  readonly note: string;
  readonly lines: readonly Line[];
  /** In place of lines: what is no figure, as a table in Markdown. */
  readonly table?: string;
}
