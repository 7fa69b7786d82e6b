import { element } from 'rxmpp';
import { serverProfiles, terminateBody } from 'rxmpp/testing';
import { inDomain, JULIET, ROMEO } from './support/page.js';

const STREAM_ERROR = 'urn:ietf:params:xml:ns:xmpp-streams';

const conflict = element('error', 'http://etherx.jabber.org/streams', {}, [
  element('conflict', STREAM_ERROR),
]);

describe('what the callback hears', () => {
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

  it.each([
    ['too high', 10, 'item-not-found'],
    ['too low', -2, 'stale'],
  ])('of a rid that is %s: ATTACHFAIL and DISCONNECTED with the condition', (_, off, reason) =>
    inDomain(({ prebound, page, pass }) => {
      const { jid, sid, rid } = prebound();
      const { connection, callback, heard } = page();
      connection.attach(jid, sid, rid + off, callback);
      pass(20_000);
      expect(heard).toEqual([`ATTACHFAIL ${reason}`, `DISCONNECTED ${reason}`]);
    }, serverProfiles.mongooseim)(),
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
      expect(heard).toEqual(['ATTACHFAIL expired', 'DISCONNECTED expired']);
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
    'of a server that asks to connect elsewhere, where that is allowed: REDIRECT with the address, then as ever',
    inDomain(({ page, pass, domain }) => {
      const elsewhere = element('uri', 'http://jabber.org/protocol/httpbind', {}, [
        'https://two.example/bosh',
      ]);
      domain.answerNext({ body: terminateBody('see-other-uri', elsewhere) });
      const { connection, callback, heard } = page({ allowedOrigins: ['https://two.example'] });
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      expect(heard).toEqual([
        ...['CONNECTING', 'REDIRECT https://two.example/bosh', 'RECONNECTING see-other-uri'],
        ...['CONNECTING', 'AUTHENTICATING', 'CONNECTED'],
      ]);
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
});
