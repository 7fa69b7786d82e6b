import {
  ENABLED,
  framesOf,
  JID,
  managed,
  message,
  OFFER,
  PLAIN_FEATURES,
  play,
  reloaded,
  restarted,
  SM,
  typesOf,
  unmanaged,
} from './support/socket.js';

const FRAMING = 'xmlns="urn:ietf:params:xml:ns:xmpp-framing"';
const RESUMED = `<resumed ${SM} previd="s0" h="3"/>`;

/** What a frame gives to the session: the ids of elements, with their numbers. */
const given = (effects: readonly { readonly type: string }[]): readonly unknown[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'element') return [];
    const { element, ref } = effect as unknown as {
      element: { attrs: { id?: string } };
      ref: { rid: number };
    };
    return [`${element.attrs.id ?? ''} ${ref.rid}`];
  });

it('gives on what is no business of the stream, and counts stanzas once it is managed', () => {
  const played = managed();
  expect(given(played.say(message('a')))).toEqual(['a 1']);
  expect(given(played.say('<message id="b"/>'))).toEqual(['b 2']);
  expect(given(played.say('<odd xmlns="urn:odd" id="c"/>'))).toEqual(['c 0']);
  expect(given(unmanaged().say(message('a')))).toEqual(['a 0']);
});

it.each([undefined, '', '<open', 'text'])('takes %j for the end of the connection', (text) => {
  expect(typesOf(managed().say(text))).toEqual(['hangUp', 'interrupted', 'dial']);
  expect(unmanaged().say(text)[1]).toMatchObject({ type: 'closed', error: { condition: 'bad-answer' } });
});

it('passes over the answer to open, and over what it does not know of the stream or its management', () => {
  const played = managed();
  for (const text of [
    `<open ${FRAMING} from="example.com" version="1.0"/>`,
    `<odd ${SM}/>`,
    '<stream:odd xmlns:stream="http://etherx.jabber.org/streams"/>',
  ]) {
    expect(played.say(text)).toEqual([]);
  }
});

it('ends with a stream error, and says close (RFC 7395 §3.5)', () => {
  const played = managed();
  const effects = played.say(
    '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
  );
  expect(framesOf(effects)).toEqual(['close']);
  expect(effects.at(-1)).toMatchObject({
    type: 'closed',
    error: { name: 'StreamError', condition: 'conflict' },
  });
});

it('answers a close of the server, also with where it wants us to go (RFC 7395 §3.6.1)', () => {
  const effects = managed().say(`<close ${FRAMING}/>`);
  expect(framesOf(effects)).toEqual(['close']);
  expect(effects.at(-1)).toMatchObject({
    error: { name: 'TransportError', condition: 'closed', retryable: true },
  });
  const uri = 'wss://other.example/ws';
  expect(managed().say(`<close ${FRAMING} see-other-uri="${uri}"/>`).at(-1)).toMatchObject({
    error: { name: 'StreamError', condition: 'see-other-uri', uri },
  });
});

describe('stream management', () => {
  it('is not asked for where it is not offered or not wanted', () => {
    for (const played of [play(undefined, { management: false }), play()]) {
      const features = played.state().settings.management ? PLAIN_FEATURES : OFFER;
      expect(typesOf(restarted(played, features))).toEqual(['element']);
      expect(framesOf(played.feed({ type: 'online', jid: JID, polling: true }))).toEqual([]);
    }
  });

  it('holds what is to be sent until it is there, and goes on without when it is refused', () => {
    for (const [answer, frames] of [
      [ENABLED, ['message a']],
      [`<failed ${SM}/>`, ['message a']],
    ] as const) {
      const played = play();
      restarted(played);
      expect(framesOf(played.feed({ type: 'online', jid: JID, polling: true }))).toEqual(['enable']);
      expect(played.send(message('a'))).toEqual([]);
      expect(framesOf(played.say(answer))).toEqual(frames);
    }
  });

  it.each([
    ['resume="true" max="60"', { id: 's1', max: 60 }],
    ['resume="1"', { id: 's1', max: undefined }],
    ['resume="true" max="soon"', { id: 's1', max: undefined }],
    ['resume="false" max="60"', { id: undefined, max: 60 }],
    ['', { id: undefined, max: undefined }],
  ])('reads of enabled %s whether there will be a resumption', (attrs, sm) => {
    const played = play();
    restarted(played);
    played.feed({ type: 'online', jid: JID, polling: true });
    played.say(`<enabled ${SM} id="s1" ${attrs}/>`);
    expect(played.state().sm).toMatchObject(sm);
  });

  it('says what has been handled, when asked', () => {
    const played = managed();
    played.say(message('a'));
    expect(played.say(`<r ${SM}/>`)).toEqual([]);
    expect(played.say(`<r ${SM}/>`)).toEqual([]);
    expect(played.at(1_249)).toEqual([]);
    expect(framesOf(played.at(1_250))).toEqual(['a 0']);
    expect(played.at(3_000)).toEqual([]);
    played.feed({ type: 'handled', ref: { rid: 1, index: 0 } });
    played.feed({ type: 'handled', ref: { rid: 0, index: 0 } });
    played.say(`<r ${SM}/>`);
    expect(framesOf(played.at(3_250))).toEqual(['a 1']);
  });

  it('says it at once where the server would have to keep a lot', () => {
    const played = managed();
    played.say(`<r ${SM}/>`);
    for (let n = 1; n <= 64; n += 1) {
      played.say(message('a'));
      const effects = played.feed({ type: 'handled', ref: { rid: n, index: 0 } });
      expect(framesOf(effects)).toEqual(n < 64 ? [] : ['a 64']);
    }
    expect(framesOf(unmanaged().say(`<r ${SM}/>`))).toEqual([]);
  });

  it('asks a while after something has left, once, and again for what has left since', () => {
    const played = managed();
    expect(framesOf(played.send(message('a'), message('b')))).toEqual(['message a', 'message b']);
    expect(played.at(1_249)).toEqual([]);
    expect(framesOf(played.at(1_250))).toEqual(['r']);
    expect(framesOf(played.send(message('c')))).toEqual(['message c']);
    expect(played.say(`<a ${SM} h="2"/>`)).toEqual([]);
    expect(framesOf(played.at(1_500))).toEqual(['r']);
    expect(played.say(`<a ${SM} h="3"/>`)).toEqual([]);
    expect(played.at(2_000)).toEqual([]);
    expect(framesOf(played.say(`<a ${SM} h="3"/>`))).toEqual([]);
    expect(played.state().sm).toMatchObject({ acked: 3, unacked: [] });
    expect(unmanaged().say(`<a ${SM} h="1"/>`)).toEqual([]);
  });

  it.each(['2', '', 'many'])('ends with a server that acknowledges %j of one stanza (XEP-0198 §4)', (h) => {
    const played = managed();
    played.send(message('a'));
    const effects = played.say(`<a ${SM} h="${h}"/>`);
    expect(framesOf(effects).map((frame) => frame.split(' ')[0])).toEqual(['error', 'close']);
    expect(effects.at(-1)).toMatchObject({ error: { condition: 'handled-count-too-high' } });
  });

  it('ends also with one that gives no count at all', () => {
    const effects = managed().say(`<a ${SM}/>`);
    expect(effects.at(-1)).toMatchObject({ error: { condition: 'handled-count-too-high' } });
  });

  it('takes no answer to what it has not asked', () => {
    const played = managed();
    for (const text of [ENABLED, RESUMED, `<failed ${SM}/>`]) expect(played.say(text)).toEqual([]);
    expect(reloaded().say(`<failed ${SM}/>`)).toEqual([]);
  });
});

describe('a resumption', () => {
  it('is asked for before anything is bound; then the session hears, and what the server has not got is repeated', () => {
    const played = reloaded({
      sm: {
        id: 's0',
        max: 60,
        handled: 4,
        acked: 1,
        from: { handled: 0, acked: 0 },
        unacked: [2, 3].map((n) => ({ n, xml: message(`m${n}`), at: 5 })),
      },
    });
    const effects = restarted(played);
    expect(framesOf(effects)).toEqual(['resume s0']);
    expect(typesOf(effects)).toEqual(['frame']);
    expect(played.say(`<resumed ${SM} previd="s0" h="2"/>`)).toEqual([{ type: 'resumed', jid: JID }]);
    expect(played.say(`<r ${SM}/>`)).toEqual([]);
    const online = played.feed({ type: 'online', jid: JID, polling: true });
    expect(typesOf(online)[0]).toBe('ready');
    expect(framesOf(online)).toEqual(['message m3']);
    expect(framesOf(played.at(1_250))).toContain('a 4');
  });

  it('goes on with the numbers, and says of the first stanza only that it may have been given before', () => {
    const played = reloaded();
    restarted(played);
    played.say(RESUMED);
    played.feed({ type: 'online', jid: JID, polling: true });
    const [first, second] = [...played.say(message('x')), ...played.say(message('y'))];
    expect(first).toMatchObject({ element: { redelivered: true }, ref: { rid: 5 } });
    expect(second).toMatchObject({ element: { redelivered: false }, ref: { rid: 6 } });
  });

  it('in the same page repeats nothing that the app has seen', () => {
    const played = managed();
    played.lose();
    restarted(played);
    played.say(`<resumed ${SM} previd="s1" h="0"/>`);
    played.feed({ type: 'online', jid: JID, polling: true });
    expect(played.say(message('x'))[0]).toMatchObject({ element: { redelivered: false } });
  });

  it('that acknowledges too much ends it', () => {
    const played = reloaded();
    restarted(played);
    expect(typesOf(played.say(`<resumed ${SM} previd="s0" h="9"/>`)).slice(-2)).toEqual(['hangUp', 'closed']);
  });

  it('that fails lets the session bind; what was not acknowledged follows on the new stream, with its age', () => {
    const played = reloaded();
    restarted(played);
    expect(typesOf(played.say(`<failed ${SM}/>`))).toEqual(['element']);
    expect(framesOf(played.feed({ type: 'online', jid: JID, polling: true }))).toEqual(['enable']);
    expect(played.state().sm).toMatchObject({ id: 's0', unacked: [{ n: 3 }] });
    const effects = played.say(ENABLED);
    expect(framesOf(effects)).toEqual(['message m3']);
    expect(effects[0]).toEqual({ type: 'ready' });
    expect(effects[1]).toMatchObject({
      xml: expect.stringContaining('stamp="1970-01-01T00:00:00.500Z"') as string,
    });
    expect(played.state().sm).toMatchObject({ id: 's1', acked: 2, unacked: [{ n: 3 }] });
    expect(played.say(message('x'))[0]).toMatchObject({ element: { redelivered: false }, ref: { rid: 5 } });
    played.feed({ type: 'handled', ref: { rid: 5, index: 0 } });
    played.say(`<r ${SM}/>`);
    expect(framesOf(played.at(1_250))).toContain('a 1');
    played.say(`<a ${SM} h="1"/>`);
    expect(played.state().sm).toMatchObject({ acked: 3, unacked: [] });
  });

  it('that fails with a count repeats only what lies beyond', () => {
    const played = reloaded();
    restarted(played);
    played.say(`<failed ${SM} h="3"/>`);
    played.feed({ type: 'online', jid: JID, polling: true });
    expect(framesOf(played.say(ENABLED))).toEqual([]);
  });

  it('is not tried where streams are not managed any more: then what is left goes out at once', () => {
    const played = reloaded();
    expect(typesOf(restarted(played, PLAIN_FEATURES))).toEqual(['element']);
    expect(framesOf(played.feed({ type: 'online', jid: JID, polling: true }))).toEqual(['message m3']);
    expect(played.state().sm.id).toBeUndefined();
  });

  const streamError = (condition: string): string =>
    `<stream:error xmlns:stream="http://etherx.jabber.org/streams"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`;

  it('that is refused with an error of the old stream is followed by a new session on another connection', () => {
    const played = reloaded();
    restarted(played);
    played.say(`<failed ${SM} h="2"/>`);
    const effects = played.say(streamError('resource-constraint'));
    expect(framesOf(effects)).toEqual(['close']);
    expect(typesOf(effects)).toEqual(['frame', 'hangUp', 'interrupted']);
    expect(played.state().sm.unacked).toMatchObject([{ n: 3 }]);
  });

  it('after which the server can not make out what we say is followed by a new session; otherwise that is the end', () => {
    const played = reloaded();
    restarted(played);
    played.say(RESUMED);
    played.feed({ type: 'online', jid: JID, polling: true });
    expect(typesOf(played.say(streamError('not-well-formed')))).toEqual([
      ...['frame', 'hangUp', 'interrupted', 'dial'],
    ]);
    restarted(played);
    played.say(`<failed ${SM}/>`);
    played.feed({ type: 'online', jid: JID, polling: true });
    played.say(ENABLED);
    expect(typesOf(played.say(streamError('not-well-formed')))).toEqual(['frame', 'hangUp', 'closed']);
    const other = reloaded();
    restarted(other);
    other.say(RESUMED);
    other.feed({ type: 'online', jid: JID, polling: true });
    expect(typesOf(other.say(streamError('conflict')))).toEqual(['frame', 'hangUp', 'closed']);
  });

  it('that is refused for a reason that may pass is tried three times more, ever later, before there is a new session', () => {
    const failed = (condition: string): string =>
      `<failed ${SM}><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>`;
    const played = reloaded();
    for (let i = 0; i < 3; i += 1) {
      restarted(played);
      expect(typesOf(played.say(failed('internal-server-error')))).toEqual(['hangUp', 'interrupted']);
      expect(played.state().sm).toMatchObject({ id: 's0', unacked: [{ n: 3 }] });
      expect(typesOf(played.at(played.state().wakeAt!))).toEqual(['dial']);
    }
    restarted(played);
    expect(typesOf(played.say(failed('internal-server-error')))).toEqual(['element']);
    const other = reloaded();
    restarted(other);
    expect(typesOf(other.say(failed('item-not-found')))).toEqual(['element']);
  });

  it('that is refused and then cut off is tried once more', () => {
    const played = reloaded();
    restarted(played);
    played.say(`<failed ${SM}/>`);
    expect(typesOf(played.lose())).toEqual(['hangUp', 'interrupted']);
    expect(typesOf(played.at(played.state().wakeAt!))).toEqual(['dial']);
    expect(framesOf(restarted(played))).toEqual(['resume s0']);
  });
});
