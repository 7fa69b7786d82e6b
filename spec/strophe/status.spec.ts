import { element, Strophe } from 'rxmpp';
import { terminateBody } from 'rxmpp/testing';
import { inDomain, JULIET, ROMEO } from './support/page.js';

const STREAM_ERROR = 'urn:ietf:params:xml:ns:xmpp-streams';

const conflict = element('error', 'http://etherx.jabber.org/streams', {}, [
  element('conflict', STREAM_ERROR),
]);

describe('Strophe.Status', () => {
  it("has Strophe.js's numbers", () => {
    expect(Strophe.Status).toEqual({
      ERROR: 0,
      CONNECTING: 1,
      CONNFAIL: 2,
      AUTHENTICATING: 3,
      AUTHFAIL: 4,
      CONNECTED: 5,
      DISCONNECTED: 6,
      DISCONNECTING: 7,
      ATTACHED: 8,
      REDIRECT: 9,
      CONNTIMEOUT: 10,
      BINDREQUIRED: 11,
      ATTACHFAIL: 12,
      RECONNECTING: 13,
    });
  });
});

describe('what the callback hears', () => {
  it(
    'of the status there was before: nothing',
    inDomain(({ page, pass }) => {
      const { connection, callback, heard } = page();
      pass(1000);
      connection.connect(JULIET, 'capulet', callback);
      expect(heard).toEqual(['CONNECTING']);
    }),
  );

  it(
    'of a login: CONNECTING, AUTHENTICATING, CONNECTED',
    inDomain(({ page, pass }) => {
      const { connection, callback, heard } = page();
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
    }),
  );

  it(
    'of an attach: nothing until ATTACHED',
    inDomain(({ prebound, page, pass }) => {
      const { sid, rid } = prebound();
      const { connection, callback, heard } = page();
      connection.attach(JULIET, sid, rid, callback);
      expect(heard).toEqual([]);
      pass(1000);
      expect(heard).toEqual(['ATTACHED']);
    }),
  );

  it(
    'of a restore: nothing until ATTACHED',
    inDomain(({ online, page, pass }) => {
      const before = online({ keepalive: true });
      before.kill();
      const { connection, callback, heard } = page({ keepalive: true, storage: before.storage });
      connection.restore(undefined, callback);
      expect(heard).toEqual([]);
      pass(1000);
      expect(heard).toEqual(['ATTACHED']);
    }),
  );

  it(
    'of a login that the server refuses to begin: CONNFAIL and DISCONNECTED with the condition',
    inDomain(({ page, pass }) => {
      const { connection, callback, heard } = page();
      connection.connect('juliet@elsewhere.example', 'capulet', callback);
      pass(1000);
      expect(heard).toEqual(['CONNECTING', 'CONNFAIL host-unknown', 'DISCONNECTED host-unknown']);
    }),
  );

  it(
    'of a wrong password: AUTHFAIL and DISCONNECTED with the condition',
    inDomain(({ page, pass }) => {
      const { connection, callback, heard } = page();
      connection.connect(JULIET, 'montague', callback);
      pass(1000);
      const end = ['AUTHFAIL not-authorized', 'DISCONNECTED not-authorized'];
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', ...end]);
    }),
  );

  it(
    'of tokens of no session: ATTACHFAIL and DISCONNECTED with the condition',
    inDomain(({ page, pass }) => {
      const { connection, callback, heard } = page();
      connection.attach(JULIET, 'expired', 4711, callback);
      pass(1000);
      expect(heard).toEqual(['ATTACHFAIL item-not-found', 'DISCONNECTED item-not-found']);
    }),
  );

  it(
    'of a kept session that is over: ATTACHFAIL and DISCONNECTED with the condition',
    inDomain(({ online, page, pass }) => {
      const before = online({ keepalive: true });
      before.kill();
      pass(200_000);
      const { connection, callback, heard } = page({ keepalive: true, storage: before.storage });
      connection.restore(undefined, callback);
      pass(1000);
      expect(heard).toEqual(['ATTACHFAIL item-not-found', 'DISCONNECTED item-not-found']);
    }),
  );

  it(
    'of tokens of a session of somebody else: ATTACHFAIL and DISCONNECTED with the condition',
    inDomain(({ prebound, page, pass }) => {
      const { sid, rid } = prebound();
      const { connection, callback, heard } = page();
      connection.attach(ROMEO, sid, rid, callback);
      pass(10_000);
      expect(heard).toEqual(['ATTACHFAIL jid-mismatch', 'DISCONNECTED jid-mismatch']);
    }),
  );

  it(
    'of a session that the server ends: CONNFAIL and DISCONNECTED with the condition, each once',
    inDomain(({ online, pass, domain }) => {
      const { heard } = online();
      domain.terminate(JULIET, 'remote-stream-error', conflict);
      pass(60_000);
      expect(heard.slice(3)).toEqual(['CONNFAIL conflict', 'DISCONNECTED conflict']);
    }),
  );

  it(
    'of a login that nobody answers: CONNTIMEOUT and DISCONNECTED',
    inDomain(({ page, pass, domain }) => {
      domain.hold();
      const { connection, callback, heard } = page();
      connection.connect(JULIET, 'capulet', callback);
      pass(29_999);
      expect(heard).toEqual(['CONNECTING']);
      pass(5000);
      expect(heard).toEqual(['CONNECTING', 'CONNTIMEOUT timeout', 'DISCONNECTED timeout']);
    }),
  );

  it(
    'of a server that asks to connect elsewhere: REDIRECT with the address, then CONNFAIL and DISCONNECTED',
    inDomain(({ page, pass, domain }) => {
      const elsewhere = element('uri', 'http://jabber.org/protocol/httpbind', {}, [
        'https://two.example/bosh',
      ]);
      domain.intercept(() => ({ answer: { body: terminateBody('see-other-uri', elsewhere) } }));
      const { connection, callback, heard } = page();
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      const end = [
        'REDIRECT https://two.example/bosh',
        'CONNFAIL see-other-uri',
        'DISCONNECTED see-other-uri',
      ];
      expect(heard).toEqual(['CONNECTING', ...end]);
    }),
  );

  it(
    'of a server that sends a session elsewhere: the same, and no handler takes the address for a stanza',
    inDomain(({ online, pass, domain }) => {
      const { connection, heard } = online();
      const taken: string[] = [];
      connection.addHandler((stanza) => taken.push(stanza.name));
      const elsewhere = element('uri', 'http://jabber.org/protocol/httpbind', {}, [
        'https://two.example/bosh',
      ]);
      domain.terminate(JULIET, 'see-other-uri', elsewhere);
      pass(1000);
      const end = [
        'REDIRECT https://two.example/bosh',
        'CONNFAIL see-other-uri',
        'DISCONNECTED see-other-uri',
      ];
      expect(heard.slice(3)).toEqual(end);
      expect(taken).toEqual([]);
    }),
  );

  it(
    'of disconnect(): DISCONNECTING with the reason, DISCONNECTED',
    inDomain(({ online, pass }) => {
      const { connection, heard } = online();
      connection.disconnect('tired');
      expect(heard.slice(3)).toEqual(['DISCONNECTING tired']);
      pass(1000);
      expect(heard.slice(3)).toEqual(['DISCONNECTING tired', 'DISCONNECTED']);
    }),
  );

  it(
    'of disconnect() without a reason, after one with a reason: no reason',
    inDomain(({ online, pass }) => {
      const { connection, heard, callback } = online();
      connection.disconnect('tired');
      pass(1000);
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      connection.disconnect();
      pass(1000);
      expect(heard.slice(-2)).toEqual(['DISCONNECTING', 'DISCONNECTED']);
    }),
  );

  it(
    'of a session that stalls and recovers: nothing',
    inDomain(
      ({ online, pass, domain }) => {
        const { connection, heard } = online();
        const stalls: boolean[] = [];
        connection.status$.subscribe((status) => status.type === 'online' && stalls.push(status.stalled));
        const remove = domain.intercept(() => ({ hang: true }));
        connection.send(element('presence', 'jabber:client'));
        pass(100_000);
        remove();
        pass(100_000);
        expect(stalls).toEqual([false, true, false]);
        expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      },
      { bosh: { inactivity: 300 } },
    ),
  );
});
