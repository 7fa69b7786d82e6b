import type { BoshParams } from '../../lib/protocol/bosh-state.js';
import {
  answer,
  attached,
  body,
  bye,
  containing,
  creation,
  fails,
  JID,
  like,
  message,
  online,
  opened,
  opening,
  ping,
  posts,
  RID,
  ridsOf,
  settings,
  terminate,
  TOKENS,
  uploaded,
} from './support/bosh.js';
import { attaching } from '../../lib/protocol/bosh-open.js';
import { element } from '../../lib/xml/element.js';
import { play } from './support/player.js';
import { restored } from './support/restored.js';

const POLL = RID + 1;
const polling = { type: 'online', jid: JID, polling: true } as const;
const pause = { type: 'paused', paused: true } as const;
const resume = { type: 'paused', paused: false } as const;
const empty = (rid: number): string =>
  `<body xmlns="http://jabber.org/protocol/httpbind" rid="${rid}" sid="s1"/>`;
const auth = element('auth', 'urn:ietf:params:xml:ns:xmpp-sasl', { mechanism: 'PLAIN' }, ['AA==']);
const CLOSED = [like({ error: undefined })];

describe('polling', () => {
  it('starts when the session is online, and goes on at once after each answer (case 21)', () => {
    const play = opened();
    expect(play.tell({ type: 'wake' })).toEqual([]);
    expect(posts(play.tell(polling))).toEqual([like({ rid: POLL, body: empty(POLL) })]);
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 1]);
    expect(play.state().wakeAt).toBeUndefined();
  });

  it('has never two empty requests with the server (case 20)', () => {
    const play = online();
    expect(play.later(600_000)).toEqual([]);
    play.send(message('m1'));
    answer(play, POLL + 1);
    expect(play.all('post').map(({ rid }) => rid)).toEqual([RID, POLL, POLL + 1]);
  });

  it('does not start for a session that is to be given away', () => {
    const play = opened();
    expect(posts(play.tell({ ...polling, polling: false }))).toEqual([]);
    expect(ridsOf(play.send(message('m1')))).toEqual([POLL]);
    answer(play, POLL);
    expect(play.state().flights).toEqual([]);
  });

  it('before the session is online happens only when the next word is awaited (case 8)', () => {
    const play = opening();
    expect(ridsOf(answer(play, RID, creation(undefined, '')))).toEqual([POLL]);
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 1]);
    expect(ridsOf(answer(play, POLL + 1, body('<x xmlns="urn:x"/>')))).toEqual([]);
    expect(ridsOf(play.tell({ type: 'listen' }))).toEqual([POLL + 2]);
  });

  it('goes on while a proof is awaited, when what came is not it', () => {
    const play = attached();
    play.tell({ type: 'probe', element: ping });
    expect(ridsOf(answer(play, RID, body(message('m'))))).toEqual([]);
    expect(ridsOf(play.tell({ type: 'listen' }))).toEqual([RID + 1]);
  });
});

describe('a polling session (XEP-0124 §12)', () => {
  it.each([
    ['requests="1"', 'wait="60" hold="1" requests="1" polling="5" ver="1.11"'],
    ['wait="0"', 'wait="0" hold="1" requests="2" polling="5" ver="1.11"'],
    ['hold="0"', 'wait="60" hold="0" requests="2" polling="5" ver="1.11"'],
  ])('spaces empty requests, and has one at a time: %s (cases 5, 23)', (_, attrs) => {
    const play = online(attrs);
    play.later(100);
    expect(ridsOf(play.send(message('m0')))).toEqual([]);
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 1]);
    expect(ridsOf(answer(play, POLL + 1))).toEqual([]);
    expect(play.state().wakeAt).toBe(5_000);
    expect(ridsOf(play.until(4_999))).toEqual([]);
    expect(ridsOf(play.until(5_000))).toEqual([POLL + 2]);
  });

  it('sends stanzas at once, and polls at once after an answer that brought something', () => {
    const play = online('wait="60" hold="1" requests="1" polling="5" ver="1.11"');
    answer(play, POLL);
    expect(ridsOf(play.send(message('m1')))).toEqual([POLL + 1]);
    expect(ridsOf(answer(play, POLL + 1, body(message('m'))))).toEqual([POLL + 2]);
  });

  it('polls at once where the server said no interval', () => {
    const play = online('wait="60" hold="1" requests="1" ver="1.11"');
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 1]);
  });
});

describe('the window', () => {
  it.each([
    [2, 'wait="60" hold="1" requests="2" ver="1.11"'],
    [2, 'wait="60" hold="1" ver="1.11"'],
    [3, 'wait="60" hold="1" requests="3" ver="1.11"'],
  ])('has at most %d requests unanswered: %s (cases 3, 4)', (requests, attrs) => {
    const play = online(attrs);
    for (let i = 1; i <= 10; i++) {
      play.send(message(`m${i}`));
      uploaded(play, POLL + i);
    }
    expect(play.state().flights).toHaveLength(requests);
    answer(play, POLL);
    expect(
      play
        .all('post')
        .at(-1)
        ?.body.match(/<message/g),
    ).toHaveLength(11 - requests);
  });

  it('opens when a request is answered, with what waits rather than an empty one (case 19)', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    play.send(message('m2'), message('m3'));
    const [post] = posts(answer(play, POLL));
    expect(post?.body).toBe(`${empty(POLL + 2).slice(0, -2)}>${message('m2')}${message('m3')}</body>`);
  });

  it('lets what is too large for one body go in several, in order', () => {
    const play = online(undefined, { maxBodySize: 60 });
    play.send(message('m1'), message('m2'), message('m3'));
    expect(play.all('post').at(-1)?.body).toContain('m1');
    for (let rid = POLL; rid < POLL + 3; rid++) {
      uploaded(play, rid);
      answer(play, rid);
    }
    const ids = play.all('post').flatMap((post) => /id="(m\d)"/.exec(post.body)?.[1] ?? []);
    expect(ids).toEqual(['m1', 'm2', 'm3']);
  });

  it('sends nothing for stanzas that were cancelled', () => {
    const play = online();
    expect(play.tell({ type: 'taken', stanzas: [], upTo: 1, more: false })).toEqual([]);
    expect(play.state().moved).toBe(1);
  });
});

describe('the order guard', () => {
  it('lets a request go only when the lower one has left (case 22)', () => {
    const play = opened();
    play.tell(polling);
    expect(ridsOf(play.send(message('m1')))).toEqual([]);
    expect(play.later(60_000)).toEqual([]);
    expect(ridsOf(uploaded(play, POLL))).toEqual([POLL + 1]);
  });

  it('goes by time where uploads are not told, and by size', () => {
    const play = opened(undefined, { uploads: false });
    play.tell(polling);
    expect(ridsOf(play.send(message('x'.repeat(4_500))))).toEqual([]);
    expect(play.state().wakeAt).toBe(20);
    expect(ridsOf(play.later(20))).toEqual([POLL + 1]);
    answer(play, POLL);
    expect(ridsOf(play.send(message('m2')))).toEqual([]);
    expect(ridsOf(play.later(20))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 2]);
  });

  it('takes an answer to a higher one as a sign that the lower one has left', () => {
    const play = online('wait="60" hold="1" requests="3" ver="1.11"');
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    fails(play, POLL);
    play.later(200);
    play.send(message('m2'));
    expect(play.state().flights).toHaveLength(2);
    expect(ridsOf(answer(play, POLL + 1))).toEqual([POLL + 2]);
  });

  it('hears only of the latest attempt', () => {
    const play = opened();
    play.tell(polling);
    fails(play, POLL);
    play.later(1_000);
    play.send(message('m1'));
    expect(play.tell({ type: 'uploaded', rid: POLL, attempt: 1 })).toEqual([]);
    expect(play.tell({ type: 'uploaded', rid: 1, attempt: 1 })).toEqual([]);
    play.tell({ type: 'uploaded', rid: POLL, attempt: 2 });
    expect(ridsOf(play.later(19))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
  });
});

describe('what is sent again', () => {
  it('goes lowest first, the next after its answer or 250 ms (case 33)', () => {
    const play = online();
    play.send(message('m1'));
    fails(play, POLL + 1);
    fails(play, POLL);
    const from = play.log.length;
    play.later(5_000);
    const again = play.log.slice(from).map(({ at, effect }) => ({ at, ...effect }));
    expect(again).toEqual([
      like({ rid: POLL, attempt: 2 }),
      like({ rid: POLL + 1, attempt: 2, at: (again[0]?.at ?? 0) + 250 }),
    ]);
    fails(play, POLL + 1);
    fails(play, POLL);
    play.later(play.state().wakeAt ?? 0);
    expect(ridsOf(answer(play, POLL))).toEqual([]);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([]);
  });

  it('goes ahead of anything new', () => {
    const play = online();
    fails(play, POLL);
    expect(play.send(message('m1'))).toEqual([]);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([POLL]);
    uploaded(play, POLL);
    expect(ridsOf(play.later(20))).toEqual([POLL + 1]);
  });

  it('comes first in a restored session, then the probe, alone (XEP-0124 §14.3)', () => {
    const play = attached(restored({ r: RID, k: 'poll' }));
    expect(play.all('post')).toEqual([like({ rid: RID, attempt: 2, body: empty(RID) })]);
    play.tell({ type: 'probe', element: ping });
    play.send(message('m1'));
    uploaded(play, RID);
    const [probe] = posts(play.later(20));
    expect(probe).toMatchObject({ rid: RID + 1, body: containing('urn:xmpp:ping') });
    expect(probe?.body).not.toContain('<message');
    expect(play.state()).toMatchObject({ probeRid: RID + 1, moved: 0 });
  });
});

describe('the handshake', () => {
  it('goes at once, together when it is of one kind', () => {
    const play = opened();
    const [post] = posts(play.tell({ type: 'handshake', element: auth }));
    expect(post?.body).toBe(
      `${empty(POLL).slice(0, -2)}><auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AA==</auth></body>`,
    );
    for (const type of ['handshake', 'handshake', 'probe', 'probe'] as const)
      play.tell({ type, element: ping });
    const bodies = [1, 2, 3].map(
      (i) => posts(answer(play, POLL + i - 1, body('<x xmlns="urn:x"/>')))[0]?.body,
    );
    expect(bodies.map((text) => text?.match(/<iq /g)?.length)).toEqual([2, 1, 1]);
  });

  it('restarts with an empty request, which nothing follows before its answer (case 54)', () => {
    const play = opened();
    const [post] = posts(play.tell({ type: 'restart' }));
    expect(post).toMatchObject({ rid: POLL, body: containing(' xmpp:restart="true"') });
    uploaded(play, POLL);
    play.tell({ type: 'handshake', element: auth }, { type: 'listen' });
    expect(play.state().flights).toHaveLength(1);
    expect(ridsOf(answer(play, POLL, body('<x xmlns="urn:x"/>')))).toEqual([POLL + 1]);
  });

  it('goes on where the answer to a restart was lost (case 56)', () => {
    const play = opened();
    play.tell({ type: 'restart' });
    fails(play, POLL);
    const [again] = posts(play.later(1_000));
    expect(again?.body).toBe(play.all('post')[1]?.body);
  });

  it('does not wait for a pause to end', () => {
    const play = opened();
    play.tell(pause);
    expect(ridsOf(play.tell({ type: 'handshake', element: auth }))).toEqual([POLL]);
  });
});

describe('a pause', () => {
  it('lets nothing leave; what has gathered goes in one body, without a pause attribute (case 27)', () => {
    const play = online();
    play.tell(pause);
    play.send(message('m1'));
    answer(play, POLL);
    for (const id of ['m2', 'm3', 'm4', 'm5']) expect(play.send(message(id))).toEqual([]);
    const [post] = posts(play.tell(resume));
    expect(post?.body.match(/<message/g)).toHaveLength(5);
    expect(play.all('post').every((one) => !one.body.includes('pause'))).toBe(true);
  });

  it('keeps the session alive before the inactivity ends, with nothing that waits (case 28)', () => {
    const play = online();
    play.later(1_000);
    answer(play, POLL);
    play.tell(pause);
    fails(play, POLL + 1);
    expect(play.state().wakeAt).toBe(26_000);
    const [again] = posts(play.until(26_000));
    expect(again).toMatchObject({ rid: POLL + 1, attempt: 2 });
    answer(play, POLL + 1);
    play.send(message('m1'));
    expect(ridsOf(play.until(50_999))).toEqual([]);
    expect(posts(play.until(51_000))).toEqual([like({ body: empty(POLL + 2) })]);
    expect(play.later(600_000)).toEqual([]);
  });

  it('assumes an inactivity where the server said none, and leaves a margin where it is short', () => {
    for (const [attrs, dueAt] of [
      ['requests="2" ver="1.11"', 25_000],
      ['requests="2" inactivity="8" ver="1.11"', 6_000],
    ] as const) {
      const play = online(attrs);
      play.tell(pause);
      answer(play, POLL);
      expect(play.state().wakeAt).toBe(dueAt);
    }
  });

  it('tries again, with a backoff, when the request that keeps the session alive is lost', () => {
    const play = online();
    play.tell(pause);
    answer(play, POLL);
    play.until(25_000);
    fails(play, POLL + 1);
    expect(ridsOf(play.later(1_000))).toEqual([POLL + 1]);
    play.tell(resume);
    play.tell(pause);
    fails(play, POLL + 1);
    expect(ridsOf(play.later(24_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
  });

  it.each([
    ['lost', 502, ''],
    ['refused', 404, ''],
    ['to be repeated', 200, body('', 'type="error"')],
  ])('sends nothing again before it must, when the held request is %s', (_, status, text) => {
    const play = online();
    play.tell(pause);
    play.later(58_000);
    answer(play, POLL, text, status);
    expect(ridsOf(play.later(24_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL]);
    answer(play, POLL, text, status);
    expect(ridsOf(play.later(1))).toEqual([]);
  });

  it('that comes while stanzas are being taken still holds them', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    play.send(message('m2'));
    expect(ridsOf(play.tell({ type: 'taken', stanzas: [], upTo: 2, more: false }, pause))).toEqual([]);
    const taken = { type: 'taken', stanzas: [{ n: 3, xml: message('m3') }], upTo: 3, more: false } as const;
    expect(ridsOf(play.tell(taken))).toEqual([]);
    answer(play, POLL);
    answer(play, POLL + 1);
    expect(play.state().flights).toEqual([like({ rid: POLL + 2, sent: 0, phase: 'waiting' })]);
    expect(posts(play.tell(resume))).toEqual([like({ rid: POLL + 2, attempt: 1 })]);
  });
});

describe('a goodbye', () => {
  it('may be one request above the window (case 24)', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    const [post] = posts(play.tell({ type: 'terminate', elements: [bye], upTo: 1 }));
    expect(post?.body).toMatch(/^<body [^>]* type="terminate"><presence .*\/><\/body>$/);
    expect(play.state().flights).toHaveLength(3);
    expect(ridsOf(play.tell({ type: 'released', upTo: 1 }))).toEqual([]);
  });

  it('takes with it what waits, also what a pause has held (case 52)', () => {
    const play = online();
    play.tell(pause);
    play.queued(message('m1'), message('m2'));
    const [post] = posts(play.tell({ type: 'terminate', elements: [bye], upTo: 2 }));
    expect(post?.body.match(/<(message|presence)/g)).toEqual(['<message', '<message', '<presence']);
  });

  it('comes after what is too large for one body', () => {
    const play = online(undefined, { maxBodySize: 60 });
    play.queued(message('m1'), message('m2'));
    expect(posts(play.tell({ type: 'terminate', elements: [], upTo: 2 }))[0]?.body).not.toContain(
      'terminate',
    );
    uploaded(play, POLL + 1);
    const [last] = posts(answer(play, POLL));
    expect(last?.body).toMatch(/ type="terminate">.*m2/);
  });

  it('is empty when there is nothing to say', () => {
    const play = opened();
    const [post] = posts(play.tell({ type: 'terminate', elements: [], upTo: 0 }));
    expect(post?.body).toMatch(/ type="terminate"\/>$/);
  });

  it('ends without an answer after its time (case 51)', () => {
    const play = online();
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    expect(play.state().wakeAt).toBe(3_000);
    play.until(2_999);
    expect(play.all('closed')).toEqual([]);
    play.until(3_000);
    expect(play.all('closed')).toEqual(CLOSED);
    expect(play.state()).toMatchObject({ phase: 'closed', wakeAt: undefined, flights: [] });
  });

  it('is tried again when it is lost', () => {
    const play = online();
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    fails(play, POLL + 1);
    expect(ridsOf(play.later(1_000))).toEqual([POLL + 1]);
    answer(play, POLL + 1, terminate());
    expect(play.all('closed')).toEqual(CLOSED);
  });
});

describe('request ids', () => {
  const LAST = Number.MAX_SAFE_INTEGER - 1;
  const limits = { wait: 60, hold: 1, wind: 5 };

  it('end before 2^53 - 1, and the session with them (case 18)', () => {
    const rid = LAST - 2;
    const near = play(attaching(settings, { ...TOKENS, rid }, limits, undefined, 0));
    near.tell({ ...polling });
    uploaded(near, rid);
    near.send(message('m1'));
    expect(near.all('post').map((post) => post.rid)).toEqual([rid, rid + 1]);
    uploaded(near, rid + 1);
    near.later(20);
    expect(near.all('post').at(-1)).toMatchObject({ rid: LAST, body: containing('type="terminate"') });
    near.send(message('m2'));
    answer(near, LAST, terminate());
    const [closed] = near.all('closed');
    expect(closed?.error).toMatchObject({ kind: 'expired', condition: 'rid-exhausted' });
    expect(closed?.leftovers.uncertain.map(String)).toEqual([message('m1')]);
    expect(near.queue().map(({ xml }) => xml)).toEqual([message('m2')]);
  });

  it('of a session that is not proven end it without a goodbye', () => {
    const unproven = play(attaching(settings, { ...TOKENS, rid: LAST }, limits, undefined, 0));
    unproven.tell({ type: 'probe', element: ping });
    expect(unproven.all('post')).toEqual([]);
    expect(unproven.all('closed')).toMatchObject([{ error: { condition: 'rid-exhausted' } }]);
  });
});

it('asks the queue for no more than fits', () => {
  const play = online(undefined, { maxBodySize: 77 });
  expect(play.send(message('m1'))[0]).toEqual({ type: 'take', upTo: 1, maxSize: 77 });
});

it('lets a request take as long as the server may wait, and 5 s', () => {
  const params: Partial<BoshParams> = { wait: 60 };
  expect(online().state().params).toMatchObject(params);
  expect(opening().all('post')[0]?.timeoutMs).toBe(65_000);
});
