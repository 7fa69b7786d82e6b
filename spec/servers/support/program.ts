import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { filter, map, type Observable, ReplaySubject } from 'rxjs';

const ROOT = join(__dirname, '../../..');

/** A program of the examples while it runs. */
export interface Program {
  /** Every line that it writes to standard output, from the beginning. */
  readonly line$: Observable<string>;
  readonly err: () => string;
  readonly kill: (signal?: NodeJS.Signals) => void;
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Runs a program of the examples on the sources, without a build. It ends with the one that started it. */
export const startProgram = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program => {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const line$ = new ReplaySubject<string>(Infinity);
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) line$.next(line);
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      process.off('exit', end);
      line$.complete();
      resolve(code);
    });
  });
  return { line$, err: () => err, kill: (signal = 'SIGTERM') => void child.kill(signal), ended };
};

/** The first line that matches. */
export const matching = ({ line$ }: Program, pattern: RegExp): Observable<string> =>
  line$.pipe(
    filter((line) => pattern.test(line)),
    map((line) => line.trim()),
  );
