import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { $iq, createClient, NS, prebind, type SessionTokens } from 'rxmpp';
import { SERVERS, type TestServer } from './support/servers.js';
import { within } from './support/within.js';

const EXIT_MS = 5_000;

/** A program that opens a session, prints its tokens, and does nothing to end itself. */
const PROGRAM = `
import { prebind } from './lib/index.js';
const [service, jid, password] = process.argv.slice(2);
prebind(service, { jid, password }).subscribe((tokens) => console.log(JSON.stringify(tokens)));
`;

interface Exit {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly ms: number;
}

const run = (file: string, args: readonly string[]): Promise<Exit> =>
  new Promise((done) => {
    const begun = performance.now();
    const child = execFile(process.execPath, [file, ...args], { timeout: EXIT_MS }, (_, output, errors) =>
      done({ code: child.exitCode ?? -1, output, errors, ms: performance.now() - begun }),
    );
  });

jest.setTimeout(60_000);

describe.each(SERVERS)('prebind on $name', ({ start }) => {
  let server: TestServer;
  let directory: string;
  let program: string;

  beforeAll(async () => {
    server = await start();
    directory = await mkdtemp(join(tmpdir(), 'rxmpp-prebind-'));
    program = join(directory, 'prebind.mjs');
    const { outputFiles } = await build({
      stdin: { contents: PROGRAM, resolveDir: resolve('.'), loader: 'ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    });
    await writeFile(program, outputFiles[0]?.text ?? '');
  });

  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  it('gives tokens that say how long they are good for', async () => {
    const { jid, password } = server.user('alice');
    const before = Date.now();
    const tokens = await within(prebind(server.service, { jid: `${jid}/page`, password }), 'the tokens');
    const inactivity = server.name === 'prosody' ? 60 : 30;
    expect(tokens).toEqual({
      jid: `${jid}/page`,
      sid: expect.stringMatching(/./) as string,
      rid: expect.any(Number) as number,
      wait: 60,
      hold: 1,
      inactivity,
      expiresAt: expect.any(Number) as number,
    });
    expect(tokens.expiresAt).toBeGreaterThanOrEqual(before + inactivity * 1000);
    expect(tokens.expiresAt).toBeLessThanOrEqual(Date.now() + inactivity * 1000);
  });

  it('errors with the reason of a login that failed', async () => {
    const wrong = prebind(server.service, { ...server.user('alice'), password: 'wrong' });
    await expect(within(wrong, 'the failure')).rejects.toMatchObject({
      name: 'AuthError',
      condition: 'not-authorized',
    });
  });

  it('lets a Node process that does nothing else exit by itself, and its session lives on', async () => {
    const { jid, password } = server.user('bob');
    const exit = await run(program, [server.service, jid, password]);
    expect(exit).toMatchObject({ code: 0, errors: '' });
    expect(exit.ms).toBeLessThan(EXIT_MS);
    const tokens = JSON.parse(exit.output) as SessionTokens;
    expect(tokens.jid).toMatch(/^bob@localhost\/./);

    using client = createClient(server.service);
    client.attach(tokens);
    const ping = client.request($iq({ to: server.domain, type: 'get' }).c('ping', { xmlns: NS.PING }));
    expect((await within(ping, 'the pong')).attrs).toMatchObject({ type: 'result', to: tokens.jid });
  });
});
