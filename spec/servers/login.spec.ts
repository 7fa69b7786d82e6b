import { delay, filter, map } from 'rxjs';
import { type ClientOptions, parse, type Status, type WireEvent } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { type DoorOptions, DOORS, type Seat } from './support/doors.js';
import { freePort } from './support/port.js';
import { startProxy } from './support/proxy.js';
import { DOMAINS } from './support/server.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { until, within } from './support/within.js';

/** What each server offers at best. */
const STRONGEST = { prosody: 'SCRAM-SHA-256', ejabberd: 'SCRAM-SHA-512' } as const;

interface Transport {
  readonly transport: string;
  readonly service: (server: TestServer) => string;
  readonly options: ClientOptions;
  readonly nowhere: (port: number) => string;
  /** What comes of a host that the server does not serve. */
  readonly unserved: Readonly<Record<TestServer['name'], string>>;
}

const TRANSPORTS: readonly Transport[] = [
  {
    transport: 'BOSH',
    service: ({ service }) => service,
    options: {},
    nowhere: (port) => `http://127.0.0.1:${port}/http-bind`,
    unserved: { prosody: 'improper-addressing', ejabberd: 'internal-server-error' },
  },
  {
    transport: 'WebSocket',
    service: ({ websocket }) => websocket,
    options: { platform: { webSocket: nodeWebSocket } },
    nowhere: (port) => `ws://127.0.0.1:${port}/xmpp-websocket`,
    unserved: { prosody: 'host-unknown', ejabberd: 'host-unknown' },
  },
];

const WAYS = DOORS.flatMap((door) => TRANSPORTS.map((transport) => ({ ...door, ...transport })));

/** Long enough for a request too many to show. */
const QUIET_MS = 300;

const mechanism = (seat: Seat): Promise<string> =>
  within(
    seat.client.status$.pipe(
      filter(
        (status): status is Extract<Status, { type: 'authenticating' }> => status.type === 'authenticating',
      ),
      map((status) => status.mechanism),
    ),
    'the mechanism',
  );

/** What the request with this body is for. */
const kindOf = (body: string): string => {
  const { attrs, children } = parse(body);
  if (attrs['sid'] === undefined) return 'create';
  if (attrs['xmpp:restart'] === 'true') return 'restart';
  const [first] = children;
  if (!first) return 'poll';
  return first.children[0]?.name ?? first.name;
};

const sentBodies = (seat: Seat) =>
  seat.client.wire$.pipe(
    filter((event): event is Extract<WireEvent, { type: 'sent' }> => event.type === 'sent'),
    map(({ xml }) => xml),
  );

/** A session is worth something once a message to itself has come back. */
const expectAlive = async (seat: Seat, jid: string): Promise<void> => {
  seat.say(jid, 'is anybody there?');
  expect(await within(seat.message$, 'the message')).toEqual({ from: jid, body: 'is anybody there?' });
};

jest.setTimeout(60_000);

describe.each(SERVERS)('a login on $name', ({ start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  describe.each(WAYS)('through $name over $transport', (way) => {
    let seat: Seat;
    const open = (options: DoorOptions = {}): Seat =>
      way.open(way.service(server), { ...way.options, ...options });
    afterEach(() => seat.close());

    it.each([
      ['the strongest mechanism of a domain that offers all', DOMAINS.all, undefined, undefined],
      ['SCRAM-SHA-256 where passwords are kept so', DOMAINS.sha256, undefined, 'SCRAM-SHA-256'],
      ['SCRAM-SHA-1 where passwords are kept so', DOMAINS.sha1, undefined, 'SCRAM-SHA-1'],
      ['PLAIN where there is nothing else', DOMAINS.plain, undefined, 'PLAIN'],
      ['PLAIN when only that is allowed', DOMAINS.all, ['PLAIN'], 'PLAIN'],
    ])('uses %s', async (_, domain, mechanisms, expected) => {
      seat = open(mechanisms && { mechanisms });
      const used = mechanism(seat);
      seat.connect(server.user('alice', domain));
      const outcome = await within(seat.outcome$, 'the login');
      expect(outcome).toEqual({
        type: 'online',
        how: 'connected',
        jid: expect.stringMatching(`^alice@${domain}/.+`) as string,
      });
      expect(await used).toBe(expected ?? STRONGEST[server.name]);
      await expectAlive(seat, outcome.type === 'online' ? outcome.jid : '');
    });

    it('binds the resource that the JID asks for', async () => {
      const { jid, password } = server.user('alice');
      seat = open();
      seat.connect({ jid: `${jid}/desk`, password });
      expect(await within(seat.outcome$, 'the login')).toMatchObject({ type: 'online', jid: `${jid}/desk` });
    });

    it('is anonymous without a name', async () => {
      seat = open();
      const used = mechanism(seat);
      seat.connect({ jid: server.anonymousDomain });
      const outcome = await within(seat.outcome$, 'the login');
      expect(outcome).toMatchObject({
        type: 'online',
        jid: expect.stringMatching(`^[^@]+@${DOMAINS.anonymous}/.+`) as string,
      });
      expect(await used).toBe('ANONYMOUS');
      await expectAlive(seat, outcome.type === 'online' ? outcome.jid : '');
    });

    it.each([
      ['SCRAM', undefined],
      ['PLAIN', ['PLAIN']],
    ])('fails during auth with a wrong password, by %s', async (_, mechanisms) => {
      seat = open(mechanisms && { mechanisms });
      seat.connect({ ...server.user('alice'), password: 'wrong' });
      const outcome = await within(seat.outcome$, 'the refusal');
      expect(outcome).toEqual({ type: 'failed', during: 'auth', condition: 'not-authorized' });
    });

    it('logs in after a failure, on the same client', async () => {
      seat = open();
      seat.connect({ ...server.user('alice'), password: 'wrong' });
      await within(seat.outcome$, 'the refusal');
      seat.connect(server.user('alice'));
      const online$ = seat.outcome$.pipe(filter(({ type }) => type === 'online'));
      expect(await within(online$, 'the login')).toMatchObject({ how: 'connected' });
    });

    it('fails during connect on a host that the server does not serve', async () => {
      seat = open();
      seat.connect({ jid: 'alice@elsewhere.example', password: 'any' });
      expect(await within(seat.outcome$, 'the refusal')).toEqual({
        type: 'failed',
        during: 'connect',
        condition: way.unserved[server.name],
      });
    });

    it('fails during connect within two seconds where nobody listens', async () => {
      const port = await freePort();
      seat = way.open(way.nowhere(port), way.options);
      seat.connect(server.user('alice'));
      expect(await within(seat.outcome$, 'the failure', 2_000)).toEqual({
        type: 'failed',
        during: 'connect',
        condition: 'network',
      });
    });
  });

  describe.each(DOORS)('through $name, over BOSH', ({ open }) => {
    it.each([
      ['SCRAM', DOMAINS.all, ['auth', 'response']],
      ['PLAIN', DOMAINS.plain, ['auth']],
      ['ANONYMOUS', DOMAINS.anonymous, ['auth']],
    ])('by %s makes the requests it needs and no other, then one poll', async (_, domain, exchange) => {
      const proxy = await startProxy(server.port);
      const seat = open(proxy.through(server.service));
      const settled$ = seat.outcome$.pipe(delay(QUIET_MS));
      const requests = until(sentBodies(seat), settled$);
      seat.connect(domain === DOMAINS.anonymous ? { jid: domain } : server.user('alice', domain));
      const kinds = (await requests).map(kindOf);
      expect(kinds).toEqual(['create', ...exchange, 'restart', 'bind', 'poll']);
      expect(proxy.counts().requests).toBe(kinds.length);
      seat.close();
      await proxy.close();
    });
  });
});
