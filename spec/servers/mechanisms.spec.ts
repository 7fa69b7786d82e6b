import { webcrypto } from 'node:crypto';
import { filter } from 'rxjs';

import { Strophe, type Credentials, type ScramKeys, type Status } from 'rxmpp';
import { DOORS, type Seat } from './support/doors.js';
import { DOMAINS, FOREIGN } from './support/server.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { within } from './support/within.js';

jest.setTimeout(60_000);

const [BY_CLIENT] = DOORS;

describe.each(SERVERS)('logging in on $name', ({ name, start }) => {
  let server: TestServer;
  let seat: Seat;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  afterEach(() => seat.close());

  const isEjabberd = name === 'ejabberd';

  /** The mechanism that the login used, and how it ended. */
  const logIn = async (credentials: Credentials, mechanisms?: readonly string[]) => {
    seat = BY_CLIENT!.open(server.service, mechanisms && { mechanisms });
    const begun$ = seat.client.status$.pipe(
      filter(
        (status): status is Extract<Status, { type: 'authenticating' }> => status.type === 'authenticating',
      ),
    );
    let mechanism: string | undefined;
    begun$.subscribe((status) => (mechanism = status.mechanism));
    seat.connect(credentials);
    return { outcome: await within(seat.outcome$, 'the login'), mechanism: () => mechanism };
  };

  const offered = isEjabberd
    ? ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']
    : ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'];

  it.each(offered)('by %s, with a password', async (wanted) => {
    const { outcome, mechanism } = await logIn(server.user('alice'), [wanted]);
    expect(outcome).toMatchObject({ type: 'online', how: 'connected' });
    expect(mechanism()).toBe(wanted);
  });

  it('by the strongest of all that it offers', async () => {
    const { mechanism } = await logIn(server.user('alice'));
    expect(mechanism()).toBe(offered[0]);
  });

  it.each(offered)(
    'with a name and a password beyond ASCII, however they are typed, by %s',
    async (wanted) => {
      for (const password of [FOREIGN.password, FOREIGN.typed]) {
        const { outcome } = await logIn({ jid: `${FOREIGN.name}@${DOMAINS.all}`, password }, [wanted]);
        expect(outcome).toMatchObject({ type: 'online' });
        const { jid } = outcome as Extract<typeof outcome, { type: 'online' }>;
        expect(jid).toMatch(new RegExp(`^${FOREIGN.name}@`));
        seat.say(jid, 'Ça va ?');
        expect(await within(seat.message$, 'the message')).toEqual({ from: jid, body: 'Ça va ?' });
        seat.close();
      }
    },
  );

  it('with such a password kept as its hash', async () => {
    const { outcome } = await logIn({ jid: `${FOREIGN.name}@${DOMAINS.sha256}`, password: FOREIGN.typed });
    expect(outcome).toMatchObject({ type: 'online' });
  });

  it('with the SCRAM keys of an earlier login, and not with others', async () => {
    const learned: ScramKeys[] = [];
    const user = server.user('alice', server.sha256Domain);
    await logIn({ ...user, onScramKeys: (keys) => learned.push(keys) });
    seat.close();
    expect(learned).toMatchObject([{ hash: 'SHA-256' }]);
    const { outcome } = await logIn({ jid: user.jid, scramKeys: learned[0]! });
    expect(outcome).toMatchObject({ type: 'online' });
    seat.close();
    const clientKey = Buffer.alloc(32, 7).toString('base64');
    const refused = await logIn({ jid: user.jid, scramKeys: { ...learned[0]!, clientKey } });
    expect(refused.outcome).toEqual({ type: 'failed', during: 'auth', condition: 'not-authorized' });
  });

  it('through the documented door, with the keys that it has left', async () => {
    seat = BY_CLIENT!.open(server.service);
    const { jid, password } = server.user('alice', server.sha1Domain);
    const log = (given: string | Strophe.Password) =>
      new Promise<Strophe.Connection>((resolve, reject) => {
        const connection = new Strophe.Connection(server.service);
        connection.connect(jid, given, (status) => {
          if (status === Strophe.Status.CONNECTED) resolve(connection);
          if (status === Strophe.Status.DISCONNECTED) reject(new Error('no login'));
        });
      });
    const first = await log(password);
    const keys = first.scram_keys!;
    expect(keys).toMatchObject({ name: 'SHA-1' });
    const second = await log(keys);
    expect(second.authenticated).toBe(true);
    for (const { client } of [first, second]) client.close();
  });

  it('where the page has no WebCrypto, all the same', async () => {
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, 'crypto', {
      value: { getRandomValues: webcrypto.getRandomValues.bind(webcrypto) },
      configurable: true,
    });
    try {
      const { outcome, mechanism } = await logIn(server.user('alice'));
      expect(outcome).toMatchObject({ type: 'online' });
      expect(mechanism()).toBe(offered[0]);
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    }
  });

  it('as somebody else says in the JID who the server takes one for', async () => {
    const credentials = { jid: server.user('bob').jid, authcid: 'alice', password: 'alice-secret' };
    const { outcome } = await logIn(credentials, ['PLAIN']);
    // Prosody does not heed whom to act as; ejabberd 23.01 lets everybody act as everybody.
    const who = isEjabberd ? /^bob@/ : /^alice@/;
    expect(outcome).toMatchObject({ type: 'online', jid: expect.stringMatching(who) as string });
  });

  it('with a token or a certificate fails before anything is said: neither is offered over BOSH', async () => {
    const { jid } = server.user('alice');
    for (const credentials of [{ token: 'abc' }, { external: true }]) {
      const { outcome, mechanism } = await logIn({ jid, ...credentials });
      expect(outcome).toEqual({ type: 'failed', during: 'auth', condition: 'no-usable-mechanism' });
      expect(mechanism()).toBeUndefined();
      seat.close();
    }
  });

  it('waits in between for bind(), for longer than the server holds a request', async () => {
    seat = BY_CLIENT!.open(server.service, { explicitResourceBinding: true, wait: 1 });
    seat.connect(server.user('alice'));
    const { status$, wire$, bind } = seat.client;
    await within(status$.pipe(filter(({ type }) => type === 'binding')), 'the offer');
    let answers = 0;
    const held$ = wire$.pipe(filter(({ type }) => type === 'received' && (answers += 1) >= 2));
    await within(held$, 'two answers to polls', 15_000);
    bind();
    expect(await within(seat.outcome$, 'the login')).toMatchObject({ type: 'online' });
  });
});
