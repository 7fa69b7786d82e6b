import { of } from 'rxjs';
import { createClient } from 'rxmpp';

/** A program with one client, which says what it is told; for being suspended from outside. */
const [service = '', jid = '', password = '', reopen = ''] = process.argv.slice(2);

const say = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

const client = createClient(service);
client.status$.subscribe((status) =>
  say({
    type: status.type,
    ...(status.type === 'online' && { jid: status.jid }),
    ...('error' in status && { condition: status.error.condition }),
  }),
);
client.stanza$.subscribe((stanza) => say({ type: 'heard', body: stanza.child('body')?.text ?? '' }));
client.open({ login: () => of({ jid, password }), reopen: reopen === 'reopen' });
process.stdin.on('end', () => client.close()).resume();
