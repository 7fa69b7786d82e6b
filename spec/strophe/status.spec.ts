import { element, Strophe } from 'rxmpp';
import { inDomain, JULIET } from './support/page.js';

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
