/** What a command has of the terminal it runs in. */
export interface Io {
  /** Standard output: the result and nothing else. */
  readonly print: (line: string) => void;
  /** Standard error: progress and complaints. */
  readonly tell: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks for a secret without showing it; undefined where nobody can be asked. */
  readonly ask: (prompt: string) => Promise<string | undefined>;
}

/** The exit codes. */
export const EXIT = {
  done: 0,
  /** What none of the others says. */
  failed: 1,
  /** The command line can't be understood. */
  usage: 2,
  /** The login was refused, or nothing is allowed to be tried (RFC 6120 §6.5). */
  refused: 3,
  /** The server can't be reached, does not answer in time, or is none. */
  unreachable: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line is wrong; `message` says how. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}
