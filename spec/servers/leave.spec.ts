import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

import { SERVERS, type TestServer } from './support/servers.js';

const TSX = createRequire(__filename).resolve('tsx/cli');
const PROGRAM = `${__dirname}/programs/leave.ts`;
/** Enough for the slowest start of a program, and far less than any request may be held. */
const LIMIT_MS = 30_000;

interface Run {
  readonly code: number | null;
  readonly left: readonly string[];
  readonly lingeredMs: number;
}

/** Runs the program until it ends by itself. */
const run = async (...args: readonly string[]): Promise<Run> => {
  const child = spawn(process.execPath, [TSX, PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const late = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  let leftAt = NaN;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    leftAt = performance.now();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  const { left } = JSON.parse(output || '{"left":["nothing was said"]}') as Pick<Run, 'left'>;
  return { code, left, lingeredMs: performance.now() - leftAt };
};

jest.setTimeout(60_000);

describe.each(SERVERS)('a program on $name that closes its client', ({ start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each(['connecting', 'authenticating', 'online', 'attach', 'prebind'])(
    'ends by itself, with no timer left: %s',
    async (stage) => {
      const { jid, password } = server.user('carol');
      const { code, left, lingeredMs } = await run(server.service, jid, password, stage);
      expect({ code, timers: left.filter((name) => name === 'Timeout') }).toEqual({ code: 0, timers: [] });
      // A held request would keep it for a minute, an idle connection that is to be kept alive for seconds.
      expect(lingeredMs).toBeLessThan(3_000);
    },
  );

  it('ends by itself while it waits to try again', async () => {
    const { jid } = server.user('carol');
    const { code, left } = await run(server.service, jid, 'wrong', 'retrying');
    expect({ code, timers: left.filter((name) => name === 'Timeout') }).toEqual({ code: 0, timers: [] });
  });
});
