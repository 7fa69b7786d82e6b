import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** Longer than the demo may take to start and to be told, even on a busy machine. */
const LATEST_MS = 90_000;

/** What a spec that runs the demo is given, in ms. */
export const DEMO_MS = LATEST_MS + 10_000;

/** A run of the demo from its start to its end. */
export interface Run {
  /** Null when it had to be ended. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** How long it went on after the last thing it said. */
  readonly lingeredMs: number;
}

/** Runs `examples/demo/demo.ts` on the sources, without a build. */
export const runDemo = (
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/demo/demo.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, NODE_NO_WARNINGS: '1', RXMPP_PASSWORD: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LATEST_MS,
    });
    let [out, err, saidAt] = ['', '', performance.now()];
    const heard = (): void => {
      saidAt = performance.now();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', heard);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err, lingeredMs: performance.now() - saidAt }));
  });

/** What the demo has found to be so, in its order. */
export const ticked = ({ out }: Run): readonly string[] =>
  [...out.matchAll(/^ *✓ (.*)$/gm)].map(([, what]) => what ?? '');

/** What every telling of the story must have found, wherever it takes place. */
export const EXPECTED: readonly string[] = [
  'the rid is the next valid one: nobody has to add 1',
  'no request is left open',
  'attached, once the server has answered a fresh request',
  expect.stringMatching(/^its first request has rid \d+$/) as string,
  'no login has left the page',
  'one each way, each once',
  'no message has left in 350 ms',
  'exactly one request left, with all three messages',
  'they arrived in order',
  'its requests died with it',
  'the rid kept is the next unused one',
  'the same session, restored, without a password',
  'rids go on: the unanswered ones again, then the next',
  'what was said while it was away came, once',
  'so did its own last word',
  'nothing is kept after a logout',
  '7 messages said, 7 heard: none lost, none doubled',
];
