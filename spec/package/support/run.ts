import { spawn } from 'node:child_process';

const LATEST_MS = 150_000;

/** A program that has ended. */
export interface Run {
  /** Null when it had to be ended. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

/** What surrounds a program of a user: nothing of the suite that starts it. */
const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const own = /^(npm_|NODE_|JEST_|RXMPP_)/i;
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...more };
};

/** Runs a program to its end. */
export const run = (
  directory: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(command, args, {
      cwd: directory,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LATEST_MS,
      killSignal: 'SIGKILL',
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err, ms: performance.now() - begun }));
  });

/** The same, for what must succeed. */
export const succeed = async (...given: Parameters<typeof run>): Promise<Run> => {
  const done = await run(...given);
  if (done.code === 0) return done;
  const [, command, args] = given;
  throw new Error(`${command} ${args.join(' ')} ended with ${done.code}\n${done.out}\n${done.err}`);
};
