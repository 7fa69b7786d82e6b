import { AuthError } from '../../lib/protocol/errors.js';
import {
  attach,
  binding,
  bindFeatures,
  bound,
  broken,
  login,
  mechanisms,
  onlineByLogin,
  restarting,
  said,
  saslFailure,
  success,
  talk,
} from './support/session.js';

const AGAIN = { type: 'again', nonce: 'fresh', iqId: 'b2' } as const;
const JID = 'user@example.com/here';
const MESSAGE = '<message xmlns="jabber:client" id="early"/>';

const statusesOf = (session: ReturnType<typeof talk>): readonly unknown[] => session.statuses().slice(-1);

it('a session whose connection is lost is online still, though stalled, and logs in anew unseen', () => {
  const session = onlineByLogin();
  session.feed(AGAIN);
  expect(statusesOf(session)).toEqual([
    { type: 'online', how: 'connected', jid: JID, resumed: false, stalled: true },
  ]);
  const before = session.statuses().length;
  expect(said(session.say(mechanisms('PLAIN')))).toHaveLength(1);
  expect(said(session.say(success()))).toEqual(['restart']);
  expect(said(session.feed({ type: 'resumed', jid: JID }))).toEqual(['online']);
  expect(session.statuses()).toHaveLength(before);
  session.feed({ type: 'ready' });
  expect(statusesOf(session)).toEqual([
    { type: 'online', how: 'resumed', jid: JID, resumed: true, stalled: false },
  ]);
});

it('one that is lost once more meanwhile begins once more, and says no more of it', () => {
  const session = onlineByLogin();
  session.feed(AGAIN);
  session.say(mechanisms('PLAIN'));
  const before = session.statuses().length;
  session.feed(AGAIN);
  expect(session.statuses()).toHaveLength(before);
  session.say(mechanisms('PLAIN'));
  session.say(success());
  session.feed({ type: 'resumed', jid: JID });
  session.feed({ type: 'ready' });
  expect(statusesOf(session)).toMatchObject([{ how: 'resumed', stalled: false }]);
});

it('one that the server has given up binds anew, with a fresh id, and is connected like any other', () => {
  const session = onlineByLogin();
  session.feed(AGAIN);
  session.say(mechanisms('PLAIN'));
  session.say(success());
  expect(said(session.say(bindFeatures()))[0]).toContain('id="b2"');
  session.say(bound().replace('b1', 'b2'));
  session.feed({ type: 'ready' });
  expect(statusesOf(session)).toMatchObject([{ how: 'connected', resumed: false, stalled: false }]);
});

it('the kept session of another page is restored by a login', () => {
  const session = talk({ ...login, resumes: true });
  expect(session.statuses()).toEqual([{ type: 'connecting', how: 'restore' }]);
  session.feed(AGAIN);
  session.say(mechanisms('PLAIN'));
  session.say(success());
  session.feed({ type: 'resumed', jid: JID });
  session.feed({ type: 'ready' });
  expect(statusesOf(session)).toEqual([
    { type: 'online', how: 'restored', jid: JID, resumed: true, stalled: false },
  ]);
});

it('what came before the session was ready comes again on the next connection, and is given once', () => {
  const session = binding();
  session.say(MESSAGE);
  session.feed(AGAIN);
  session.say(mechanisms('PLAIN'));
  session.say(success());
  session.say(bindFeatures());
  session.say(MESSAGE);
  session.say(bound().replace('b1', 'b2'));
  expect(session.feed({ type: 'ready' }).filter(({ type }) => type === 'dispatch')).toHaveLength(1);
  expect(session.state().early).toEqual([]);
});

it('a session that ends while it is sought has ended as a session, or by its login', () => {
  const lost = onlineByLogin();
  lost.feed(AGAIN);
  expect(lost.close(broken).at(-1)).toMatchObject({
    type: 'end',
    failure: { during: 'session', error: broken },
  });

  const refused = onlineByLogin();
  refused.feed(AGAIN);
  refused.say(mechanisms('PLAIN'));
  refused.say(saslFailure('not-authorized'));
  expect(refused.close().at(-1)).toMatchObject({
    failure: { during: 'auth', error: expect.any(AuthError) as unknown },
  });

  const unbound = onlineByLogin();
  unbound.feed(AGAIN);
  unbound.say(mechanisms('PLAIN'));
  unbound.say(success());
  unbound.say('<stream:features xmlns:stream="http://etherx.jabber.org/streams"/>');
  expect(unbound.close().at(-1)).toMatchObject({ failure: { during: 'session' } });
});

it('one that says goodbye, or was handed over, does not begin again', () => {
  const leaving = onlineByLogin();
  leaving.feed({ type: 'disconnect', elements: [], upTo: 0 });
  expect(leaving.feed(AGAIN)).toEqual([]);
  expect(talk(attach).feed(AGAIN)).toEqual([]);
});

it('nobody is resumed who has not just logged in', () => {
  expect(onlineByLogin().feed({ type: 'resumed', jid: JID })).toEqual([]);
  expect(talk(attach).feed({ type: 'resumed', jid: JID })).toEqual([]);
  expect(restarting().feed({ type: 'resumed', jid: JID })).not.toEqual([]);
});
