import { $msg } from 'rxmpp';
import { inDomain, JULIET, ROMEO } from './support/page.js';

const service = 'wss://example.com/ws';

describe('connect() with enableStreamManagement', () => {
  it(
    'goes on with the session that this tab has left: CONNECTED, and hasResumed()',
    inDomain(({ page, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const options = { service, enableStreamManagement: true } as const;
      const before = page(options);
      before.connection.connect(JULIET, 'capulet', before.callback);
      pass(500);
      expect(before.heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      expect(before.connection.hasResumed()).toBe(false);
      before.connection.send($msg({ to: ROMEO, id: 'a' }));
      before.connection.pause();
      const storage = before.storage.clone();
      before.kill();
      romeo.send($msg({ to: JULIET, id: 'missed', type: 'chat' }).tree());
      pass(1_000);
      const after = page({ ...options, storage });
      const missed: string[] = [];
      after.connection.addHandler(
        (stanza) => {
          missed.push(stanza.getAttribute('id') ?? '');
          return true;
        },
        null,
        'message',
      );
      after.connection.connect(JULIET, 'capulet', after.callback);
      pass(500);
      expect(after.heard).toEqual(['AUTHENTICATING', 'CONNECTED']);
      expect(after.connection.hasResumed()).toBe(true);
      expect(after.connection.jid).toBe(JULIET);
      expect(missed).toEqual(['missed']);
      after.connection.resume();
      pass(200);
      expect(romeo.received.map(({ attrs }) => attrs['id'])).toEqual(['a']);
    }),
  );

  it.each([
    ['of another account', ROMEO, 'montague'],
    ['that the server has no more', JULIET, 'capulet'],
  ])('opens a new one instead of one %s', (_, jid, password) =>
    inDomain(({ page, pass, domain }) => {
      const options = { service, enableStreamManagement: true } as const;
      const before = page(options);
      before.connection.connect(JULIET, 'capulet', before.callback);
      pass(500);
      const storage = before.storage.clone();
      before.kill();
      domain.kill(JULIET);
      const after = page({ ...options, storage });
      after.connection.connect(jid, password, after.callback);
      pass(500);
      expect(after.heard.at(-1)).toBe('CONNECTED');
      expect(after.heard.join(' ')).not.toContain('RECONNECTING');
      expect(after.connection.hasResumed()).toBe(false);
      expect(after.connection.jid).toBe(jid);
    })(),
  );

  it(
    'is nothing to BOSH: there a session is restored',
    inDomain(({ page, pass }) => {
      const one = page({ enableStreamManagement: true });
      one.connection.connect(JULIET, 'capulet', one.callback);
      pass(500);
      expect(one.storage.keys()).toEqual([]);
    }),
  );
});
