const { createClient, $msg, toElement } = require('rxmpp');
const { createDomain, marbles, memoryStorage, syncCrypto } = require('rxmpp/testing');
const { map } = require('rxjs');
const { agree, unread } = require('./unread.js');

const hello = toElement($msg({ to: 'alice@example.com/page' }).c('body').t('hi'));

const online = (scheduler) => {
  const domain = createDomain({ scheduler, users: { alice: 'secret' }, latencyMs: 10 });
  const random = (count) => Uint8Array.from({ length: count }, (_, i) => i + 1);
  const { http, url } = domain;
  const platform = { http, scheduler, random, uploads: true, crypto: syncCrypto, storage: memoryStorage() };
  const client = createClient(url, { platform });
  client.connect({ jid: 'alice@example.com/page', password: 'secret' });
  return { client, domain };
};

describe('an app that counts its messages', () => {
  it(
    'counts each once',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { client, domain } = online(scheduler);
      const bob = domain.user('bob@example.com');
      cold('300ms m 99ms m').subscribe(() => bob.send(hello));
      cold('600ms |').subscribe({ complete: () => client.close() });
      expectObservable(unread(client)).toBe('a 309ms b 99ms c 189ms |', { a: 0, b: 1, c: 2 });
    }),
  );

  it(
    'answers in the next cycle',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { client, domain } = online(scheduler);
      const bob = domain.user('bob@example.com');
      agree(client);
      cold('300ms m').subscribe(() => bob.send(hello));
      cold('600ms |').subscribe({ complete: () => client.close() });
      const answers$ = bob.received$.pipe(map((message) => message.child('body').text));
      expectObservable(answers$, '^ 599ms !').toBe('410ms y', { y: 'yes' });
    }),
  );
});
