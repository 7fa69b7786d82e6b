import { parse, type Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal } from './support/page.js';

describe('constructing', () => {
  it(
    'touches nothing: no network, no storage',
    inDomain(({ page, pass, domain }) => {
      const { connection, storage } = page({ keepalive: true });
      pass(1000);
      expect(domain.requests).toEqual([]);
      expect(storage.calls).toEqual([]);
      const { service, jid, domain: host, connected, authenticated, paused, restored } = connection;
      expect({ service, jid, host }).toEqual({ service: domain.url, jid: '', host: null });
      expect([connected, authenticated, paused, restored]).toEqual([false, false, false, false]);
    }),
  );

  it.each(['http://localhost:5280/http-bind', 'https://example.com/http-bind', '/http-bind/'])(
    '%s means BOSH',
    (service) =>
      inDomain(
        ({ page, pass, domain }) => {
          const { connection } = page({ service });
          connection.connect(JULIET, 'capulet');
          pass(1000);
          expect(connection.connected).toBe(true);
          expect(new Set(domain.requests.map(({ url }) => url))).toEqual(new Set([service]));
        },
        { mechanisms: ['SCRAM-SHA-1'] },
      )(),
  );

  it.each(['ws://localhost:5280/ws', 'wss://example.com/ws'])(
    '%s means WebSocket, of which there is no BOSH session to take over',
    (service) =>
      inDomain(({ page, pass, domain }) => {
        const { connection, heard, callback } = page({ service, keepalive: true });
        const notBosh = refusal('StropheSessionError', 'not-bosh');
        expect(() => connection.restore(JULIET, callback)).toThrow(notBosh);
        expect(() => connection.attach(JULIET, 'sid', 1, callback)).toThrow(notBosh);
        expect(heard).toEqual([]);
        connection.connect(JULIET, 'capulet', callback);
        pass(1000);
        expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
        expect(domain.sockets.map(({ url }) => url)).toEqual([service]);
        connection.pause();
        expect(connection.paused).toBe(true);
        expect(domain.requests).toEqual([]);
      })(),
  );
});

describe('a connection says of itself', () => {
  const standing = ({ jid, domain, connected, authenticated, restored }: Strophe.Connection) => [
    jid,
    domain,
    ...Object.entries({ connected, authenticated, restored }).flatMap(([name, is]) => (is ? name : [])),
  ];

  it(
    'at each callback of a login and a goodbye, how far it is',
    inDomain(({ page, pass }) => {
      const { connection } = page();
      const stages: unknown[] = [];
      connection.connect('juliet@example.com', 'capulet', () => stages.push(standing(connection)));
      pass(1000);
      connection.disconnect();
      pass(1000);
      const full = expect.stringMatching(/^juliet@example\.com\/./) as string;
      expect(stages).toEqual([
        ['juliet@example.com', 'example.com'],
        ['juliet@example.com', 'example.com', 'connected'],
        [full, 'example.com', 'connected', 'authenticated'],
        [full, 'example.com', 'connected', 'authenticated'],
        [full, 'example.com'],
      ]);
    }),
  );

  it(
    'after a restore, that it is restored, until the end',
    inDomain(({ online, page, pass }) => {
      const before = online({ keepalive: true });
      before.kill();
      const { connection, callback } = page({ keepalive: true, storage: before.storage });
      connection.restore(null, callback);
      expect(standing(connection)).toEqual(['', null]);
      pass(1000);
      expect(standing(connection)).toEqual([JULIET, 'example.com', 'connected', 'authenticated', 'restored']);
      connection.disconnect();
      pass(1000);
      expect(standing(connection)).toEqual([JULIET, 'example.com']);
    }),
  );

  it(
    'after an attach with a bare JID, the full one',
    inDomain(({ prebound, page, pass }) => {
      const { jid, sid, rid } = prebound();
      const { connection } = page();
      connection.attach('juliet@example.com', sid, rid);
      expect(standing(connection)).toEqual(['juliet@example.com', 'example.com']);
      pass(1000);
      expect(standing(connection)).toEqual([jid, 'example.com', 'connected', 'authenticated']);
    }),
  );
});

describe('the door for RxJS', () => {
  it(
    'is the same connection',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      const [types, names]: [string[], string[]] = [[], []];
      connection.status$.subscribe(({ type }) => types.push(type));
      connection.stanza$.subscribe(({ name }) => names.push(name));
      domain.deliver(JULIET, parse('<presence xmlns="jabber:client"/>'));
      pass(1000);
      expect(names).toEqual(['presence']);
      connection.client.disconnect();
      pass(1000);
      expect(types).toEqual(['online', 'disconnecting', 'offline']);
    }),
  );
});
