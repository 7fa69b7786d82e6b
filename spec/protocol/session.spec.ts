import { StreamError } from '../../lib/protocol/errors.js';
import * as NS from '../../lib/protocol/ns.js';
import { bye, JID, message, PONG } from './support/bosh.js';
import {
  attach,
  binding,
  bound,
  broken,
  login,
  mechanisms,
  onlineByLogin,
  said,
  talk,
  told,
} from './support/session.js';

const disconnect = { type: 'disconnect', elements: [bye], upTo: 7 } as const;
const iq = (type: string, from = 'a@b/c', child = '<query xmlns="urn:x"/>'): string =>
  `<iq xmlns="jabber:client" type="${type}" id="q1" from="${from}">${child}</iq>`;

const attached = () => {
  const session = talk(attach);
  session.seen(true, PONG);
  return session;
};

describe('a login', () => {
  it('is given a time', () => {
    const session = talk(login);
    expect(session.statuses()).toEqual([{ type: 'connecting', how: 'login' }]);
    expect(session.state().wakeAt).toBe(31_000);
    expect(session.at(30_999)).toEqual([]);
    expect(said(session.at(31_000))).toEqual(['terminate']);
    session.close();
    expect(session.log.at(-1)).toMatchObject({
      type: 'end',
      failure: { during: 'connect', error: { condition: 'timeout' } },
    });
  });

  it('listens on when what came was not about it', () => {
    const session = talk(login);
    expect(told(session.say('<x xmlns="urn:x"/>'))).toEqual([
      { type: 'handled', ref: { rid: 1, index: 0 } },
      { type: 'listen' },
    ]);
    expect(told(session.say(message('m')))).toEqual([{ type: 'listen' }]);
  });

  it('gives the app what came early, one by one, in order, before what comes later', () => {
    const session = binding();
    session.say(message('a'));
    session.say(message('b'));
    session.say(bound());
    const [status, first] = session.feed({ type: 'ready' });
    expect(status).toMatchObject({ type: 'status', status: { type: 'online' } });
    expect(session.say(message('c'))).toEqual([]);
    const [handled, second] = session.dispatched(first, false);
    expect(handled).toEqual({ type: 'tell', outgoing: { type: 'handled', ref: { rid: 4, index: 0 } } });
    const [, third] = session.dispatched(second, false);
    const ids = [first, second, third].map(
      (effect) => effect?.type === 'dispatch' && effect.element.attrs['id'],
    );
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(session.dispatched(third, false)).toHaveLength(1);
  });
});

describe('a stanza', () => {
  it('is given to the app, and confirmed when that is done', () => {
    const session = onlineByLogin();
    const [effect] = session.say(message('a'));
    expect(effect).toMatchObject({ type: 'dispatch', ref: { rid: 5, index: 0 } });
    expect(told(session.dispatched(effect, false))).toEqual([{ type: 'handled', ref: { rid: 5, index: 0 } }]);
  });

  it.each([
    ['get', false, true],
    ['set', false, true],
    ['get', true, false],
    ['result', false, false],
    ['error', false, false],
  ])(
    'that is an iq of type %s, answered by the app: %s, has our reply: %s (case 107)',
    (type, answered, replied) => {
      const session = onlineByLogin();
      const effects = session.dispatched(session.say(iq(type))[0], answered);
      expect(effects.map((effect) => effect.type)).toEqual(replied ? ['reply', 'tell'] : ['tell']);
      if (replied)
        expect(effects[0]).toMatchObject({ element: { attrs: { type: 'error', to: 'a@b/c', id: 'q1' } } });
    },
  );

  it('that is a ping has its result as our reply', () => {
    const session = onlineByLogin();
    const [reply] = session.dispatched(
      session.say(iq('get', 'a@b', '<ping xmlns="urn:xmpp:ping"/>'))[0],
      false,
    );
    expect(reply).toMatchObject({
      type: 'reply',
      element: { attrs: { type: 'result', to: 'a@b', id: 'q1' } },
    });
  });

  it('has no reply any more when the session is being ended', () => {
    const session = onlineByLogin();
    const [effect] = session.say(iq('get'));
    session.feed(disconnect);
    expect(session.dispatched(effect, false).map(({ type }) => type)).toEqual(['tell']);
  });

  it('is not what is no stanza, nor the proof of an attach', () => {
    const session = attached();
    expect(session.say('<x xmlns="urn:x"/>').map(({ type }) => type)).toEqual(['tell']);
    expect(told(session.say(PONG))).toEqual([{ type: 'handled', ref: { rid: 2, index: 0 } }]);
    expect(session.say(PONG.replace('p1', 'p2')).map(({ type }) => type)).toEqual(['dispatch']);
  });

  it('of a login that has the id of a proof is one', () => {
    expect(
      onlineByLogin()
        .say(PONG)
        .map(({ type }) => type),
    ).toEqual(['dispatch']);
  });

  it('is awaited while an attach is not proven', () => {
    expect(told(talk(attach).say(message('a')))).toEqual([{ type: 'listen' }]);
  });
});

describe('disconnecting', () => {
  it('says goodbye with what waits (case 49)', () => {
    const session = onlineByLogin();
    const [status, goodbye, ...rest] = session.feed(disconnect);
    expect(status).toEqual({ type: 'status', status: { type: 'disconnecting' } });
    expect(goodbye).toEqual({ type: 'tell', outgoing: { type: 'terminate', elements: [bye], upTo: 7 } });
    expect(rest).toEqual([]);
    expect(session.feed(disconnect)).toEqual([]);
    expect(session.say(message('a'))).toMatchObject([{ type: 'dispatch' }]);
    expect(session.close(broken)).toEqual([
      { type: 'end', failure: undefined, leftovers: { uncertain: [], undispatched: [] } },
    ]);
    expect(session.close(broken)).toEqual([]);
  });

  it('has nothing to say before the session is online', () => {
    const session = binding();
    expect(told(session.feed(disconnect))).toEqual([{ type: 'terminate', elements: [], upTo: 0 }]);
    expect(session.at(60_000)).toEqual([]);
  });

  it('leaves an attach alone that is not proven (protocol: it may be somebody else’s)', () => {
    expect(told(talk(attach).feed(disconnect))).toEqual([{ type: 'detach' }]);
  });

  it('can be leaving without a word', () => {
    const session = onlineByLogin();
    expect(session.feed({ type: 'leave' })).toEqual([{ type: 'tell', outgoing: { type: 'detach' } }]);
    session.close();
    expect(session.log.at(-1)).toMatchObject({ type: 'end', failure: undefined });
  });
});

describe('the end', () => {
  it.each([
    ['a login', 'connect', () => talk(login)],
    ['an attach', 'attach', () => talk(attach)],
    ['a session by login', 'session', () => onlineByLogin()],
    ['a session by attach', 'session', attached],
  ])('of %s fails during %s', (_, during, start) => {
    const session = start();
    expect(session.close(broken)).toMatchObject([{ type: 'end', failure: { during, error: broken } }]);
    expect(session.state()).toMatchObject({ phase: 'ended', wakeAt: undefined });
  });

  it('keeps the reason for which we gave up', () => {
    const session = talk(login);
    session.say(mechanisms('X'));
    expect(session.close(broken)).toMatchObject([
      { failure: { during: 'auth', error: { condition: 'no-usable-mechanism' } } },
    ]);
  });

  it('has what came early and was never given to the app as undispatched', () => {
    const session = binding();
    session.say(message('a'));
    const effects = session.feed({
      ...{ type: 'closed', error: broken },
      leftovers: { uncertain: [bye], undispatched: [bye] },
    });
    expect(effects).toMatchObject([
      { type: 'end', leftovers: { uncertain: [bye], undispatched: [{ attrs: { id: 'a' } }, bye] } },
    ]);
  });
});

describe('what the transport says', () => {
  it('of a silence of the server becomes a status, when there is one to change', () => {
    const session = binding();
    expect(session.feed({ type: 'stalled', stalled: true })).toEqual([]);
    session.say(bound());
    expect(session.feed({ type: 'ready' })).toMatchObject([{ status: { type: 'online', stalled: true } }]);
    expect(session.feed({ type: 'stalled', stalled: false })).toEqual([
      {
        type: 'status',
        status: { type: 'online', how: 'connected', jid: JID, resumed: false, stalled: false },
      },
    ]);
  });

  it('of commits changes nothing', () => {
    const session = onlineByLogin();
    expect(session.feed({ type: 'committed', record: null })).toEqual([]);
    expect(session.feed({ type: 'ready' })).toEqual([]);
    expect(session.seen(true)).toEqual([]);
  });

  it('does not hear a proof in a login', () => {
    expect(talk(login).seen(true, PONG)).toEqual([]);
  });
});

it('passes on that the network is back', () => {
  expect(told(talk(login).feed({ type: 'retry' }))).toEqual([{ type: 'retry' }]);
});

it('a stanza is one of jabber:client', () => {
  expect(NS.CLIENT).toBe('jabber:client');
});

describe('what a server may do before the session is open', () => {
  it('is to send a thousand stanzas, and no more', () => {
    const session = talk(login);
    for (let i = 0; i < 1_000; i += 1) session.say('<message xmlns="jabber:client"/>');
    expect(session.state().failure).toBeUndefined();
    session.say('<message xmlns="jabber:client"/>');
    expect(session.state().failure).toMatchObject({
      during: 'connect',
      error: { name: 'LimitError', condition: 'too-many-early', retryable: false },
    });
  });
});

describe('a session that had to be gone already', () => {
  const overdue = { ...attach, overdue: true };
  const leftovers = { uncertain: [], undispatched: [] };
  const gone = new StreamError('item-not-found', 'No such session');

  it.each([
    ['has expired when the server does not know it', overdue, gone, 'expired'],
    ['fails for another reason if there is one', overdue, new StreamError('conflict', 'x'), 'conflict'],
    ['is not found when it did not have to be gone', attach, gone, 'item-not-found'],
    ['is not found by a login', login, gone, 'item-not-found'],
  ])('%s', (_, plan, error, condition) => {
    const session = talk(plan);
    const effects = session.feed({ type: 'closed', error, leftovers });
    expect(effects).toMatchObject([{ type: 'end', failure: { error: { condition } } }]);
  });

  it('has expired when it gives no sign of life', () => {
    const session = talk(overdue);
    session.at(1_000 + overdue.timeoutMs);
    expect(session.state().failure).toMatchObject({
      error: { name: 'TransportError', condition: 'expired', cause: { condition: 'timeout' } },
    });
  });

  it('that lives nevertheless ends like any other', () => {
    const session = talk({ ...overdue, verify: false });
    const effects = session.feed({ type: 'closed', error: gone, leftovers });
    expect(effects).toMatchObject([
      { failure: { during: 'session', error: { condition: 'item-not-found' } } },
    ]);
  });
});
