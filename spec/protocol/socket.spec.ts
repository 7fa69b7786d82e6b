import { parse } from '../../lib/xml/parse.js';
import { framesOf, JID, managed, message, play, SM, typesOf, unmanaged } from './support/socket.js';

const bye = parse('<presence xmlns="jabber:client" type="unavailable"/>');
const PONG = '<iq xmlns="jabber:client" type="result" id="alive"/>';

describe('a pause', () => {
  it('holds what waits, and lets it go', () => {
    const played = managed();
    played.feed({ type: 'paused', paused: true });
    expect(played.send(message('a'))).toEqual([]);
    expect(framesOf(played.feed({ type: 'paused', paused: false }))).toEqual(['message a']);
  });

  it('holds the count that the server waits for, though not for ever', () => {
    const played = managed();
    played.feed({ type: 'paused', paused: true });
    expect(played.say(`<r ${SM}/>`)).toEqual([]);
    played.later(15_000);
    expect(played.say(`<r ${SM}/>`)).toEqual([]);
    expect(played.state().wakeAt).toBe(21_000);
    expect(framesOf(played.at(21_000))).toEqual(['a 0']);
    played.say(`<r ${SM}/>`);
    played.later(21_250);
    expect(framesOf(played.feed({ type: 'paused', paused: false }))).toEqual(['a 0']);
  });

  it('asks for no sign of life', () => {
    const played = managed();
    played.feed({ type: 'paused', paused: true });
    expect(played.at(100_000)).toEqual([]);
    expect(played.feed({ type: 'retry' })).toEqual([]);
    expect(played.state().wakeAt).toBeUndefined();
  });
});

describe('a quiet server', () => {
  it('is looked after once in a while, however much it says', () => {
    const played = managed();
    expect(played.state().wakeAt).toBe(31_000);
    played.later(20_000);
    played.say(message('a'));
    expect(played.state().wakeAt).toBe(31_000);
    expect(played.at(31_000)).toEqual([]);
    expect(played.state().wakeAt).toBe(50_000);
    expect(framesOf(played.at(50_000))).toEqual(['r']);
    expect(played.state().wakeAt).toBe(60_000);
    expect(typesOf(played.at(60_000)).slice(0, 2)).toEqual(['hangUp', 'interrupted']);
  });

  it('proves itself by whatever it says', () => {
    const played = managed();
    played.at(31_000);
    played.later(40_000);
    played.say(message('a'));
    expect(played.at(41_000)).toEqual([]);
    expect(framesOf(played.at(70_000))).toEqual(['r']);
  });

  it('is pinged where there is no management, and its answer is no business of the session', () => {
    const played = unmanaged();
    const effects = played.at(31_000);
    expect(framesOf(effects)).toEqual(['iq alive']);
    expect(effects[0]).toMatchObject({ xml: expect.stringContaining('to="example.com"') as string });
    expect(played.say(PONG)).toEqual([]);
    expect(played.say(PONG)).toEqual([]);
    expect(played.say('<iq xmlns="jabber:client" type="get" id="alive"/>')).toHaveLength(1);
    played.at(61_000);
    expect(played.at(71_000).at(-1)).toMatchObject({ type: 'closed', error: { condition: 'timeout' } });
  });

  it('is left alone if so wished, but not when the network is back', () => {
    const played = managed({ quietMs: 0 });
    expect(played.state().wakeAt).toBeUndefined();
    expect(framesOf(played.feed({ type: 'retry' }))).toEqual(['r']);
    expect(played.feed({ type: 'retry' })).toEqual([]);
  });

  it('is not asked before the session is online', () => {
    const played = play();
    played.connect();
    expect(played.feed({ type: 'retry' })).toEqual([]);
  });

  it('counts from when it was asked for its count, too', () => {
    const played = managed();
    played.later(5_000);
    played.send(message('a'));
    expect(framesOf(played.at(5_250))).toEqual(['r']);
    expect(played.state().wakeAt).toBe(15_250);
    expect(typesOf(played.at(15_250))).toContain('interrupted');
  });
});

describe('what has not been acknowledged', () => {
  it('is uncertain when the session ends', () => {
    const played = managed();
    played.send(message('a'));
    played.at(16_000);
    expect(played.feed({ type: 'detach' })).toMatchObject([
      { type: 'hangUp' },
      { type: 'closed', error: undefined, leftovers: { uncertain: [] } },
    ]);
  });

  it('is, without management, what has left since the server was last pinged and answered', () => {
    const played = unmanaged();
    played.send(message('a'));
    expect(framesOf(played.at(31_000))).toEqual(['iq alive']);
    played.send(message('b'));
    played.say(PONG);
    expect(played.lose().at(-1)).toMatchObject({ leftovers: { uncertain: [{ attrs: { id: 'b' } }] } });
    const chatty = unmanaged();
    const many = Array.from({ length: 64 }, (_, i) => message(`m${i}`));
    expect(framesOf(chatty.send(...many)).at(-1)).toBe('iq alive');
    expect(framesOf(chatty.send(message('more')))).toEqual(['message more']);
    chatty.say(PONG);
    expect(chatty.state().sm.unacked).toHaveLength(1);
  });
});

describe('a goodbye', () => {
  it('says first what was sent, then the farewell, the count and close; the close of the server ends it', () => {
    const played = managed();
    played.feed({ type: 'paused', paused: true });
    played.send(message('a'));
    const effects = played.feed({ type: 'terminate', elements: [bye], upTo: 1 });
    expect(framesOf(effects)).toEqual(['message a', 'presence', 'a 0', 'close']);
    expect(played.say('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>')).toMatchObject([
      { type: 'hangUp' },
      { type: 'closed', error: undefined },
    ]);
    expect(played.feed({ type: 'wake' })).toEqual([]);
  });

  it('needs no count where there is no management, and is said once', () => {
    const played = unmanaged();
    expect(framesOf(played.feed({ type: 'terminate', elements: [bye], upTo: 0 }))).toEqual([
      'presence',
      'close',
    ]);
    expect(played.feed({ type: 'terminate', elements: [bye], upTo: 0 })).toEqual([]);
  });

  it('waits for the answer to enable before the last stanzas leave', () => {
    const played = play();
    played.connect();
    played.feed({ type: 'restart' });
    played.say(
      `<stream:features xmlns:stream="http://etherx.jabber.org/streams"><sm ${SM}/></stream:features>`,
    );
    played.feed({ type: 'online', jid: JID, polling: true });
    played.send(message('a'));
    expect(framesOf(played.feed({ type: 'terminate', elements: [bye], upTo: 1 }))).toEqual([]);
    expect(framesOf(played.say(`<enabled ${SM} id="s1" resume="true"/>`))).toEqual([
      ...['message a', 'presence'],
      ...['a 0', 'close'],
    ]);
  });

  it.each([
    ['the time for it is over', (played: ReturnType<typeof managed>) => played.at(4_000)],
    ['the connection is lost', (played: ReturnType<typeof managed>) => played.lose()],
  ])('ends when %s', (_, happen) => {
    const played = managed();
    played.feed({ type: 'terminate', elements: [bye], upTo: 0 });
    expect(played.at(3_999)).toEqual([]);
    expect(happen(played).at(-1)).toMatchObject({ type: 'closed', error: undefined });
  });

  it('is over at once where nobody could hear it', () => {
    const played = managed();
    played.lose();
    expect(typesOf(played.feed({ type: 'terminate', elements: [bye], upTo: 0 }))).toEqual([
      'hangUp',
      'closed',
    ]);
  });
});

it('says the probe like any other word, and needs none to listen', () => {
  const played = play();
  played.connect();
  expect(framesOf(played.feed({ type: 'probe', element: bye }))).toEqual(['presence']);
  expect(played.feed({ type: 'listen' })).toEqual([]);
  expect(played.feed({ type: 'park', seconds: 60 })).toEqual([]);
});

it('takes what has been released once, also when less is said later', () => {
  const played = managed();
  played.send(message('a'), message('b'));
  expect(played.feed({ type: 'released', upTo: 1 })).toEqual([]);
});

it('says nothing when all that was to leave has been taken back', () => {
  expect(managed().feed({ type: 'taken', stanzas: [], upTo: 3, more: false })).toEqual([]);
});
