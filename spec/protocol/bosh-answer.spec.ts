import { backoffMs } from '../../lib/protocol/retry.js';
import {
  answer,
  attached,
  body,
  bye,
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
  uploaded,
} from './support/bosh.js';
import { restored } from './support/restored.js';

const POLL = RID + 1;
const backoff = (failures: number, rid: number): number => backoffMs(failures, settings.seed + rid);
const closed = (condition: string, kind?: string) => [
  like({ error: like({ condition, ...(kind && { kind }) }) }),
];

/** A session online with its poll held and a message of its own outstanding. */
const busy = () => {
  const play = online();
  play.send(message('m1'));
  uploaded(play, POLL + 1);
  return play;
};

describe('a creation', () => {
  it('takes the parameters from the answer (XEP-0124 §7.2)', () => {
    const play = opening();
    answer(
      play,
      RID,
      creation('wait="10" hold="1" requests="3" inactivity="20" polling="4" maxpause="9" ver="1.6"'),
    );
    expect(play.state().params).toEqual({
      ...{ sid: 's1', wait: 10, hold: 1, requests: 3, inactivity: 20, polling: 4, maxpause: 9, ver: '1.6' },
    });
    play.tell({ type: 'online', jid: JID, polling: true });
    expect(play.all('post').at(-1)).toMatchObject({ rid: POLL, timeoutMs: 15_000 });
  });

  it('is tried again under another rid, since without a sid nothing can be recovered', () => {
    const play = opening();
    expect(play.log[0]?.effect).toEqual({ type: 'expect', rid: RID });
    expect(fails(play, RID)).toEqual([]);
    expect(play.state().wakeAt).toBe(backoff(1, RID));
    const [expected, post] = play.later(backoff(1, RID));
    expect(expected).toEqual({ type: 'expect', rid: 2000 });
    expect(post).toMatchObject({ rid: 2000, attempt: 1 });
    expect(play.all('post').at(-1)?.body).not.toContain('sid=');
    answer(play, 2000, creation());
    expect(play.state()).toMatchObject({ phase: 'open', rid: 2001, done: 2000 });
  });

  it('gives up when all rids are used', () => {
    const play = opening();
    for (const rid of settings.rids) {
      fails(play, rid);
      play.later(60_000);
    }
    expect(play.all('closed')).toEqual(closed('network', 'network'));
  });

  it('fails without a sid', () => {
    const play = opening();
    answer(play, RID, body('', 'wait="60"'));
    expect(play.all('closed')).toEqual(closed('protocol-violation'));
    expect(play.state().wakeAt).toBeUndefined();
  });

  it('fails with the condition that the server says', () => {
    const play = opening();
    answer(play, RID, terminate('host-unknown'));
    expect(play.all('closed')).toEqual(closed('host-unknown'));
  });

  it.each([
    [400, 'bad-request'],
    [403, 'policy-violation'],
    [404, 'item-not-found'],
    [301, 'redirected'],
    [405, 'refused'],
  ])('fails at once on HTTP %d (%s)', (status, condition) => {
    const play = opening();
    answer(play, RID, '', status);
    expect(play.all('closed')).toEqual([like({ error: like({ status, condition, retryable: false }) })]);
  });
});

describe('a request that is lost', () => {
  it('is sent again, byte for byte, after a reset (case 29)', () => {
    const play = online();
    fails(play, POLL);
    expect(posts(play.later(backoff(1, POLL) - 1))).toEqual([]);
    const [again] = posts(play.later(1));
    expect(again).toMatchObject({ rid: POLL, attempt: 2, body: play.all('post').at(-2)?.body });
  });

  it.each([
    ['HTTP 502', '<html>Bad gateway</html>', 502],
    ['HTTP 503 with a body', body(), 503],
    ['HTTP 408', '', 408],
    ['HTTP 429', '', 429],
    ['truncated XML', body(message('m')).slice(0, -9), 200],
    ['an empty text', '', 200],
    ['a page of a captive portal', '<html/>', 200],
    ['a body of another namespace', '<body/>', 200],
  ])('so does %s (cases 30 to 32)', (_, text, status) => {
    const play = online();
    answer(play, POLL, text, status);
    expect(play.given).toEqual([]);
    expect(play.later(backoff(1, POLL))).toEqual([like({ rid: POLL, attempt: 2 })]);
    answer(play, POLL, body(message('m')));
    expect(play.given).toHaveLength(1);
  });

  it('waits longer each time, and as long as Retry-After says (case 39)', () => {
    const play = online();
    answer(play, POLL, '', 429, 3_000);
    expect(ridsOf(play.later(2_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL]);
    fails(play, POLL);
    expect(play.state().wakeAt).toBe(play.now() + backoff(2, POLL));
  });

  it('goes at once when the network is back (case 37)', () => {
    const play = online();
    answer(play, POLL, '', 503, 60_000);
    play.later(10);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([POLL]);
  });

  it('ends the session once the server must have forgotten it, not earlier (case 38)', () => {
    const play = online();
    const expiry = (60 + 30 + 5) * 1000;
    play.until(expiry - 1);
    fails(play, POLL, 'timeout');
    expect(play.all('closed')).toEqual([]);
    play.later(15_000);
    fails(play, POLL);
    expect(play.all('closed')).toEqual([
      {
        type: 'closed',
        error: like({ kind: 'expired', cause: like({ kind: 'network' }) }),
        leftovers: { uncertain: [], undispatched: [] },
      },
    ]);
  });

  it('may live for five minutes where the server said no inactivity', () => {
    const play = online('wait="10" requests="2" ver="1.11"');
    play.until((10 + 300 + 5) * 1000 - 1);
    fails(play, POLL);
    expect(play.all('closed')).toEqual([]);
  });

  it('has the session listed as stalled after a timeout, until the next answer', () => {
    const play = online();
    expect(fails(play, POLL, 'timeout')).toEqual([{ type: 'stalled', stalled: true }]);
    play.later(1_000);
    expect(fails(play, POLL, 'timeout')).toEqual([]);
    play.later(5_000);
    const [, calmed] = answer(play, POLL);
    expect(calmed).toEqual({ type: 'stalled', stalled: false });
  });
});

describe('an HTTP refusal', () => {
  it('is believed at once of a manager that said no version (case 9)', () => {
    const play = online('wait="60" requests="2"');
    answer(play, POLL, '', 404);
    expect(play.all('closed')).toEqual(closed('item-not-found', 'http'));
  });

  it('is confirmed first with a modern one (cases 10, 53)', () => {
    const play = online();
    expect(ridsOf(answer(play, POLL, '', 404))).toEqual([POLL]);
    answer(play, POLL, '<html/>', 404);
    expect(play.all('closed')).toEqual(closed('item-not-found', 'http'));
  });

  it('is forgotten when the confirmation is answered', () => {
    const play = online();
    answer(play, POLL, '', 400);
    answer(play, POLL, body(message('m')));
    expect(play.given).toHaveLength(1);
    expect(play.state().phase).toBe('open');
  });

  it('ends an attach at once (case 94)', () => {
    const play = attached();
    play.tell({ type: 'probe', element: ping });
    answer(play, RID, '', 404);
    expect(play.all('closed')).toEqual(closed('item-not-found', 'http'));
    expect(play.all('post')).toHaveLength(1);
  });

  it('is no error while we say goodbye', () => {
    const play = online();
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    answer(play, POLL + 1, '', 404);
    expect(ridsOf(play.later(250))).toEqual([POLL + 1]);
    answer(play, POLL + 1, '', 404);
    expect(play.all('closed')).toEqual([like({ error: undefined })]);
  });
});

describe('a recoverable error (XEP-0124 §17.3)', () => {
  it('has that request and all lower ones repeated, lowest first (case 34)', () => {
    const play = busy();
    expect(ridsOf(answer(play, POLL + 1, body('', 'type="error"')))).toEqual([POLL]);
    expect(ridsOf(play.later(249))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
  });

  it('leaves higher ones and answered ones alone', () => {
    const play = busy();
    expect(ridsOf(answer(play, POLL, body('', 'type="error"')))).toEqual([POLL]);
    expect(ridsOf(play.later(1_000))).toEqual([]);
    answer(play, POLL);
    expect(ridsOf(answer(play, POLL + 1, body('', 'type="error"')))).toEqual([POLL + 1]);
  });

  it('backs off when it comes again', () => {
    const play = online();
    answer(play, POLL, body('', 'type="error"'));
    expect(answer(play, POLL, body('', 'type="error"'))).toEqual([]);
    expect(play.state().wakeAt).toBe(backoff(2, POLL));
  });
});

describe('an answer', () => {
  it('counts once, and only for the attempt that it answers (case 35)', () => {
    const play = online();
    const event = {
      type: 'answered',
      rid: POLL,
      status: 200,
      text: body(message('m')),
      retryAfterMs: 0,
    } as const;
    fails(play, POLL);
    play.later(1_000);
    expect(play.tell({ ...event, attempt: 1 })).toEqual([]);
    play.tell({ ...event, attempt: 2 });
    play.tell({ ...event, attempt: 2 });
    expect(play.given).toHaveLength(1);
  });

  it('waits for the lower ones (cases 16, 17)', () => {
    const play = busy();
    answer(play, POLL + 1, body(message('second')));
    expect(play.given).toEqual([]);
    answer(play, POLL, body(message('first')));
    expect(play.given.map(({ xml }) => xml)).toEqual([message('first'), message('second')]);
  });

  it('frees nothing in the window before its turn: the server may have to repeat it', () => {
    const play = busy();
    answer(play, POLL + 1);
    expect(ridsOf(play.send(message('m2')))).toEqual([]);
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 2]);
  });

  it.each([
    ['its own rid and our children, changed in namespace alone', '<message id="m1"/>', 0],
    ['its own rid and other children', '<message id="m1" from="a@b"/>', 1],
    ['its own rid and a child more', '<message id="m1"/><presence/>', 2],
    ['its own rid and other content', '<message id="m1">text</message>', 1],
  ])('with %s gives %s (cases 40, 41)', (_, children, count) => {
    const play = busy();
    answer(play, POLL);
    answer(play, POLL + 1, body(children, `rid="${POLL + 1}" sid="s1"`));
    expect(play.given).toHaveLength(count);
  });

  it('may report another one that never came, which is then asked for again (case 67)', () => {
    const play = busy();
    expect(ridsOf(answer(play, POLL + 1, body('', `report="${POLL}" time="500"`)))).toEqual([POLL]);
    expect(play.all('post').at(-1)).toMatchObject({ attempt: 2 });
  });

  it('may report one that has come, which changes nothing (case 67)', () => {
    const play = busy();
    answer(play, POLL);
    expect(ridsOf(answer(play, POLL + 1, body('', `report="${POLL}" time="500"`)))).toEqual([POLL + 2]);
    expect(play.all('post').at(-1)).toMatchObject({ attempt: 1 });
  });

  it('may acknowledge less than was to be expected, or nothing, which is no error (case 65)', () => {
    const play = busy();
    answer(play, POLL, body(message('first'), 'ack="1"'));
    expect(ridsOf(answer(play, POLL + 1, body(message('second'))))).toEqual([POLL + 2]);
    expect(play.given.map(({ xml }) => xml)).toEqual([message('first'), message('second')]);
    expect(play.all('post').at(-1)).toMatchObject({ attempt: 1 });
  });

  it('to a restart may repeat the sid and bring no other (case 55)', () => {
    const play = opened();
    const { params } = play.state();
    play.tell({ type: 'restart' });
    answer(play, POLL, body('', 'sid="s1" authid="x" wait="5" requests="9"'));
    expect(play.state().params).toEqual(params);
    play.tell({ type: 'restart' });
    answer(play, POLL + 1, body());
    play.tell({ type: 'restart' });
    answer(play, play.state().rid - 1, body('', 'sid="other"'));
    expect(play.all('closed')).toEqual(closed('protocol-violation'));
  });

  it('before an attach is proven is shown and not given', () => {
    const play = attached(restored({ r: RID, k: 'poll' }));
    play.tell({ type: 'probe', element: ping });
    uploaded(play, RID);
    play.later(20);
    expect(answer(play, RID, body(message('m')))).toContainEqual(like({ type: 'seen', probed: false }));
    expect(answer(play, RID + 1)).toContainEqual({ type: 'seen', elements: [], probed: true });
    expect(play.given).toEqual([]);
    expect(play.tell({ type: 'online', jid: JID, polling: true })[0]).toEqual({ type: 'ready' });
    expect(play.given.map(({ xml }) => xml)).toEqual([message('m')]);
  });
});

describe('the end of a session', () => {
  it.each(['bad-request', 'host-gone', 'internal-server-error', 'policy-violation', 'system-shutdown'])(
    'has the condition %s that the server says, whatever the HTTP status (cases 44, 48)',
    (condition) => {
      for (const status of [200, 404, 500]) {
        const play = online();
        answer(play, POLL, terminate(condition), status);
        expect(play.all('closed')).toEqual(closed(condition));
        expect(play.tell({ type: 'wake' })).toEqual([]);
      }
    },
  );

  it.each([
    ['a repeated request (case 92b)', true],
    ['one that we have sent once: the network may have sent it twice', false],
  ])('is not yet believed below another request, of %s', (_, repeated) => {
    const play = busy();
    if (repeated) for (const rid of [POLL, POLL + 1]) fails(play, rid);
    if (repeated) play.later(1_000);
    expect(ridsOf(answer(play, POLL, terminate('item-not-found')))).toEqual([]);
    expect(play.state()).toMatchObject({ phase: 'open', done: POLL });
    expect(ridsOf(answer(play, POLL + 1, body(message('m'))))).toEqual([POLL + 2]);
    expect(play.given).toHaveLength(1);
  });

  it('is not believed of a repeated request below one that has been answered: that proves more', () => {
    const play = busy();
    fails(play, POLL);
    answer(play, POLL + 1, body(message('m')));
    play.later(1_000);
    expect(ridsOf(answer(play, POLL, terminate('item-not-found')))).toEqual([POLL + 2]);
    expect(play.given).toHaveLength(1);
    answer(play, POLL + 2, terminate('item-not-found'));
    expect(play.all('closed')).toEqual(closed('item-not-found'));
  });

  it('is believed of the highest one, once (case 92b)', () => {
    const play = busy();
    fails(play, POLL);
    fails(play, POLL + 1);
    play.later(1_000);
    answer(play, POLL, terminate('item-not-found'));
    answer(play, POLL + 1, terminate('item-not-found'));
    answer(play, POLL + 1, terminate('item-not-found'));
    expect(play.all('closed')).toEqual(closed('item-not-found'));
  });

  it('is the same for requests of a restored session (case 92a)', () => {
    const play = attached(restored({ r: RID, k: 'poll' }, { r: RID + 1, k: 'data' }));
    play.later(250);
    answer(play, RID, terminate('item-not-found'));
    expect(play.all('closed')).toEqual([]);
    answer(play, RID + 1, terminate('item-not-found'));
    expect(play.all('closed')).toEqual(closed('item-not-found'));
  });

  it('is believed of a lower request when it is another condition', () => {
    const play = busy();
    fails(play, POLL);
    play.later(1_000);
    answer(play, POLL, terminate('other-request'));
    expect(play.all('closed')).toEqual(closed('other-request'));
  });

  it('does not let a goodbye be cut short by a lower request that can not be answered any more', () => {
    const play = online();
    fails(play, POLL);
    play.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    uploaded(play, POLL);
    expect(ridsOf(play.later(20))).toEqual([POLL + 1]);
    answer(play, POLL, terminate('item-not-found'));
    expect(play.all('closed')).toEqual([]);
    answer(play, POLL + 1, terminate());
    expect(play.all('closed')).toEqual([like({ error: undefined })]);
  });

  it('gives nothing out of our own goodbye come back (case 42)', () => {
    const play = busy();
    play.queued(message('m2'));
    play.tell({ type: 'terminate', elements: [bye], upTo: 2 });
    answer(play, POLL);
    const own = play.all('post').at(-1);
    expect(own?.body).toContain('type="terminate"');
    answer(play, own?.rid ?? 0, own?.body);
    expect(play.given).toEqual([]);
    expect(play.all('closed')).toEqual([like({ error: undefined })]);
  });
});
