import {
  answer,
  attached,
  body,
  bye,
  fails,
  JID,
  message,
  online,
  opened,
  opening,
  ping,
  RID,
  terminate,
  uploaded,
} from './support/bosh.js';
import { restored } from './support/restored.js';

const POLL = RID + 1;
const STREAM_ERROR =
  '<stream:error xmlns:stream="http://etherx.jabber.org/streams">' +
  '<conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>';

describe('the end', () => {
  it('gives out what came with it, then says why (case 43)', () => {
    const play = online();
    const effects = answer(
      play,
      POLL,
      terminate('remote-stream-error', message('a') + message('b') + STREAM_ERROR),
    );
    expect(play.given.map(({ xml }) => xml)).toEqual([message('a'), message('b')]);
    expect(effects.map(({ type }) => type)).toEqual(['give', 'closed']);
    expect(effects[1]).toMatchObject({
      error: { condition: 'conflict' },
      leftovers: { uncertain: [], undispatched: [] },
    });
  });

  it('gives out first what came earlier and was waiting for its turn', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    answer(play, POLL + 1, body(message('second')));
    answer(play, POLL, terminate('system-shutdown', message('first')));
    expect(play.given.map(({ xml }) => xml)).toEqual([message('first'), message('second')]);
    expect(play.all('closed')).toHaveLength(1);
  });

  it('leaves what left unanswered as uncertain, and only that', () => {
    const play = online('wait="60" hold="1" requests="4" ver="1.11"');
    for (const id of ['m1', 'm2', 'm3']) {
      play.send(message(id));
      uploaded(play, play.state().rid - 1);
    }
    answer(play, POLL + 2);
    play.queued(message('m4'));
    answer(play, POLL, terminate('other-request'));
    expect(play.all('closed')[0]?.leftovers.uncertain.map(String)).toEqual([message('m3')]);
    expect(play.queue().map(({ xml }) => xml)).toEqual([message('m4')]);
  });

  it('has nothing of the handshake as uncertain', () => {
    const play = opened();
    play.tell({ type: 'handshake', element: ping });
    answer(play, POLL, terminate('policy-violation'));
    expect(play.all('closed')[0]?.leftovers.uncertain).toEqual([]);
  });

  it('is the last thing that happens', () => {
    const play = online();
    answer(play, POLL, terminate('system-shutdown'));
    const { length } = play.log;
    play.send(message('m1'));
    answer(play, POLL, body(message('a')));
    fails(play, POLL);
    play.tell({ type: 'terminate', elements: [bye], upTo: 1 }, { type: 'detach' }, { type: 'wake' });
    play.later(600_000);
    expect(play.log).toHaveLength(length);
    expect(play.state()).toMatchObject({ phase: 'closed', wakeAt: undefined });
  });
});

describe('the end of an attach that is not proven', () => {
  it('gives nothing out and lists it as undispatched, in order (case 94)', () => {
    const before = restored({ r: RID, k: 'data' }, { r: RID + 1, k: 'poll' });
    const play = attached(before);
    answer(play, RID, body(message('a')));
    play.tell({ type: 'probe', element: ping });
    play.later(250);
    answer(play, RID + 1, terminate('item-not-found', message('b') + STREAM_ERROR));
    expect(play.given).toEqual([]);
    const [closed] = play.all('closed');
    expect(closed?.error).toMatchObject({ condition: 'conflict' });
    expect(closed?.leftovers.undispatched.map(String)).toEqual([message('a'), message('b')]);
    expect(play.all('post').every((post) => !post.body.includes('terminate'))).toBe(true);
  });

  it('lists of a journaled answer only what had not been handled', () => {
    const { text, children } = { text: '', children: [ping, bye] };
    const inbox = [{ rid: RID - 1, text, children, next: 1, given: 1, restoredAt: 1 }];
    const play = attached({ ...restored({ r: RID, k: 'poll' }), inbox });
    play.tell({ type: 'detach' });
    expect(play.all('closed')).toEqual([
      { type: 'closed', error: undefined, leftovers: { uncertain: [], undispatched: [bye] } },
    ]);
  });
});

describe('a goodbye', () => {
  it.each([
    ['the older request brings the end (case 49)', POLL, terminate(undefined, message('echo'))],
    ['the older request says other-request (case 50)', POLL, terminate('other-request', message('echo'))],
    ['its own request says it', POLL + 1, terminate(undefined, message('echo'))],
  ])('succeeds when %s', (_, rid, text) => {
    const play = online();
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    answer(play, rid, text);
    answer(play, POLL, terminate());
    answer(play, POLL + 1, terminate());
    expect(play.all('closed')).toEqual([
      { type: 'closed', error: undefined, leftovers: { uncertain: [], undispatched: [] } },
    ]);
    expect(play.given).toHaveLength(1);
  });

  it('before there is a session ends at once', () => {
    const play = opening();
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    expect(play.all('closed')).toMatchObject([{ error: undefined }]);
    expect(play.all('post')).toHaveLength(1);
  });

  it('said twice ends at once', () => {
    const play = online();
    play.tell({ type: 'terminate', elements: [], upTo: 0 }, { type: 'terminate', elements: [], upTo: 0 });
    expect(play.all('closed')).toMatchObject([{ error: undefined }]);
  });
});

it('a session that is given away ends without a word', () => {
  const play = online();
  play.send(message('m1'));
  const { length } = play.all('post');
  expect(play.tell({ type: 'detach' })).toEqual([
    { type: 'closed', error: undefined, leftovers: { uncertain: [], undispatched: [] } },
  ]);
  expect(play.all('post')).toHaveLength(length);
});

it('what is journaled is given out once, as soon as that is allowed', () => {
  const play = attached(restored({ r: RID, k: 'poll' }), {}, { handles: false });
  answer(play, RID, body(message('a') + message('b')));
  expect(play.state().inbox).toMatchObject([{ rid: RID, next: 0, given: 0 }]);
  play.tell({ type: 'online', jid: JID, polling: true }, { type: 'online', jid: JID, polling: true });
  expect(play.given).toHaveLength(2);
  expect(play.state().inbox).toMatchObject([{ rid: RID, next: 0, given: 2 }]);
});
