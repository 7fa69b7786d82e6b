import { $msg, type Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal, ROMEO } from './support/page.js';

const messageOf = (text: string): Strophe.Builder => $msg({ to: ROMEO }).c('body', {}, text);

describe('restore()', () => {
  const sessionError = (condition: string): Error => refusal('StropheSessionError', condition);

  it.each([undefined, null, JULIET, 'juliet@example.com', 'Juliet@example.com/elsewhere', 'example.com'])(
    'goes on with the kept session of juliet@example.com for %j',
    (jid) =>
      inDomain(({ online, page, pass, domain }) => {
        const before = online({ keepalive: true });
        before.kill();
        const after = page({ keepalive: true, storage: before.storage });
        after.connection.restore(jid, after.callback);
        pass(1000);
        expect(after.heard).toEqual(['ATTACHED']);
        expect(after.connection.jid).toBe(JULIET);
        expect(domain.requests.filter(({ sid }) => sid === undefined)).toHaveLength(1);
      })(),
  );

  it.each(['romeo@example.com', 'juliet@example.org', 'example.org'])(
    'throws jid-mismatch for %j, and leaves what is kept as it is',
    (jid) =>
      inDomain(({ online, page, pass }) => {
        const before = online({ keepalive: true });
        before.kill();
        const kept = before.storage.snapshot();
        const { connection, heard, callback } = page({ keepalive: true, storage: before.storage });
        expect(() => connection.restore(jid, callback)).toThrow(sessionError('jid-mismatch'));
        pass(1000);
        expect(before.storage.snapshot()).toEqual(kept);
        expect(heard).toEqual([]);
      })(),
  );

  it(
    'throws no-session when nothing is kept, and the login that follows works',
    inDomain(({ page, pass }) => {
      const { connection, heard, callback } = page({ keepalive: true });
      try {
        connection.restore(JULIET, callback);
      } catch (error) {
        if ((error as Error).name === 'StropheSessionError') connection.connect(JULIET, 'capulet', callback);
      }
      pass(1000);
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      expect(() => page({ keepalive: true }).connection.restore()).toThrow(sessionError('no-session'));
    }),
  );

  it(
    'throws no-storage when there is no sessionStorage',
    inDomain(({ page }) => {
      const { connection } = page({ keepalive: true, storage: null });
      expect(() => connection.restore()).toThrow(sessionError('no-storage'));
    }),
  );

  it(
    'works without keepalive too, and then writes nothing',
    inDomain(({ online, page, pass }) => {
      const before = online({ keepalive: true });
      before.kill();
      const kept = before.storage.snapshot();
      const { connection, heard, callback } = page({ storage: before.storage });
      connection.restore(JULIET, callback);
      pass(1000);
      connection.send(messageOf('Nothing more is kept'));
      pass(1000);
      expect(heard).toEqual(['ATTACHED']);
      expect(before.storage.snapshot()).toEqual(kept);
    }),
  );
});
