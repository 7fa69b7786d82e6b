import { filter } from 'rxjs';
import { $iq, createClient, NS, type SessionTokens } from 'rxmpp';

import { freePort } from '../servers/support/port.js';
import { SERVERS, type TestServer } from '../servers/support/servers.js';
import { within } from '../servers/support/within.js';
import { type Consumer, install } from './support/consumer.js';
import { run, type Run } from './support/run.js';

jest.setTimeout(120_000);

let consumer: Consumer;

beforeAll(async () => {
  consumer = await install('spec/package/consumers/bundled', ['rxjs@7']);
});

afterAll(() => consumer.remove());

/** The command as it is installed. */
const rxmpp = (args: readonly string[], password = ''): Promise<Run> =>
  run(consumer.directory, 'npx', ['--no', '--', 'rxmpp', ...args], { RXMPP_PASSWORD: password });

const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean);

describe.each(SERVERS)('npx rxmpp, on $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start();
  });

  afterAll(() => server.stop());

  const loggingIn = (command: string, user: string, ...more: readonly string[]): Promise<Run> => {
    const { jid, password } = server.user(user);
    return rxmpp([command, '--service', server.service, '--jid', jid, ...more], password);
  };

  it('prebind prints tokens of a session that a client can take over', async () => {
    const { code, out, err } = await loggingIn('prebind', 'alice', '--wait', '30');
    expect([code, lines(out).length]).toEqual([0, 1]);
    const tokens = JSON.parse(out) as SessionTokens;
    expect(tokens).toMatchObject({ jid: expect.stringMatching(/^alice@localhost\/./) as string, wait: 30 });
    expect(err).toContain(`a session of ${tokens.jid} waits to be attached`);
    expect(out + err).not.toContain(server.user('alice').password);

    using client = createClient(server.service);
    client.attach(tokens);
    const ping = client.request($iq({ to: server.domain, type: 'get' }).c('ping', { xmlns: NS.PING }));
    expect((await within(ping, 'the pong')).attrs['to']).toBe(tokens.jid);
    client.disconnect();
    await within(client.status$.pipe(filter(({ type }) => type === 'offline')), 'the goodbye');
  });

  it('ping says how long the server takes, in lines and as JSON', async () => {
    const told = await loggingIn('ping', 'bob', '--count', '2');
    expect([told.code, lines(told.out)]).toEqual([
      0,
      Array(2).fill(expect.stringMatching(/^localhost answered after \d+ ms$/)),
    ]);
    const { code, out } = await loggingIn('ping', 'bob', '--json');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        jid: expect.stringMatching(/^bob@localhost\/./) as string,
        ...{ to: 'localhost', loginMs: expect.any(Number) as number, pingsMs: [expect.any(Number)] },
      },
    ]);
  });

  it('ping fails with 1 when nobody answers', async () => {
    const { code, out, err } = await loggingIn('ping', 'bob', '--to', 'nobody@localhost/here');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/rxmpp: .*\(service-unavailable\)/);
  });

  it('is 3 for a refused password, and for a mechanism that is not offered', async () => {
    const { jid, password } = server.user('carol');
    const asked = ['prebind', '--service', server.service, '--jid', jid];
    const wrong = await rxmpp(asked, 'wrong');
    expect([wrong.code, wrong.out]).toEqual([3, '']);
    expect(wrong.err).toContain('(not-authorized)');
    const other = await rxmpp([...asked, '--mechanism', 'external'], password);
    expect([other.code, other.out]).toEqual([3, '']);
  });

  it('logs in without a name, and without asking for a password', async () => {
    const asked = ['prebind', '--service', server.service, '--jid', server.anonymousDomain];
    const { code, out } = await rxmpp(asked);
    expect([code, (JSON.parse(out) as SessionTokens).jid.split('@')[1]?.split('/')[0]]).toEqual([
      0,
      server.anonymousDomain,
    ]);
  });
});

it('is 4 where no server is', async () => {
  const service = `http://127.0.0.1:${await freePort()}/http-bind`;
  const { code, out, err } = await rxmpp(
    ['ping', '--service', service, '--jid', 'a@localhost', '--timeout', '2'],
    'x',
  );
  expect([code, out]).toEqual([4, '']);
  expect(err).toMatch(/rxmpp: .*\((network|timeout)\)/);
});

it('discover is 4 where a domain says nothing, and prints that as JSON too', async () => {
  const { code, out, err } = await rxmpp(['discover', 'nowhere.invalid', '--json']);
  expect([code, JSON.parse(out)]).toEqual([4, { webSocket: [], bosh: [] }]);
  expect(lines(err).filter((line) => line.includes('host-meta')).length).toBe(2);
});

it('is 2 for what it does not understand', async () => {
  for (const args of [['fly'], ['prebind'], ['discover', 'https://example.com/'], ['ping', '--nonsense']]) {
    const { code, out, err } = await rxmpp(args);
    expect([args, code, out]).toEqual([args, 2, '']);
    expect(err).toContain('rxmpp --help tells how it is used');
  }
});
