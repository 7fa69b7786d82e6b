import { $msg, $pres, type Stanza, Strophe } from 'rxmpp';
import { inDomain, JULIET, ROMEO, type Stage } from './support/page.js';

const { toElement } = Strophe.Stanza;

const CHAT = toElement(
  `<message id="m1" type="chat" from="${ROMEO}"><body>Hello</body>` +
    '<x xmlns="urn:example:outer#user"><y xmlns="urn:example:inner"/></x></message>',
);

/** Whether a handler with these conditions gets the stanza. */
const gets = (stanza: Stanza, ...conditions: Strophe.HandlerConditions): boolean => {
  const seen: Stanza[] = [];
  inDomain(({ online, pass, domain }) => {
    online().connection.addHandler((given) => seen.push(given), ...conditions);
    domain.deliver(JULIET, stanza);
    pass(1000);
  })();
  return seen.length === 1;
};

describe('a handler', () => {
  it('without conditions gets everything', () => {
    expect(gets(CHAT)).toBe(true);
    expect(gets($pres().tree(), null, undefined, '', null, null, null)).toBe(true);
  });

  it('of a namespace gets what is in it, or has a child or anything else in it', () => {
    expect(gets(CHAT, 'jabber:client')).toBe(true);
    expect(gets(CHAT, 'urn:example:outer#user')).toBe(true);
    expect(gets(CHAT, 'urn:example:inner')).toBe(true);
    expect(gets(CHAT, 'urn:example:other')).toBe(false);
  });

  it('that ignores namespace fragments gets namespaces with any', () => {
    const options = { ignoreNamespaceFragment: true };
    expect(gets(CHAT, 'urn:example:outer')).toBe(false);
    expect(gets(CHAT, 'urn:example:outer', null, null, null, null, options)).toBe(true);
    expect(gets(CHAT, 'urn:example:inner', null, null, null, null, options)).toBe(true);
    expect(gets(CHAT, 'urn:example', null, null, null, null, options)).toBe(false);
  });

  it('of a name gets stanzas of that name', () => {
    expect(gets(CHAT, null, 'message')).toBe(true);
    expect(gets(CHAT, null, 'presence')).toBe(false);
  });

  it('of a type, or of several, gets stanzas of one of them', () => {
    expect(gets(CHAT, null, null, 'chat')).toBe(true);
    expect(gets(CHAT, null, null, 'groupchat')).toBe(false);
    expect(gets(CHAT, null, null, ['groupchat', 'chat'])).toBe(true);
    expect(gets(CHAT, null, null, ['groupchat', 'headline'])).toBe(false);
    expect(gets($msg({ id: 'm1' }).tree(), null, null, 'chat')).toBe(false);
  });

  it('of an id gets the stanza with that id', () => {
    expect(gets(CHAT, null, null, null, 'm1')).toBe(true);
    expect(gets(CHAT, null, null, null, 'm2')).toBe(false);
  });

  it('of a sender gets what comes from exactly that JID', () => {
    expect(gets(CHAT, null, null, null, null, ROMEO)).toBe(true);
    expect(gets(CHAT, null, null, null, null, 'romeo@example.com')).toBe(false);
    expect(gets(CHAT, null, null, null, null, 'romeo@example.com/garden')).toBe(false);
    expect(gets($msg().tree(), null, null, null, null, ROMEO)).toBe(false);
  });

  it('of a bare sender gets what comes from any of its resources', () => {
    const options = { matchBareFromJid: true };
    expect(gets(CHAT, null, null, null, null, 'romeo@example.com', options)).toBe(true);
    expect(gets(CHAT, null, null, null, null, 'romeo@example.com/garden', options)).toBe(true);
    expect(gets(CHAT, null, null, null, null, JULIET, options)).toBe(false);
  });

  it('needs all of its conditions', () => {
    expect(gets(CHAT, 'urn:example:inner', 'message', 'chat', 'm1', ROMEO)).toBe(true);
    expect(gets(CHAT, 'urn:example:inner', 'message', 'chat', 'm2', ROMEO)).toBe(false);
  });
});

const say = (stage: Stage, text: string): void => {
  stage.domain.deliver(JULIET, $msg({ from: ROMEO }).c('body', {}, text).tree());
  stage.pass(1000);
};

describe('a handler stays', () => {
  it(
    'for as long as it returns true',
    inDomain((stage) => {
      const { connection } = stage.online();
      const heard: string[] = [];
      connection.addHandler((stanza) => heard.push(`1 ${stanza.textContent}`) > 0);
      connection.addHandler((stanza) => void heard.push(`2 ${stanza.textContent}`));
      connection.addHandler((stanza) => heard.push(`3 ${stanza.textContent}`) < 4);
      for (const text of ['a', 'b', 'c']) say(stage, text);
      expect(heard).toEqual(['1 a', '2 a', '3 a', '1 b', '3 b', '1 c']);
    }),
  );

  it(
    'until it throws; that is reported, and disturbs no other',
    inDomain((stage) => {
      const { connection } = stage.online();
      const heard: string[] = [];
      connection.addHandler((stanza) => {
        heard.push(`1 ${stanza.textContent}`);
        throw new Error('a mistake');
      });
      connection.addHandler((stanza) => heard.push(`2 ${stanza.textContent}`) > 0);
      connection.stanza$.subscribe((stanza) => heard.push(`$ ${stanza.textContent}`));
      for (const text of ['a', 'b']) say(stage, text);
      expect(heard).toEqual(['1 a', '2 a', '$ a', '2 b', '$ b']);
      expect(stage.unhandled()).toEqual([new Error('a mistake')]);
      expect(connection.connected).toBe(true);
    }),
  );

  it(
    'until it is deleted, by a handler before it too',
    inDomain((stage) => {
      const { connection } = stage.online();
      const heard: string[] = [];
      const note = (name: string) =>
        connection.addHandler((stanza) => heard.push(`${name} ${stanza.textContent}`) > 0);
      const first = note('1');
      connection.addHandler(({ textContent }) => {
        if (textContent === 'b') connection.deleteHandler(third);
        return true;
      });
      const third = note('3');
      say(stage, 'a');
      connection.deleteHandler(first);
      say(stage, 'b');
      expect(heard).toEqual(['1 a', '3 a']);
    }),
  );

  it(
    'until DISCONNECTED is reported, and no longer',
    inDomain((stage) => {
      const { connection } = stage.page();
      const heard: string[] = [];
      const note = (name: string) =>
        connection.addHandler((stanza) => heard.push(`${name} ${stanza.textContent}`) > 0);
      note('before the login');
      const callback: Strophe.ConnectCallback = (status) => {
        if (status === Strophe.Status.CONNFAIL) note('at CONNFAIL');
        if (status === Strophe.Status.DISCONNECTED) note('at DISCONNECTED');
      };
      connection.connect(JULIET, 'capulet', callback);
      stage.pass(1000);
      say(stage, 'a');
      stage.domain.terminate(JULIET, 'system-shutdown');
      stage.pass(1000);
      connection.connect(JULIET, 'capulet', callback);
      stage.pass(1000);
      say(stage, 'b');
      expect(heard).toEqual(['before the login a', 'at DISCONNECTED b']);
    }),
  );
});

describe('a handler that is added', () => {
  it(
    'by another one gets the next stanza',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      const heard: (string | null)[] = [];
      connection.addHandler(
        () => void connection.addHandler(({ textContent }) => heard.push(textContent) > 0),
      );
      const two = ['a', 'b'].map((text) => $msg({ from: ROMEO }).c('body', {}, text).tree());
      for (const message of two) domain.deliver(JULIET, message);
      pass(1000);
      expect(heard).toEqual(['b']);
    }),
  );

  it(
    'at CONNECTED gets what came with it',
    inDomain(({ page, pass, domain }) => {
      domain
        .user(ROMEO)
        .send($msg({ to: 'juliet@example.com', type: 'chat' }).c('body', {}, 'Good night').tree());
      const { connection } = page();
      const heard: (string | null)[] = [];
      connection.connect(JULIET, 'capulet', (status) => {
        if (status !== Strophe.Status.CONNECTED) return;
        connection.addHandler(({ textContent }) => heard.push(textContent) > 0, null, 'message');
        connection.send($pres());
      });
      pass(1000);
      expect(heard).toEqual(['Good night']);
    }),
  );
});
