import { JID, message, PONG, TOKENS } from './support/bosh.js';
import { attach, said, talk, told } from './support/session.js';

const pong = (attrs: string): string => `<iq xmlns="jabber:client" id="p1" ${attrs}/>`;
const online = (jid: string) => ({ type: 'online', jid, polling: true });
const failedWith = (condition: string, name: string) => ({
  phase: 'ending',
  failure: { during: 'attach', error: { condition, name } },
});

it('asks the domain for a sign of life, and is not online before it has come (case 93)', () => {
  const session = talk(attach);
  expect(session.statuses()).toEqual([{ type: 'connecting', how: 'attach' }]);
  expect(said(session.log)).toEqual([
    '<iq xmlns="jabber:client" type="get" id="p1" to="example.com"><ping xmlns="urn:xmpp:ping"/></iq>',
  ]);
  const effects = session.seen(true, PONG);
  expect(effects.map(({ type }) => type)).toEqual(['status', 'tell']);
  expect(session.statuses().at(-1)).toEqual({
    ...{ type: 'online', how: 'attached', jid: JID, resumed: true, stalled: false },
  });
  expect(told(effects)).toEqual([online(JID)]);
  expect(session.state().wakeAt).toBeUndefined();
});

it('says whether it was restored', () => {
  const session = talk({ ...attach, how: 'restore' });
  session.seen(true, PONG);
  expect(session.statuses()).toMatchObject([{ how: 'restore' }, { how: 'restored', resumed: true }]);
});

describe('the proof', () => {
  it.each([
    ['an error (case 95)', 'type="error" from="example.com"'],
    ['an answer of nobody by name', 'type="result"'],
    ['an answer of our own account', 'type="result" from="user@example.com"'],
    ['an answer to our full JID', `type="result" from="example.com" to="${JID}"`],
    ['an answer to our JID in capitals', 'type="result" to="USER@Example.com/here"'],
    ['an answer to our bare JID', 'type="result" to="user@example.com"'],
  ])('may be %s', (_, attrs) => {
    const session = talk(attach);
    expect(told(session.seen(false, pong(attrs)))).toEqual([online(JID)]);
  });

  it.each([
    ['a question', 'type="get" from="example.com"'],
    ['an answer with another id', 'type="result" id="p2"'],
    ['an answer of somebody else', 'type="result" from="evil@example.com"'],
  ])('is not %s', (_, attrs) => {
    const session = talk(attach);
    const xml = attrs.includes('id=') ? `<iq xmlns="jabber:client" ${attrs}/>` : pong(attrs);
    expect(said(session.seen(true, xml, message('m')))).toEqual(['listen']);
    expect(session.state().phase).toBe('probing');
  });

  it('may come among other things, on the older request (cases 96 to 98)', () => {
    const session = talk(attach);
    expect(said(session.seen(false, message('a')))).toEqual(['listen']);
    expect(told(session.seen(false, message('b'), PONG, message('c')))).toEqual([online(JID)]);
  });

  it.each(['other@example.com/here', 'user@example.com/there', 'user@example.org/here'])(
    'of %s shows that the session is not ours (case 101)',
    (to) => {
      const session = talk(attach);
      expect(told(session.seen(true, pong(`type="result" to="${to}"`)))).toEqual([{ type: 'detach' }]);
      expect(session.state()).toMatchObject(failedWith('jid-mismatch', 'StropheSessionError'));
      expect(session.state().failure?.error.message).toContain(to);
    },
  );

  it('tells the full JID where only the bare one is known', () => {
    const plan = { ...attach, tokens: { ...TOKENS, jid: 'user@example.com' } };
    expect(told(talk(plan).seen(true, pong(`type="result" to="${JID}"`)))).toEqual([online(JID)]);
    expect(told(talk(plan).seen(true, pong('type="result"')))).toEqual([online('user@example.com')]);
  });
});

describe('without a proof', () => {
  it('fails after its time (case 100)', () => {
    const session = talk(attach);
    session.seen(false, message('a'));
    expect(session.state().wakeAt).toBe(21_000);
    expect(session.at(20_999)).toEqual([]);
    expect(told(session.at(21_000))).toEqual([{ type: 'detach' }]);
    expect(session.state()).toMatchObject(failedWith('timeout', 'TimeoutError'));
  });

  it('fails 5 s after the request was answered without it (case 99)', () => {
    const session = talk(attach);
    session.at(3_000);
    session.seen(true, message('a'));
    expect(session.state().wakeAt).toBe(8_000);
    session.at(4_000);
    expect(said(session.seen(true))).toEqual(['listen']);
    expect(session.state().wakeAt).toBe(8_000);
    session.at(8_000);
    expect(session.state()).toMatchObject(failedWith('stale', 'StropheSessionError'));
  });

  it('never waits longer than its time', () => {
    const session = talk(attach);
    session.at(19_000);
    session.seen(true);
    expect(session.state().wakeAt).toBe(21_000);
  });

  it('is taken as it is where nobody wants a proof (case 104)', () => {
    const session = talk({ ...attach, verify: false });
    expect(session.log.map(({ type }) => type)).toEqual(['status', 'status', 'tell']);
    expect(session.statuses().at(-1)).toMatchObject({ type: 'online', jid: JID });
    expect(told(session.log)).toEqual([online(JID)]);
    expect(session.state().wakeAt).toBeUndefined();
  });
});

it('is looked for only while it is awaited', () => {
  const session = talk(attach);
  session.seen(true, PONG);
  expect(session.seen(true, PONG)).toEqual([]);
});
