import { createDomain, type Domain, type DomainOptions } from 'rxmpp/testing';

import { run } from '../../lib/cli/run.js';
import { fetchFrom, installFetch } from '../fetch-from.js';

const SERVICE = 'http://127.0.0.1:9/http-bind';
const ALICE = ['--service', SERVICE, '--jid', 'alice@example.com/cli'];

let domain: Domain;
let leave = (): void => undefined;

const settle = (options: DomainOptions = {}): void => {
  leave();
  domain = createDomain({ users: { alice: 'secret' }, ...options });
  leave = installFetch(fetchFrom(domain));
};

beforeEach(() => settle());

afterEach(() => {
  leave();
  leave = () => undefined;
  for (const { sid } of domain.sessions) domain.kill(sid);
});

interface Run {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly asked: readonly string[];
}

const rxmpp = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = { RXMPP_PASSWORD: 'secret' },
  answer?: string,
): Promise<Run> => {
  const [out, err, asked]: [string[], string[], string[]] = [[], [], []];
  const io = {
    print: (line: string) => void out.push(line),
    tell: (line: string) => void err.push(line),
    env,
    ask: (prompt: string) => {
      asked.push(prompt);
      return Promise.resolve(answer);
    },
  };
  return { code: await run(args, io, '1.2.3'), out, err, asked };
};

describe('rxmpp prebind', () => {
  it('prints the tokens as one line of JSON, and nothing else, on standard output', async () => {
    const { code, out, err } = await rxmpp(['prebind', ...ALICE, '--wait', '30', '--hold', '1']);
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    const [session] = domain.sessions;
    const last = Number(domain.requests.at(-1)?.rid);
    expect(JSON.parse(out[0] ?? '')).toEqual({
      ...{ jid: 'alice@example.com/cli', sid: session?.sid, rid: last + 1 },
      ...{ wait: 30, hold: 1, inactivity: 30, expiresAt: expect.any(Number) as number },
    });
    expect(err).toEqual([
      `logging in to ${SERVICE} as alice@example.com/cli`,
      'a session of alice@example.com/cli waits to be attached; the server keeps it for 30 s',
    ]);
    expect([...out, ...err].join()).not.toContain('secret');
  });

  it('asks for the password where the environment has none', async () => {
    const { code, asked } = await rxmpp(['prebind', ...ALICE], {}, 'secret');
    expect([code, asked]).toEqual([0, ['Password of alice@example.com/cli: ']]);
  });

  it('says so when there is nobody to ask', async () => {
    const { code, out, err } = await rxmpp(['prebind', ...ALICE], {});
    expect([code, out, err[0]]).toEqual([2, [], 'rxmpp: There is no password: set RXMPP_PASSWORD']);
    expect(domain.requests).toEqual([]);
  });

  it('asks for no password when the login is anonymous', async () => {
    settle({ mechanisms: ['ANONYMOUS'] });
    const { code, asked } = await rxmpp(['prebind', '--service', SERVICE, '--jid', 'example.com'], {});
    expect([code, asked]).toEqual([0, []]);
  });
});

describe('rxmpp ping', () => {
  it('says how long the server took', async () => {
    const { code, out, err } = await rxmpp(['ping', ...ALICE, '--count', '2']);
    expect(code).toBe(0);
    expect(out).toEqual(Array(2).fill(expect.stringMatching(/^example\.com answered after \d+ ms$/)));
    expect(err[1]).toMatch(/^online as alice@example\.com\/cli after \d+ ms$/);
  });

  it('says it as JSON', async () => {
    const { out } = await rxmpp(['ping', ...ALICE, '--json']);
    expect(JSON.parse(out[0] ?? '')).toEqual({
      jid: 'alice@example.com/cli',
      to: 'example.com',
      loginMs: expect.any(Number) as number,
      pingsMs: [expect.any(Number)],
    });
  });

  it('leaves no session behind', async () => {
    await rxmpp(['ping', ...ALICE]);
    expect(domain.sessions).toEqual([]);
  });

  it('fails when nobody is there', async () => {
    const { code, err } = await rxmpp(['ping', ...ALICE, '--to', 'nobody@example.com/here']);
    expect(code).toBe(1);
    expect(err.at(-1)).toMatch(/^rxmpp: .*\(service-unavailable\)$/);
  });
});

describe('rxmpp discover', () => {
  const META = {
    links: [
      { rel: 'urn:xmpp:alt-connections:xbosh', href: 'https://example.com/http-bind' },
      { rel: 'urn:xmpp:alt-connections:websocket', href: 'wss://example.com/ws' },
    ],
  };

  const answering = (status: number, text: string): void => {
    globalThis.fetch = () => Promise.resolve(new Response(text, { status }));
  };

  it('prints one address a line, the better one first', async () => {
    answering(200, JSON.stringify(META));
    const { code, out } = await rxmpp(['discover', 'example.com']);
    expect([code, out]).toEqual([0, ['wss://example.com/ws', 'https://example.com/http-bind']]);
  });

  it('prints all as JSON', async () => {
    answering(200, JSON.stringify(META));
    const { out } = await rxmpp(['discover', 'example.com', '--json']);
    expect(JSON.parse(out[0] ?? '')).toEqual({
      webSocket: ['wss://example.com/ws'],
      bosh: ['https://example.com/http-bind'],
    });
  });

  it('says what was in the way, and is 4, where nothing is found', async () => {
    answering(404, 'no');
    const { code, out, err } = await rxmpp(['discover', 'example.com']);
    expect([code, out]).toEqual([4, []]);
    expect(err[1]).toMatch(/^https:\/\/example\.com\/\.well-known\/host-meta\.json: /);
  });

  it.each([[[]], [['a.b', 'c.d']], [['https://example.com/']]])(
    'a command line like %j is 2',
    async (args) => {
      expect(await rxmpp(['discover', ...args])).toMatchObject({ code: 2, out: [] });
    },
  );
});

describe('exit codes', () => {
  it.each([
    ['a refused password', 3, 'not-authorized', { RXMPP_PASSWORD: 'wrong' }],
    ['a mechanism nobody has', 3, 'no-usable-mechanism', undefined],
  ])('%s is %i', async (what, code, condition, env) => {
    const more = what.includes('mechanism') ? ['--mechanism', 'x-none'] : [];
    const result = await rxmpp(['prebind', ...ALICE, ...more], env);
    expect(result.code).toBe(code);
    expect(result.err.at(-1)).toContain(`(${condition})`);
    expect(result.out).toEqual([]);
  });

  it('an unreachable server is 4', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
    const { code, err } = await rxmpp(['ping', ...ALICE, '--timeout', '1']);
    expect(code).toBe(4);
    expect(err.at(-1)).toMatch(/^rxmpp: .*\((network|timeout)\)$/);
  });

  it.each([
    [['--jid', 'alice@example.com'], '--service is missing'],
    [['--service', SERVICE], '--jid is missing'],
    [[...ALICE, '--wait', '-1'], "Option '--wait'"],
    [[...ALICE, '--hold', 'x'], '--hold must be a whole number from 0, not x'],
    [[...ALICE, '--timeout', '0'], '--timeout must be a whole number from 1, not 0'],
    [[...ALICE, '--nonsense'], "Unknown option '--nonsense'"],
    [['--service', SERVICE, '--jid', '@'], 'jid-malformed'],
  ])('a command line like %j is 2, and sends nothing', async (args, complaint) => {
    const { code, out, err } = await rxmpp(['prebind', ...args]);
    expect(code).toBe(2);
    expect(err.join()).toContain(complaint);
    expect(out).toEqual([]);
    expect(domain.requests).toEqual([]);
  });

  it.each([
    [[], 'There is no command'],
    [['fly'], 'There is no command fly'],
  ])('%j is 2', async (args, complaint) => {
    const { code, err } = await rxmpp(args);
    expect(code).toBe(2);
    expect(err).toEqual([`rxmpp: ${complaint}`, 'rxmpp --help tells how it is used']);
  });

  it.each([['--help'], ['-h'], ['prebind', '--help']])('help is 0: %s %s', async (...args) => {
    const { code, out } = await rxmpp(args.filter((arg) => typeof arg === 'string'));
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^usage: rxmpp[^]*exit codes/);
  });

  it('prints its version', async () => {
    expect(await rxmpp(['--version'])).toMatchObject({ code: 0, out: ['1.2.3'], err: [] });
  });
});
