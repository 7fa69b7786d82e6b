import { of } from 'rxjs';
import { $msg } from 'rxmpp';
import { inDomain, JULIET } from './support/page.js';

const login = () => of({ jid: JULIET, password: 'capulet' });

describe('a session that is lost and opened anew', () => {
  it(
    'is RECONNECTING with the reason, then as any login; handlers stay',
    inDomain(({ online, pass, domain }) => {
      const { connection, heard } = online();
      connection.disconnect();
      pass(1000);
      connection.client.open({ login, reopen: true });
      pass(1000);
      const bodies: string[] = [];
      connection.addHandler((stanza) => {
        bodies.push(stanza.child('body')?.text ?? '');
        return true;
      });
      const known = heard.length;
      domain.terminate(domain.sessions.at(-1)!.sid, 'system-shutdown');
      pass(10);
      expect(heard.slice(known)).toEqual(['RECONNECTING system-shutdown']);
      expect({ connected: connection.connected, authenticated: connection.authenticated }).toEqual({
        connected: false,
        authenticated: false,
      });
      pass(5000);
      expect(heard.slice(known + 1)).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      domain.deliver(JULIET, $msg({ to: JULIET }).c('body').t('still there').tree());
      pass(1000);
      expect(bodies).toEqual(['still there']);
    }),
  );
});
