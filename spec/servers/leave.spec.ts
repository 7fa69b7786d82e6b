import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

import { SERVERS, type TestServer } from './support/servers.js';

/** Far less than a request may be held. */
const LIMIT_MS = 40_000;

interface Run {
  readonly code: number | null;
  readonly said: string;
  /** From its last word to its end. */
  readonly lingeredMs: number;
}

/** Runs the program until it ends by itself. */
const run = async (program: string, ...args: readonly string[]): Promise<Run> => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const late = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  let leftAt = NaN;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    leftAt = performance.now();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  return { code, said: output, lingeredMs: performance.now() - leftAt };
};

jest.setTimeout(90_000);

describe.each(SERVERS)('a program on $name that closes its client', ({ start }) => {
  let server: TestServer;
  let directory: string;
  let program: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rxmpp-leave-'));
    program = join(directory, 'leave.mjs');
    const entryPoints = [join(__dirname, 'programs/leave.ts')];
    const built = build({ entryPoints, outfile: program, bundle: true, format: 'esm', platform: 'node' });
    [server] = await Promise.all([start(), built]);
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  it.each([
    ['while it connects', 'connecting'],
    ['in the middle of a login', 'authenticating'],
    ['with a request held by the server', 'online'],
    ['in the middle of an attach', 'attach'],
    ['after it has opened a session for somebody else', 'prebind'],
    ['while it waits to try again', 'retrying'],
  ])('ends by itself, since no timer and no request is left: %s', async (_, stage) => {
    const { jid, password } = server.user('carol');
    const secret = stage === 'retrying' ? 'wrong' : password;
    const { code, said, lingeredMs } = await run(program, server.service, jid, secret, stage);
    expect({ code, said }).toEqual({ code: 0, said: 'closed\n' });
    // A held request would keep it for a minute, an idle connection that is to be kept alive for seconds.
    expect(lingeredMs).toBeLessThan(3_000);
  });
});
