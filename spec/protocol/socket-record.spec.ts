import { readTokens } from '../../lib/protocol/record.js';
import { readRestoredStream, streamSnapshotOf } from '../../lib/protocol/socket-record.js';
import { JID, managed, message, restored, unmanaged } from './support/socket.js';

const URL = 'wss://example.com/ws';

const kept = () => {
  const played = managed();
  played.send(message('a'), message('b'), message('c'));
  played.say('<a xmlns="urn:xmpp:sm:3" h="1"/>');
  played.feed({ type: 'paused', paused: true });
  return streamSnapshotOf(played.state(), URL)!;
};

it('keeps what a resumption needs, and is no record of a BOSH session', () => {
  const { record, bodies, answers } = kept();
  expect(record).toMatchObject({
    jid: JID,
    sid: 's1',
    rid: 0,
    v: 2,
    url: URL,
    st: 'open',
    q: 3,
    paused: true,
    inb: [],
  });
  expect(record.sm).toEqual({ h: 0, a: 1, from: { h: 0, a: 0 }, max: 300 });
  expect(record.fl).toEqual([
    { r: 2, k: 'data', n: 1, t: 1_000 },
    { r: 3, k: 'data', n: 1, t: 1_000 },
  ]);
  expect([...bodies]).toEqual([
    [2, message('b')],
    [3, message('c')],
  ]);
  expect(answers.size).toBe(0);
  expect(readTokens(JSON.stringify(record))).toBeUndefined();
});

it('keeps nothing that can not be resumed', () => {
  expect(streamSnapshotOf(unmanaged().state(), URL)).toBeUndefined();
  const played = managed();
  played.feed({ type: 'detach' });
  expect(streamSnapshotOf(played.state(), URL)).toBeUndefined();
});

it('says when the page was saying goodbye', () => {
  const played = managed();
  played.feed({ type: 'terminate', elements: [], upTo: 0 });
  const { record, bodies } = streamSnapshotOf(played.state(), URL)!;
  expect(readRestoredStream(JSON.stringify(record), (n) => bodies.get(n) ?? null)).toMatchObject({
    closing: true,
  });
});

it('reads back what it has written', () => {
  const { record, bodies } = kept();
  const read = readRestoredStream(JSON.stringify({ ...record, gen: 4 }), (n) => bodies.get(n) ?? null);
  expect(read).toEqual({
    tokens: { jid: JID, sid: 's1', rid: 0 },
    sm: {
      id: 's1',
      max: 300,
      handled: 0,
      acked: 1,
      from: { handled: 0, acked: 0 },
      unacked: [
        { n: 2, xml: message('b'), at: 1_000 },
        { n: 3, xml: message('c'), at: 1_000 },
      ],
    },
    paused: true,
    moved: 3,
    gen: 4,
    closing: false,
  });
});

it('does without what may be missing', () => {
  const { record } = kept();
  const bare = {
    ...record,
    fl: [],
    sm: { h: 1, a: 2, from: { h: 0, a: 0 } },
    q: undefined,
    gen: undefined,
    paused: undefined,
  };
  expect(readRestoredStream(JSON.stringify(bare), () => null)).toMatchObject({
    sm: { max: undefined, unacked: [] },
    ...{ moved: 0, gen: 0, paused: false },
  });
  expect(restored.sm.max).toBe(60);
});

it.each([
  ['nothing', null],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a BOSH session', { rid: 7 }],
  ['a newer version', { v: 3 }],
  ['no JID', { jid: '' }],
  ['no id', { sid: 7 }],
  ['no counters', { sm: undefined }],
  ['a broken counter', { sm: { h: -1, a: 1, from: { h: 0, a: 0 } } }],
  ['another broken counter', { sm: { h: 1, a: '1', from: { h: 0, a: 0 } } }],
  ['no start of the counters', { sm: { h: 1, a: 1 } }],
  ['a broken start', { sm: { h: 1, a: 1, from: { h: 0 } } }],
  ['another broken start', { sm: { h: 1, a: 1, from: { a: 0, h: -1 } } }],
  ['no list of stanzas', { fl: 'none' }],
  ['a gap in the stanzas', { fl: [{ r: 3, t: 1 }] }],
  ['a stanza without a time', { fl: [{ r: 2 }] }],
  ['a stanza that is none', { fl: [null] }],
  ['a stanza whose text is gone', { fl: [{ r: 9, t: 1 }], sm: { h: 0, a: 8, from: { h: 0, a: 0 } } }],
])('trusts no record with %s', (_, change) => {
  const { record, bodies } = kept();
  const text =
    change === null || typeof change === 'string' ? change : JSON.stringify({ ...record, ...change });
  expect(readRestoredStream(text, (n) => bodies.get(n) ?? null)).toBeUndefined();
});
