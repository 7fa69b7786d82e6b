import { $msg, $pres, type Stanza, type Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal, ROMEO } from './support/page.js';

const messageOf = (text: string): Strophe.Builder => $msg({ to: ROMEO }).c('body', {}, text);
const textsOf = (stanzas: readonly Stanza[]): readonly string[] =>
  stanzas.map(({ textContent }) => textContent);

describe('pause() and resume()', () => {
  it(
    'hold back what is sent, and let all of it leave in one body in the next cycle',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      pass(50);
      connection.pause();
      expect(connection.paused).toBe(true);
      const before = domain.requests.length;
      for (const text of ['one', 'two', 'three']) connection.send(messageOf(text));
      pass(10_000);
      connection.flush();
      expect(domain.requests.length).toBe(before);
      connection.resume();
      expect(connection.paused).toBe(false);
      pass(100);
      const sent = domain.requests.slice(before).filter(({ body }) => body.children.length > 0);
      expect(sent.map(({ body }) => textsOf(body.children))).toEqual([['one', 'two', 'three']]);
      expect(connection.connected).toBe(true);
    }),
  );

  it(
    'of a page that is reloaded while it is paused: it is paused again',
    inDomain(({ online, page, pass }) => {
      const before = online({ keepalive: true });
      before.connection.pause();
      pass(1000);
      before.kill();
      const { connection } = page({ keepalive: true, storage: before.storage });
      connection.restore();
      expect(connection.paused).toBe(true);
    }),
  );
});

describe('send(), flush() and disconnect()', () => {
  it(
    'queue stanzas, several in order, until the next cycle',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { connection } = online();
      connection.send(messageOf('one'));
      connection.send([messageOf('two').tree(), messageOf('three')]);
      connection.send(null);
      expect(domain.received(JULIET).filter(({ name }) => name === 'message')).toEqual([]);
      pass(100);
      expect(textsOf(romeo.received)).toEqual(['one', 'two', 'three']);
    }),
  );

  it(
    'refuse text',
    inDomain(({ online }) => {
      const text: unknown = '<message/>';
      const send = (): void => online().connection.send(text as Stanza);
      expect(send).toThrow(refusal('UsageError', 'not-an-element'));
    }),
  );

  it(
    'let what waits leave at once',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      pass(10);
      const before = domain.requests.length;
      connection.send(messageOf('now'));
      expect(domain.requests.length).toBe(before);
      connection.flush();
      expect(textsOf(domain.requests.at(-1)!.body.children)).toEqual(['now']);
    }),
  );

  it(
    'end the session after all that was sent, with an unavailable presence',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      connection.send([$pres(), messageOf('Good night')]);
      connection.disconnect('parting');
      pass(1000);
      const last = domain.received(JULIET).slice(-3);
      expect(last.map(({ name, attrs }) => [name, attrs['type']])).toEqual([
        ['presence', undefined],
        ['message', undefined],
        ['presence', 'unavailable'],
      ]);
      expect(domain.requests.at(-1)?.body.attrs['type']).toBe('terminate');
      expect(domain.sessions).toEqual([]);
    }),
  );

  it(
    'do nothing without a session, but what was sent leaves with the next one',
    inDomain(({ page, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { connection, heard, callback } = page();
      connection.send(messageOf('early'));
      connection.disconnect();
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
      expect(textsOf(romeo.received)).toEqual(['early']);
    }),
  );
});
