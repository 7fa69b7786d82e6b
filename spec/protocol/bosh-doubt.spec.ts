import { askableAt, doubtOf, explains, isInDoubt, nudgeableAt } from '../../lib/protocol/bosh-doubt.js';
import { attaching } from '../../lib/protocol/bosh-open.js';
import type { BoshState, Flight } from '../../lib/protocol/bosh-state.js';
import {
  answer,
  attached,
  body,
  fails,
  JID,
  message,
  ping,
  posts,
  RID,
  ridsOf,
  settings,
  TOKENS,
  uploaded,
} from './support/bosh.js';
import { restored, restoredBy } from './support/restored.js';

const EJABBERD = { wait: 60, hold: 1, requests: 2, inactivity: 30, polling: 2, maxpause: 120, ver: '1.11' };
const PROSODY = { wait: 60, hold: 1, requests: 2, inactivity: 60, polling: 5, ver: '1.6' };
const NOTHING = { text: '', children: [] };
const online = { type: 'online', jid: JID, polling: true } as const;

const flight = (change: Partial<Flight> = {}): Flight => ({
  ...{ rid: RID, kind: 'poll', body: '', sent: 3, phase: 'posted', since: 100, suspect: false },
  ...change,
});
const state = (granted: object = EJABBERD, change: Partial<BoshState> = {}): BoshState => ({
  ...attaching(
    settings,
    TOKENS,
    { wait: 60, hold: 1, wind: 5 },
    restoredBy(granted, { r: RID, k: 'poll' }),
    0,
  ),
  ...change,
});

describe('an empty answer', () => {
  const probed = { probeRid: RID };
  it.each([
    ['open', 'to the third copy, of ejabberd', EJABBERD, {}, {}],
    ['open', 'to the third copy, of Prosody', PROSODY, {}, {}],
    [
      'open',
      'to the second copy, before its time and with no later request there',
      EJABBERD,
      { sent: 2 },
      {},
    ],
    ['perhaps', 'to the second copy, right below the proof', EJABBERD, { sent: 2, rid: RID - 1 }, probed],
    [undefined, 'to the second copy, further below', EJABBERD, { sent: 2, rid: RID - 2 }, probed],
    [undefined, 'to the second copy, below another request', EJABBERD, { sent: 2, rid: RID - 1 }, {}],
    [
      undefined,
      'to the same, of a proven session',
      EJABBERD,
      { sent: 2, rid: RID - 1 },
      { ...probed, dispatching: true },
    ],
    [undefined, 'to the second copy, when its time is up', EJABBERD, { sent: 2, since: 200 - 60_000 }, {}],
    [undefined, 'to the first copy', EJABBERD, { sent: 1 }, {}],
    [undefined, 'that has been asked for again', EJABBERD, { doubt: 'asked' }, {}],
    [undefined, 'during a pause', EJABBERD, {}, { paused: true, online: true }],
    [undefined, 'of a server with other intervals', { ...EJABBERD, polling: 5 }, {}, {}],
    [undefined, 'of a server without a longest pause', { ...EJABBERD, maxpause: undefined }, {}, {}],
    [undefined, 'of another version', { ...EJABBERD, ver: '1.10' }, {}, {}],
    [undefined, 'of Openfire', { ...PROSODY, maxpause: 300 }, {}, {}],
    [undefined, 'of a session in which no later request can follow it', { ...EJABBERD, hold: 0 }, {}, {}],
    [undefined, 'of a server like Prosody with other intervals', { ...PROSODY, polling: 2 }, {}, {}],
  ] as const)('is in doubt, %s, when it is one %s', (doubt, _, granted, of, change) => {
    const sent = { flights: [flight({ sent: 1 })] };
    expect(doubtOf(state(granted, { ...sent, ...change }), flight(of), NOTHING, 200)).toBe(doubt);
  });

  it('is not in doubt unless it is empty', () => {
    expect(doubtOf(state(), flight(), { text: '', children: [ping] }, 200)).toBeUndefined();
  });

  it('stays in doubt until it is asked for again', () => {
    expect(
      [undefined, 'perhaps', 'open', 'asked'].map((doubt) => isInDoubt(doubt as Flight['doubt'])),
    ).toEqual([...[false, true, true, false]]);
  });
});

describe('an empty answer that a later request may explain', () => {
  const PONG = { text: '', children: [ping] };
  const later = flight({ rid: RID + 1, since: 1_000 });
  const explained = (at: number, change: Partial<Flight> = {}, answer = PONG): boolean =>
    explains(later, answer, flight({ doubt: 'perhaps', since: 1_060, ...change }), at);

  it('is explained by one with something in it that comes with it: within 10 ms, or an eighth of the round trip', () => {
    expect([explained(1_060), explained(1_070), explained(1_071)]).toEqual([true, true, false]);
    expect([explained(1_400, { since: 1_350 }), explained(1_400, { since: 1_349 })]).toEqual([true, false]);
  });

  it('is not explained by nothing, nor by what is below it; and others need no explanation', () => {
    expect(explained(1_060, {}, NOTHING)).toBe(false);
    expect(explained(1_060, { rid: RID + 1 })).toBe(false);
    expect(explained(1_060, { doubt: 'open' })).toBe(false);
  });

  const copied = () => {
    const play = attached(restoredBy(EJABBERD, { r: RID, k: 'poll', n: 1 }));
    play.tell({ type: 'probe', element: ping, again: true });
    uploaded(play, RID);
    expect(ridsOf(play.later(20))).toEqual([RID + 1]);
    uploaded(play, RID + 1);
    return play;
  };

  it('is settled with that, without another request', () => {
    const play = copied();
    play.later(60);
    expect([...answer(play, RID), ...answer(play, RID + 1, body(message('a')))]).toEqual([
      ...[{ type: 'settle', rid: RID, answer: NOTHING }],
      expect.objectContaining({ type: 'settle', rid: RID + 1 }),
      expect.objectContaining({ type: 'seen', probed: true }),
    ]);
    expect(play.state().done).toBe(RID + 1);
  });

  it('is asked for again at once if that comes too late to explain it, and comes before it', () => {
    const play = copied();
    answer(play, RID);
    play.later(60);
    expect(ridsOf(answer(play, RID + 1, body(message('b'))))).toEqual([RID]);
    play.tell(online);
    answer(play, RID, body(message('a')));
    expect(play.given.map(({ xml }) => xml)).toEqual([message('a'), message('b')]);
  });

  it('is asked for again at once if that is empty too', () => {
    const play = copied();
    answer(play, RID);
    expect(ridsOf(answer(play, RID + 1))).toEqual([RID]);
  });

  it('is asked for again if nothing comes for a second; only then comes another proof', () => {
    const play = copied();
    answer(play, RID);
    expect(ridsOf(play.later(999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([RID]);
    expect(ridsOf(answer(play, RID))).toEqual([RID + 2]);
  });

  it('stays in doubt, and in the way of nothing, while what may explain it is sent again', () => {
    const play = copied();
    answer(play, RID);
    expect(ridsOf(answer(play, RID + 1, body('', 'type="error"')))).toEqual([RID + 1]);
    play.later(60);
    expect(ridsOf(answer(play, RID + 1, body(message('b'))))).toEqual([RID]);
    answer(play, RID);
    expect(play.state().done).toBe(RID + 1);
  });
});

describe('a doubtful request', () => {
  const askable = (...flights: readonly Flight[]): number =>
    askableAt(state(EJABBERD, { flights }), flight());
  const later = (change: Partial<Flight>): Flight => flight({ rid: RID + 1, ...change });

  it('may be asked for once a later one is there', () => {
    expect(askable(flight())).toBe(Infinity);
    expect(askable(flight(), later({ phase: 'waiting' }))).toBe(Infinity);
    expect(askable(flight(), later({}))).toBe(350);
    expect(askable(flight(), later({ phase: 'uploaded', since: 200 }))).toBe(450);
    expect(askable(flight(), later({ answer: NOTHING }))).toBe(0);
    expect(askable(flight(), later({ phase: 'waiting', doubt: 'open' }))).toBe(0);
  });

  it('is asked for once more when the later one is doubtful too: together they leave no room for the proof', () => {
    const play = attached(restoredBy(EJABBERD, { r: RID, k: 'poll', n: 2 }, { r: RID + 1, k: 'data', n: 2 }));
    play.tell({ type: 'probe', element: ping });
    uploaded(play, RID);
    play.later(250);
    uploaded(play, RID + 1);
    answer(play, RID);
    expect(posts(play.later(0)).length + posts(answer(play, RID + 1)).length).toBe(1);
    expect(play.all('post').at(-1)).toMatchObject({ rid: RID, attempt: 4 });
    expect(ridsOf(answer(play, RID))).toEqual([RID + 2]);
    expect(ridsOf(play.later(250))).toEqual([RID + 1]);
    answer(play, RID + 1);
    expect(play.state().done).toBe(RID + 1);
  });

  const doubtful = () => {
    const play = attached(restoredBy(EJABBERD, { r: RID, k: 'poll', n: 2 }));
    play.tell({ type: 'probe', element: ping });
    uploaded(play, RID);
    expect(ridsOf(play.later(20))).toEqual([RID + 1]);
    expect(answer(play, RID)).toEqual([]);
    return play;
  };

  it('is not settled by its empty answer, but asked for once more behind a later one', () => {
    const play = doubtful();
    expect(play.state().done).toBe(RID - 1);
    expect(ridsOf(play.later(249))).toEqual([]);
    expect(posts(play.later(1))).toMatchObject([{ rid: RID, attempt: 4 }]);
    answer(play, RID + 1, body(message('b')));
    play.tell(online);
    expect(play.given).toEqual([]);
    answer(play, RID, body(message('a')));
    expect(play.given.map(({ xml }) => xml)).toEqual([message('a'), message('b')]);
  });

  it('is settled by the second empty answer', () => {
    const play = doubtful();
    play.later(250);
    answer(play, RID);
    expect(play.state().done).toBe(RID);
  });

  it('comes after what is to be sent again', () => {
    const play = doubtful();
    fails(play, RID + 1);
    expect(ridsOf(play.later(300))).toEqual([RID + 1]);
    expect(ridsOf(play.later(249))).toEqual([RID]);
  });

  it('does not keep a poll from leaving', () => {
    const play = attached(restoredBy(EJABBERD, { r: RID, k: 'poll', n: 2 }));
    answer(play, RID);
    expect(ridsOf(play.tell(online))).toEqual([RID + 1]);
    expect(ridsOf(play.later(250))).toEqual([RID]);
  });

  it('is waited for when something else is due earlier', () => {
    const play = doubtful();
    play.tell({ type: 'terminate', elements: [], upTo: 0 });
    expect(play.state().wakeAt).toBe(270);
  });

  it('shows that the server is there', () => {
    const play = attached(restoredBy(EJABBERD, { r: RID, k: 'poll', n: 1 }));
    fails(play, RID, 'timeout');
    play.later(1_000);
    expect(answer(play, RID)).toEqual([{ type: 'stalled', stalled: false }]);
    expect(play.state()).toMatchObject({ stalled: false, failures: 0, provenAt: 1_000 });
  });
});

describe('a proof that does not come', () => {
  const flights = [flight({ kind: 'probe' })];
  const asked = { flights, probeRid: RID };

  it('may be asked for once more a second after it has left', () => {
    expect(nudgeableAt(state(EJABBERD, asked))).toBe(1_100);
  });

  it.each([
    ['has not left', { flights: [flight({ phase: 'waiting' })] }],
    ['has been answered', { flights: [flight({ answer: NOTHING })] }],
    ['is another', { probeRid: RID + 1 }],
  ] as const)('may not when it %s', (_, change) => {
    expect(nudgeableAt(state(EJABBERD, { ...asked, ...change }))).toBe(Infinity);
  });

  it('is asked for once more, in a request of its own, where the session wants that', () => {
    for (const again of [true, false]) {
      const play = attached(restored({ r: RID, k: 'poll' }));
      play.tell({ type: 'probe', element: ping, again });
      answer(play, RID);
      uploaded(play, RID + 1);
      const [more] = posts(play.later(10_000));
      expect(more?.rid).toBe(again ? RID + 2 : undefined);
      expect(more?.body.replace(`${RID + 2}`, `${RID + 1}`)).toBe(
        again ? play.all('post').at(-2)?.body : undefined,
      );
      expect(ridsOf(play.later(10_000))).toEqual([]);
    }
  });
});
