import { prebind, type Stanza } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';
import type { AnyServer } from '../support/embedded.js';
import { within } from '../support/within.js';
import { type Actor, createActor } from './actor.js';
import { answerInWords, openRaw, postRaw } from './raw.js';

/** The servers, in words: our own reads the specifications strictly unless it is told to be like another one. */
export type Kind = 'strict' | 'prosody' | 'ejabberd';

/** One thing that a client may see, and what it sees. */
export interface Scenario {
  readonly name: string;
  readonly play: (server: AnyServer) => Promise<unknown>;
  readonly sees: unknown;
  /** Where a server differs. */
  readonly but?: Partial<Readonly<Record<Kind, unknown>>>;
}

const chat = (to: string, text: string): string =>
  `<message xmlns="jabber:client" to="${to}" type="chat"><body>${text}</body></message>`;
const presence = (attributes = ''): string => `<presence xmlns="jabber:client" ${attributes}/>`;
const iq = (type: string, to: string, child: string): string =>
  `<iq xmlns="jabber:client" type="${type}"${to === '' ? '' : ` to="${to}"`}>${child}</iq>`;
const PING = '<ping xmlns="urn:xmpp:ping"/>';
const STRANGE = '<query xmlns="urn:example:nobody-knows"/>';
const roster = (item = ''): string => `<query xmlns="jabber:iq:roster">${item}</query>`;

const says = (text: string) => (stanza: Stanza) => stanza.child('body')?.text === text;
const isFrom = (jid: string, type?: string) => (stanza: Stanza) =>
  stanza.name === 'presence' && stanza.attrs['from'] === jid && stanza.attrs['type'] === type;
const isError = ({ attrs }: Stanza): boolean => attrs['type'] === 'error';
const conditionOf = (stanza: Stanza): string | undefined => stanza.child('error')?.children[0]?.name;

/** Clients that are closed when the play is over. */
const withActors =
  (
    play: (enter: (name: string, resource?: string) => Promise<Actor>, server: AnyServer) => Promise<unknown>,
  ) =>
  async (server: AnyServer): Promise<unknown> => {
    const actors: Actor[] = [];
    const enter = async (name: string, resource?: string): Promise<Actor> => {
      const actor = createActor(server);
      actors.push(actor);
      const { jid, password } = server.user(name);
      actor.client.connect({ jid: resource === undefined ? jid : `${jid}/${resource}`, password });
      await actor.outcome();
      return actor;
    };
    try {
      return await play(enter, server);
    } finally {
      for (const { client } of actors) client.disconnect();
      await Promise.all(actors.map(({ client }) => within(client.status$.pipe(), 'the end')));
      for (const { client } of actors) client.close();
    }
  };

const login =
  (
    user: (server: AnyServer) => { readonly jid: string; readonly password: string },
    ...mechanisms: string[]
  ) =>
  async (server: AnyServer): Promise<unknown> => {
    const { client, outcome } = createActor(server, mechanisms.length > 0 ? { mechanisms } : {});
    client.connect(user(server));
    const seen = await outcome();
    client.close();
    return seen;
  };

const attaching =
  (change: (tokens: { readonly jid: string; readonly sid: string; readonly rid: number }) => object) =>
  async (server: AnyServer): Promise<unknown> => {
    const tokens = await within(prebind(server.service, server.user('user1')), 'the tokens');
    const { client, outcome } = createActor(server, { attachTimeout: 7000 });
    client.attach({ ...tokens, ...change(tokens) });
    const seen = await outcome();
    client.close();
    return seen;
  };

const LOGINS: readonly Scenario[] = [
  ...['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'].map((mechanism): Scenario => ({
    name: `a login by ${mechanism}`,
    play: login((server) => server.user('alice'), mechanism),
    sees: 'online connected',
  })),
  {
    name: 'a login with a wrong password',
    play: login((server) => ({ ...server.user('alice'), password: 'wrong' })),
    sees: 'auth: not-authorized',
  },
  {
    name: 'a login of nobody',
    play: login((server) => server.user('nobody')),
    sees: 'auth: not-authorized',
  },
  {
    name: 'a login at a domain that is not served',
    play: login((server) => server.user('alice', 'elsewhere.example')),
    sees: 'connect: host-unknown',
    but: { prosody: 'connect: improper-addressing', ejabberd: 'connect: internal-server-error' },
  },
  {
    name: 'the resource asked for is granted',
    play: withActors(async (enter) => (await enter('alice', 'desk')).jid),
    sees: 'alice@localhost/desk',
  },
  {
    name: 'a second login with the same resource ends the first',
    play: withActors(async (enter) => {
      const first = await enter('alice', 'desk');
      const lost = within(first.client.status$.pipe(), 'a status').then(() => first);
      await lost;
      const second = await enter('alice', 'desk');
      await second.settles();
      return [await first.outcome(), await second.outcome()];
    }),
    sees: ['session: conflict', 'online connected'],
  },
];

const ATTACHES: readonly Scenario[] = [
  { name: 'an attach with the right tokens', play: attaching(() => ({})), sees: 'online attached' },
  {
    name: 'an attach with a sid that nobody has',
    play: attaching(() => ({ sid: 'nobody-has-this' })),
    sees: 'attach: item-not-found',
  },
  {
    name: 'an attach with a rid far too low',
    play: attaching(({ rid }) => ({ rid: rid - 50 })),
    sees: 'attach: item-not-found',
    but: { ejabberd: 'attach: timeout' },
  },
  {
    name: 'an attach with a rid one too low',
    play: attaching(({ rid }) => ({ rid: rid - 1 })),
    sees: 'attach: stale',
  },
  {
    name: 'an attach with a rid one too high',
    play: attaching(({ rid }) => ({ rid: rid + 1 })),
    sees: 'attach: timeout',
  },
  {
    name: 'an attach with a rid far too high',
    play: attaching(({ rid }) => ({ rid: rid + 100 })),
    sees: 'attach: item-not-found',
  },
  {
    name: 'a restore, and what was said meanwhile',
    play: async (server) => {
      const keepalive = { storage: memoryStorage() };
      const [page, peer] = [createActor(server, { keepalive }), createActor(server)];
      page.client.connect(server.user('user2'));
      peer.client.connect(server.user('user3'));
      await Promise.all([page.outcome(), peer.outcome()]);
      page.client.close();
      peer.send(chat(page.jid, 'meanwhile'));
      await peer.settles();
      const next = createActor(server, { keepalive });
      next.client.restore();
      const outcome = await next.outcome();
      await next.hears(says('meanwhile'), 'what was said meanwhile');
      await next.settles();
      const rest = next.rest().length;
      next.send(chat(peer.jid, 'back again'));
      await peer.hears(says('back again'), 'the answer');
      for (const { client } of [next, peer]) client.close();
      return [outcome, rest];
    },
    sees: ['online restored', 0],
  },
];

const MESSAGES: readonly Scenario[] = [
  {
    name: 'messages to full JIDs, with their true sender',
    play: withActors(async (enter) => {
      const [alice, bob] = [await enter('alice', 'a'), await enter('bob', 'b')];
      alice.send(chat(bob.jid, 'love &amp; &lt;I&gt; \u{1f339}'));
      const heard = await bob.hears(says('love & <I> \u{1f339}'), 'the message');
      bob.send(chat(alice.jid, 'yes'));
      const answer = await alice.hears(says('yes'), 'the answer');
      return [heard.attrs['from'], answer.attrs['from']];
    }),
    sees: ['alice@localhost/a', 'bob@localhost/b'],
  },
  {
    name: 'a message to a bare JID comes to the resource that is available',
    play: withActors(async (enter) => {
      const [alice, there, away] = [
        await enter('alice'),
        await enter('user4', 'there'),
        await enter('user4', 'away'),
      ];
      there.send(presence());
      await there.settles();
      alice.send(chat('user4@localhost', 'where are you?'));
      await there.hears(says('where are you?'), 'the message');
      await away.settles();
      return away.rest().filter(({ name }) => name === 'message').length;
    }),
    sees: 0,
  },
  {
    name: 'a message to nobody comes back',
    play: withActors(async (enter) => {
      const alice = await enter('alice');
      alice.send(chat('nobody@localhost', 'hello?'));
      const back = await alice.hears(isError, 'the error');
      return [back.name, back.attrs['from'], conditionOf(back)];
    }),
    sees: ['message', 'nobody@localhost', 'service-unavailable'],
  },
  {
    name: 'a message to somebody who is not there waits for them, and says since when (XEP-0203)',
    play: withActors(async (enter) => {
      const alice = await enter('alice');
      alice.send(chat('user5@localhost', 'for later'));
      await alice.settles();
      const late = await enter('user5', 'late');
      late.send(presence());
      const heard = await late.hears(says('for later'), 'the message');
      const delays = heard
        .childrenOf('delay', 'urn:xmpp:delay')
        .map(({ attrs: { from = '', stamp = '' } }) => {
          const seconds = (Date.now() - Date.parse(stamp)) / 1000;
          return `by ${from}, ${seconds > -2 && seconds < 60 ? 'just now' : stamp}`;
        });
      return [heard.attrs['type'], heard.attrs['from'] === alice.jid, delays];
    }),
    sees: ['chat', true, ['by localhost, just now']],
  },
  {
    name: 'messages come in the order in which they were sent',
    play: withActors(async (enter) => {
      const [alice, bob] = [await enter('alice'), await enter('bob')];
      for (let i = 0; i < 20; i++) alice.send(chat(bob.jid, `${i}`));
      await bob.hears(says('19'), 'the last message');
      return bob.rest().map((stanza) => stanza.child('body')?.text);
    }),
    sees: Array.from({ length: 19 }, (_, i) => `${i}`),
  },
];

const QUESTIONS: readonly Scenario[] = [
  ['a ping to the server', 'localhost', PING, 'result'],
  ['a ping to the own account', 'alice@localhost', PING, 'result'],
  ['a question that the server does not know', 'localhost', STRANGE, 'service-unavailable'],
  ['a question that the own account does not know', 'alice@localhost', STRANGE, 'service-unavailable'],
  ['a question to the account of somebody else', 'bob@localhost', STRANGE, 'service-unavailable'],
  ['a question to a resource that is not there', 'bob@localhost/nowhere', STRANGE, 'service-unavailable'],
].map(([name = '', to = '', child = '', sees]) => ({
  name,
  play: withActors(async (enter) => (await enter('alice')).asks(iq('get', to, child))),
  sees,
}));

const itemsIn = (stanza: Stanza | undefined): readonly string[] =>
  (stanza?.child('query')?.children ?? []).map(({ attrs }) =>
    [attrs['jid'], attrs['subscription'], attrs['ask'] ?? []].flat().join(' '),
  );
const isPush = (stanza: Stanza): boolean =>
  stanza.name === 'iq' && stanza.attrs['type'] === 'set' && itemsIn(stanza).length > 0;

const PRESENCES: readonly Scenario[] = [
  {
    name: 'a roster: empty, a contact is added and removed, every resource is told',
    play: withActors(async (enter) => {
      const [one, other] = [await enter('user6', 'one'), await enter('user6', 'other')];
      for (const actor of [one, other]) {
        await actor.asks(iq('get', '', roster()));
        actor.send(presence());
        await actor.settles();
      }
      const added = await one.asks(iq('set', '', roster('<item jid="bob@localhost" name="Bob"/>')));
      const pushed = itemsIn(await other.hears(isPush, 'the push'));
      const removed = await one.asks(
        iq('set', '', roster('<item jid="bob@localhost" subscription="remove"/>')),
      );
      return [added, pushed, removed, itemsIn(await other.hears(isPush, 'the second push'))];
    }),
    sees: ['result', ['bob@localhost none'], 'result', ['bob@localhost remove']],
  },
  {
    name: 'a subscription: asked for, granted, seen, and seen to end',
    play: withActors(async (enter) => {
      const [romeo, juliet] = [await enter('user7', 'r'), await enter('user8', 'j')];
      for (const actor of [romeo, juliet]) {
        await actor.asks(iq('get', '', roster()));
        actor.send(presence());
        await actor.settles();
      }
      romeo.send(presence('type="subscribe" to="user8@localhost"'));
      await juliet.hears(isFrom('user7@localhost', 'subscribe'), 'the request');
      juliet.send(presence('type="subscribed" to="user7@localhost"'));
      await romeo.hears(isFrom('user8@localhost', 'subscribed'), 'the grant');
      await romeo.hears(isFrom('user8@localhost/j'), 'the presence');
      juliet.client.disconnect();
      await romeo.hears(isFrom('user8@localhost/j', 'unavailable'), 'the end');
      await romeo.asks(iq('set', '', roster('<item jid="user8@localhost" subscription="remove"/>')));
      const pushes = romeo.rest().filter(isPush).map(itemsIn);
      return [pushes[0], pushes.at(-1)];
    }),
    sees: [['user8@localhost none subscribe'], ['user8@localhost remove']],
  },
  {
    name: 'the resources of an account see each other come and go',
    play: withActors(async (enter) => {
      const [one, other] = [await enter('user9', 'one'), await enter('user9', 'other')];
      one.send(presence());
      await one.settles();
      other.send(presence());
      await other.hears(isFrom('user9@localhost/one'), 'the one');
      await one.hears(isFrom('user9@localhost/other'), 'the other');
      other.client.disconnect();
      await one.hears(isFrom('user9@localhost/other', 'unavailable'), 'the end');
      return 'seen';
    }),
    sees: 'seen',
  },
  {
    name: 'directed presence ends when its sender goes',
    play: withActors(async (enter) => {
      const [one, other] = [await enter('user10', 'one'), await enter('user11', 'other')];
      one.send(presence(`to="${other.jid}"`));
      await other.hears(isFrom(one.jid), 'the presence');
      one.client.disconnect();
      await other.hears(isFrom(one.jid, 'unavailable'), 'the end');
      return 'seen';
    }),
    sees: 'seen',
  },
];

const named = (attrs: Readonly<Record<string, string>>, ...names: readonly string[]): string =>
  names.flatMap((name) => (attrs[name] === undefined ? [] : [`${name}=${attrs[name]}`])).join(' ');

const WIRE: readonly Scenario[] = [
  {
    name: 'the parameters of a session',
    play: async (server) =>
      named(
        (await openRaw(server)).created.body?.attrs ?? {},
        ...['wait', 'hold', 'requests', 'inactivity', 'polling', 'maxpause', 'ver'],
      ),
    sees: 'wait=5 hold=1 requests=2 inactivity=30 polling=5 maxpause=120 ver=1.11',
    but: {
      prosody: 'wait=5 hold=1 requests=2 inactivity=60 polling=5 ver=1.6',
      ejabberd: 'wait=5 hold=1 requests=2 inactivity=30 polling=2 maxpause=120 ver=1.11',
    },
  },
  {
    name: 'a request that is repeated gets the same answer',
    play: async (server) => {
      const { post, rid } = await openRaw(server);
      const auth = '<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">eA==</auth>';
      const [first, second] = [await post(rid + 1, '', auth), await post(rid + 1, '', auth)];
      return [answerInWords(first), first.text === second.text];
    },
    sees: ['200 failure', true],
  },
  {
    name: 'a request beyond the window, and whether the session is there afterwards',
    play: async (server) => {
      const { post, rid } = await openRaw(server);
      const beyond = await post(rid + 50);
      return [answerInWords(beyond), answerInWords(await post(rid + 1, 'type="terminate"'))];
    },
    sees: ['200 terminate item-not-found', '200 terminate item-not-found'],
    but: { prosody: ['200 terminate item-not-found', '200 terminate'] },
  },
  {
    name: 'a session that nobody knows',
    play: async (server) => {
      const { post, rid, sid } = await openRaw(server);
      await post(rid + 1, 'type="terminate"');
      const text = `<body xmlns="http://jabber.org/protocol/httpbind" rid="7" sid="${sid}"/>`;
      return answerInWords(await postRaw(server, text));
    },
    sees: '200 terminate item-not-found',
  },
  {
    name: 'an empty request is held for as long as was agreed',
    play: async (server) => {
      const { post, rid } = await openRaw(server);
      const begun = performance.now();
      const answer = await post(rid + 1);
      const seconds = (performance.now() - begun) / 1000;
      return [answerInWords(answer), seconds > 4.5 && seconds < 9];
    },
    sees: ['200', true],
  },
];

export const SCENARIOS: readonly Scenario[] = [
  ...LOGINS,
  ...ATTACHES,
  ...MESSAGES,
  ...QUESTIONS,
  ...PRESENCES,
  ...WIRE,
];
