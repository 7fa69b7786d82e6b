import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { filter, firstValueFrom, interval, map, take } from 'rxjs';

import { DOORS } from './support/doors.js';
import { enter, type Person } from './support/pair.js';
import { matching, type Program, startProgram } from './support/program.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { some, within } from './support/within.js';

jest.setTimeout(150_000);

const START_MS = 60_000;
const EACH_MS = 60;
const KILLS = 3;
const BETWEEN = 20;

describe.each(SERVERS)('programs for Node, on $name', ({ start }) => {
  let server: TestServer;
  let directory: string;
  let peer: Person;
  const running: Program[] = [];

  beforeAll(async () => {
    server = await start();
    peer = await enter(DOORS[0]!, server, 'bob');
  });

  afterAll(async () => {
    peer.seat.close();
    await server.stop();
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rxmpp-bot-'));
  });

  afterEach(async () => {
    for (const program of running.splice(0)) {
      program.kill('SIGKILL');
      await program.ended;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (name: string, user: string, ...args: readonly string[]): Program => {
    const { jid, password } = server.user(user);
    const told = ['--service', server.service, '--jid', jid, ...args];
    const program = startProgram(`examples/node/${name}.ts`, told, { RXMPP_PASSWORD: password });
    running.push(program);
    return program;
  };

  const startBot = async (): Promise<{ readonly bot: Program; readonly line: string }> => {
    const bot = run('echo-bot', 'alice', '--sessions', join(directory, 'sessions'));
    const line$ = matching(bot, /^(connected|restored) as /);
    return { bot, line: await within(line$, `the bot is online; ${bot.err()}`, START_MS) };
  };

  it('a bot is killed with kill -9 in mid-sentence and started again: no new login, nothing lost, nothing answered twice', async () => {
    const first = await startBot();
    expect(first.line).toMatch(/^connected as alice@localhost\//);
    const jid = first.line.replace('connected as ', '');
    const total = KILLS * BETWEEN;
    const echoes = some(
      peer.seat.message$.pipe(
        filter(({ from }) => from === jid),
        map(({ body }) => body),
      ),
      total,
      START_MS,
    );
    let said = 0;
    let { bot } = first;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const saying = interval(EACH_MS)
        .pipe(take(BETWEEN))
        .subscribe(() => {
          said += 1;
          peer.seat.say(jid, String(said));
        });
      await within(
        peer.seat.message$.pipe(filter(({ body }) => body === String((kill - 1) * BETWEEN + 5 * kill))),
        'an echo',
        START_MS,
      );
      bot.kill('SIGKILL');
      expect(await bot.ended).toBeNull();
      const next = await startBot();
      expect(next.line).toBe(`restored as ${jid}`);
      ({ bot } = next);
      if (!saying.closed) await new Promise<void>((resolve) => saying.add(resolve));
    }
    expect(await echoes).toEqual(Array.from({ length: total }, (_, n) => String(n + 1)));
    expect(statSync(join(directory, 'sessions')).mode & 0o777).toBe(0o700);
  });

  it('a bot that is ended politely goes on with its session too', async () => {
    const { bot, line } = await startBot();
    bot.kill('SIGTERM');
    expect(await bot.ended).toBe(0);
    const next = await startBot();
    expect(next.line).toBe(line.replace('connected', 'restored'));
    next.bot.kill('SIGKILL');
  });

  it('one message is sent by a program that ends by itself', async () => {
    const heard = firstValueFrom(peer.seat.message$.pipe(filter(({ body }) => body === 'Hello there')));
    const program = run('send', 'carol', '--to', peer.jid, 'Hello', 'there');
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
    expect((await heard).from).toMatch(/^carol@localhost\//);
  });

  it('a program says why it could not send', async () => {
    const program = startProgram(
      'examples/node/send.ts',
      ['--service', server.service, '--jid', 'carol@localhost', '--to', peer.jid, 'Hello'],
      { RXMPP_PASSWORD: 'wrong' },
    );
    expect(await program.ended).toBe(1);
    expect(program.err()).toMatch(/^AuthError: .*\(not-authorized\)/);
  });

  it('many clients at once all hear each other', async () => {
    const program = startProgram(
      'examples/node/load.ts',
      [
        '--service',
        server.service,
        '--jid',
        'user%@localhost',
        '--clients',
        '4',
        '--messages',
        '5',
        '--every',
        '50',
      ],
      { RXMPP_PASSWORD: server.user('user%').password },
    );
    const lines = await some(program.line$, 2, START_MS);
    expect(lines).toEqual([
      expect.stringMatching(/^logins: 4, median \d+ ms, 95 % \d+ ms$/),
      expect.stringMatching(/^messages: 20, median \d+ ms, 95 % \d+ ms$/),
    ]);
    expect(await program.ended).toBe(0);
  });
});
