// The page: goes on with the session of before a reload, else takes over the one that its site has opened for it, else, when
// that fails, asks for the user's own XMPP password.
import { defer, finalize, from, fromEvent, map, type Observable, switchMap, take, throwError } from 'rxjs';
import { $msg, $pres, bareJid, createClient, type Credentials, messages, type SessionTokens } from 'rxmpp';

const element = (id: string): HTMLElement => document.getElementById(id)!;
const field = (id: string): string => (element(id) as HTMLInputElement).value;
const reveal = (id: string, shown: boolean): void => {
  element(id).hidden = !shown;
};

const post = (path: string, form?: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(path, { method: 'POST', body: new URLSearchParams(form) });

/** Asked anew each time: tokens are good for one page, once. */
const tokens$: Observable<SessionTokens> = defer(() => post('/tokens')).pipe(
  switchMap((response) =>
    response.ok
      ? from(response.json() as Promise<SessionTokens>)
      : throwError(() => new Error(`The site gives no tokens: ${response.status}`)),
  ),
);

/** The last resort: what the user types into the form. */
const typed$: Observable<Credentials> = defer(() => {
  reveal('xmpp-login', true);
  return fromEvent(element('xmpp-login'), 'submit').pipe(
    take(1),
    map((event) => {
      event.preventDefault();
      return { jid: field('jid'), password: field('password') };
    }),
    finalize(() => reveal('xmpp-login', false)),
  );
});

const client = createClient(document.body.dataset['service'] ?? '/http-bind', { keepalive: true });
let own = '';

client.status$.subscribe((status) => {
  const reason = status.type === 'failed' || status.type === 'retrying' ? `: ${status.error.condition}` : '';
  element('status').textContent =
    status.type === 'online' ? `${status.how} as ${status.jid}` : `${status.type}${reason}`;
  reveal('chat', status.type === 'online');
  if (status.type === 'failed') reveal('site-login', true);
  if (status.type !== 'online') return;
  own = bareJid(status.jid);
  // Whoever has opened the session for us has sent no presence: without it no message comes.
  if (!status.resumed || status.how === 'attached') client.send($pres());
});

client.stanza$.pipe(messages()).subscribe((message) => {
  const line = document.createElement('li');
  line.textContent = message.child('body')?.text ?? '';
  element('lines').append(line);
});

const open = (): void => {
  reveal('site-login', false);
  client.open({ restore: true, prebind: () => tokens$, login: () => typed$ });
};

element('site-login').addEventListener('submit', (event) => {
  event.preventDefault();
  void post('/login', { name: field('name'), secret: field('secret') }).then((response) => {
    element('status').textContent = response.ok ? '' : 'the site does not know you';
    if (response.ok) open();
  });
});

element('say').addEventListener('click', () => {
  client.send($msg({ to: own, type: 'chat' }).c('body').t('Hello myself'));
});

element('leave').addEventListener('click', () => {
  client.disconnect();
  void post('/logout').then(() => reveal('site-login', true));
});

// The session that was kept is of the one who was here before a reload; a fresh page asks the site who is here.
try {
  client.restore();
  reveal('site-login', false);
} catch {
  reveal('site-login', true);
}
