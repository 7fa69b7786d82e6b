import { $msg, type Stanza, Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal, ROMEO } from './support/page.js';

const KEY = 'strophe-bosh-session';
const messageOf = (text: string): Strophe.Builder => $msg({ to: ROMEO }).c('body', {}, text);
const textsOf = (stanzas: readonly Stanza[]): readonly string[] =>
  stanzas.map(({ textContent }) => textContent);

describe('connect()', () => {
  it(
    'logs in anonymously without a node',
    inDomain(
      ({ page, pass }) => {
        const { connection, heard, callback } = page();
        connection.connect('example.com', null, callback);
        pass(1000);
        expect(heard.at(-1)).toBe('CONNECTED');
        expect(Strophe.getNodeFromJid(connection.jid)).not.toBeNull();
      },
      { mechanisms: ['ANONYMOUS'] },
    ),
  );

  it(
    'throws for what is no JID',
    inDomain(({ page }) => {
      const { connection, heard, callback } = page();
      const connect = (): void => connection.connect('', 'capulet', callback);
      expect(connect).toThrow(refusal('UsageError', 'jid-malformed'));
      expect(heard).toEqual([]);
    }),
  );
});

describe('attach()', () => {
  it(
    'takes over what a server has prebound: no password, no rid left out, and both ways work',
    inDomain(({ prebound, page, pass, domain }) => {
      const tokens = prebound();
      const romeo = domain.user(ROMEO);
      const { connection, heard, callback } = page();
      const before = domain.requests.length;
      connection.attach(tokens.jid, tokens.sid, tokens.rid, callback);
      pass(1000);
      connection.addHandler(
        ({ textContent }) => heard.length === 1 && callback(1, textContent),
        null,
        'message',
      );
      connection.send(messageOf('O Romeo'));
      romeo.send($msg({ to: JULIET }).c('body', {}, 'Shall I hear more').tree());
      pass(1000);
      expect(heard).toEqual(['ATTACHED', 'CONNECTING Shall I hear more']);
      expect(textsOf(romeo.received)).toEqual(['O Romeo']);
      const sent = domain.requests.slice(before);
      expect(sent.map(({ rid }) => rid)).toEqual(sent.map((_, i) => tokens.rid + i));
      expect(sent.map(({ text }) => text).join('')).not.toMatch(/<auth|<response|capulet/);
    }),
  );

  it(
    'gives a stanza that waited in the session to a handler added at ATTACHED',
    inDomain(({ prebound, page, pass, domain }) => {
      const { jid, sid, rid } = prebound();
      domain.deliver(sid, messageOf('Hist!').tree());
      const { connection } = page();
      const texts: (string | null)[] = [];
      connection.attach(jid, sid, rid, () => {
        connection.addHandler(({ textContent }) => texts.push(textContent) > 0, null, 'message');
      });
      pass(1000);
      expect(texts).toEqual(['Hist!']);
    }),
  );
});

describe('keepalive', () => {
  it(
    'is off unless asked for',
    inDomain(({ online, pass }) => {
      const { connection, storage } = online();
      connection.send(messageOf('Nothing is kept'));
      pass(1000);
      expect(storage.calls).toEqual([]);
    }),
  );

  it(
    'keeps jid, sid and the next rid as JSON after every successful request, and forgets them at logout',
    inDomain(({ page, pass, domain }) => {
      const { connection, storage } = page({ keepalive: true });
      const kept = (): unknown => JSON.parse(storage.getItem(KEY) ?? 'null');
      const early: unknown[] = [];
      connection.connect(JULIET, 'capulet', (status) => {
        if (status !== Strophe.Status.CONNECTED) early.push(kept());
      });
      pass(1000);
      expect(early).toEqual([null, null]);
      for (const text of ['one', 'two']) {
        connection.send(messageOf(text));
        pass(1000);
        const { sid } = domain.sessions[0]!;
        expect(kept()).toMatchObject({ jid: JULIET, sid, rid: (domain.requests.at(-1)?.rid ?? 0) + 1 });
      }
      connection.disconnect();
      pass(1000);
      expect(storage.getItem(KEY)).toBeNull();
    }),
  );
});
