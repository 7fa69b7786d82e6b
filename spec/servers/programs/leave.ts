import { filter, of, take } from 'rxjs';
import { createClient, prebind } from 'rxmpp';

/** A program that opens a session, closes its client at some point of that, and has nothing else to do. */
const [service = '', jid = '', password = '', stage = ''] = process.argv.slice(2);

const client = createClient(service);

const leave = (): void => {
  client.close();
  process.stdout.write('closed\n');
};

const leaveAt = (type: string): void => {
  client.status$
    .pipe(
      filter((status) => status.type === type),
      take(1),
    )
    .subscribe(leave);
};

switch (stage) {
  case 'prebind':
    prebind(service, { jid, password }).subscribe(() => process.stdout.write('closed\n'));
    break;
  case 'attach':
    prebind(service, { jid, password }).subscribe((tokens) => {
      client.attach(tokens);
      leave();
    });
    break;
  case 'retrying':
    client.open({ login: () => of({ jid, password }), reopen: { when: () => true } });
    leaveAt(stage);
    break;
  default:
    client.connect({ jid, password });
    leaveAt(stage);
}
