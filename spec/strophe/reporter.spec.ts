import { Strophe } from 'rxmpp';
import { inDomain, JULIET, said, refusal } from './support/page.js';

const { Status } = Strophe;

describe('connect() from inside the callback', () => {
  it(
    'at ATTACHFAIL takes the place of DISCONNECTED',
    inDomain(({ page, pass, domain }) => {
      const { connection } = page();
      const heard: string[] = [];
      const callback: Strophe.ConnectCallback = (status, condition) => {
        heard.push(said(status, condition));
        if (status === Status.ATTACHFAIL) connection.connect(JULIET, 'capulet', callback);
      };
      connection.attach(JULIET, 'expired', 4711, callback);
      pass(1000);
      expect(heard).toEqual(['ATTACHFAIL item-not-found', 'CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      expect(domain.sessions).toMatchObject([{ jid: JULIET }]);
    }),
  );

  it(
    'keeps the order of status$ for everybody else, and the handlers',
    inDomain(({ page, pass, domain }) => {
      const { connection } = page();
      const bodies: (string | null)[] = [];
      const types: string[] = [];
      connection.status$.subscribe(({ type }) => types.push(type));
      connection.addHandler((stanza) => bodies.push(stanza.textContent), null, 'message');
      connection.attach(JULIET, 'expired', 4711, (status) => {
        if (status === Status.ATTACHFAIL) connection.connect(JULIET, 'capulet');
      });
      pass(1000);
      domain.deliver(JULIET, Strophe.Stanza.toElement('<message><body>Still there?</body></message>'));
      pass(1000);
      expect(types).toEqual(['offline', 'connecting', 'failed', 'connecting', 'authenticating', 'online']);
      expect(bodies).toEqual(['Still there?']);
    }),
  );

  it(
    'at DISCONNECTED opens the next session',
    inDomain(({ page, pass, domain }) => {
      const { connection } = page();
      const heard: string[] = [];
      const callback: Strophe.ConnectCallback = (status, condition) => {
        heard.push(said(status, condition));
        if (status === Status.DISCONNECTED) connection.connect(JULIET, 'capulet', callback);
      };
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      domain.terminate(JULIET, 'system-shutdown');
      pass(1000);
      const login = ['CONNECTING', 'AUTHENTICATING', 'CONNECTED'];
      const end = ['CONNFAIL system-shutdown', 'DISCONNECTED system-shutdown'];
      expect(heard).toEqual([...login, ...end, ...login]);
    }),
  );

  it(
    'twice at once: the second is refused',
    inDomain(({ page, pass, unhandled }) => {
      const { connection, heard, callback } = page();
      connection.attach(JULIET, 'expired', 4711, (status) => {
        if (status !== Status.ATTACHFAIL) return;
        connection.connect(JULIET, 'capulet', callback);
        connection.connect(JULIET, 'capulet', callback);
      });
      pass(1000);
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      expect(unhandled()).toMatchObject([{ name: 'UsageError', condition: 'busy' }]);
    }),
  );

  it(
    'that throws is reported, and DISCONNECTED follows',
    inDomain(({ page, pass, unhandled }) => {
      const { connection } = page();
      const heard: string[] = [];
      connection.attach(JULIET, 'expired', 4711, (status, condition) => {
        heard.push(said(status, condition));
        if (status === Status.ATTACHFAIL) connection.connect('@', 'capulet');
      });
      pass(1000);
      expect(heard).toEqual(['ATTACHFAIL item-not-found', 'DISCONNECTED item-not-found']);
      expect(unhandled()).toMatchObject([{ name: 'UsageError', condition: 'jid-malformed' }]);
      expect(connection.jid).toBe(JULIET);
    }),
  );
});

describe('a callback', () => {
  it(
    'that throws is reported and goes on being called',
    inDomain(({ page, pass, unhandled }) => {
      const { connection } = page();
      const heard: string[] = [];
      connection.connect(JULIET, 'montague', (status, condition) => {
        heard.push(said(status, condition));
        throw new Error(`after ${heard.length}`);
      });
      pass(1000);
      const end = ['AUTHFAIL not-authorized', 'DISCONNECTED not-authorized'];
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', ...end]);
      expect(unhandled()).toEqual(
        ['after 1', 'after 2', 'after 3', 'after 4'].map((text) => new Error(text)),
      );
    }),
  );

  it(
    'may be left out',
    inDomain(({ page, pass }) => {
      const { connection } = page();
      connection.connect(JULIET, 'capulet');
      pass(1000);
      expect(connection.connected).toBe(true);
    }),
  );

  it(
    'hears no more once another attempt has one of its own',
    inDomain(({ online, pass }) => {
      const { connection, heard } = online();
      const later: string[] = [];
      connection.disconnect();
      pass(1000);
      connection.connect(JULIET, 'capulet', (status, condition) => later.push(said(status, condition)));
      pass(1000);
      expect(heard.slice(3)).toEqual(['DISCONNECTING', 'DISCONNECTED']);
      expect(later).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
    }),
  );
});

type Open = (connection: Strophe.Connection, callback: Strophe.ConnectCallback) => void;

const connect: Open = (connection, callback) => connection.connect('romeo@example.com', 'montague', callback);
const attach: Open = (connection, callback) => connection.attach('romeo@example.com/a', 'sid', 1, callback);
const restore: Open = (connection, callback) => connection.restore(undefined, callback);

describe('while a session is open', () => {
  it.each([
    ['connect', connect],
    ['attach', attach],
    ['restore', restore],
  ])('%s() throws busy and changes nothing', (_, open) => {
    inDomain(({ online, pass, domain }) => {
      const { connection, heard, storage } = online({ keepalive: true });
      const stored = storage.snapshot();
      const wrong: string[] = [];
      const callback: Strophe.ConnectCallback = (status) => wrong.push(said(status, null));
      expect(() => open(connection, callback)).toThrow(refusal('UsageError', 'busy'));
      pass(1000);
      const { jid, authenticated, paused } = connection;
      expect({ jid, authenticated, paused }).toEqual({ jid: JULIET, authenticated: true, paused: false });
      expect(storage.snapshot()).toEqual(stored);
      domain.terminate(JULIET, 'system-shutdown');
      pass(1000);
      expect(wrong).toEqual([]);
      expect(heard.slice(3)).toEqual(['CONNFAIL system-shutdown', 'DISCONNECTED system-shutdown']);
    })();
  });
});
