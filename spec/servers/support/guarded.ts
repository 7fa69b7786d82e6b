import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Runs the command in a process group of its own and ends all of it when standard input closes: when `stop()` asks for it,
 * and as well when this process dies in whatever way. Then removes the directory given first.
 */
const GUARD = `
directory=$1; shift
exec 3<&0
"$@" </dev/null &
server=$!
cat <&3 >/dev/null &
wait -n
exec >/dev/null 2>&1
trap '' TERM
kill -KILL $server; kill -TERM 0
wait
rm -rf -- "$directory"
`;

const STOP_MS = 10_000;

/** A program that cannot outlive the one that started it. */
export interface Guarded {
  /** What it has written to standard output and standard error so far. */
  readonly output: () => string;
  readonly running: () => boolean;
  /** Kills it, waits until everything it started is gone too, and its directory with it. */
  readonly stop: () => Promise<void>;
}

/** Starts `command`, whose files all lie in `directory`. */
export const startGuarded = (
  directory: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Guarded => {
  const child = spawn('bash', ['-c', GUARD, 'guard', directory, command, ...args], {
    cwd: directory,
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: directory, ...env },
  });
  // A spec that forgets to stop it does not hang for that: at the end of the run the guard sees standard input close.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as Socket).unref();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  // `close` comes once nobody holds the pipes any more, the server's own children included.
  const closed = once(child, 'close');
  let running = true;
  child.once('exit', () => (running = false));

  const stop = async (): Promise<void> => {
    const late = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, STOP_MS);
    child.stdin.on('error', () => undefined).end();
    await closed;
    clearTimeout(late);
  };
  return { output: () => output, running: () => running, stop };
};
