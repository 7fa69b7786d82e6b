import { maxPark } from '../../lib/protocol/bosh-park.js';
import {
  answer,
  attached,
  body,
  containing,
  fails,
  JID,
  like,
  message,
  online,
  ping,
  PONG,
  posts,
  RID,
  ridsOf,
  terminate,
  uploaded,
} from './support/bosh.js';
import { restored } from './support/restored.js';

const MONGOOSE = 'wait="60" hold="1" requests="2" inactivity="30" maxpause="120"';
const POLL = RID + 1;
const PAUSE = RID + 2;

const pausing = { type: 'paused', paused: true } as const;
const resuming = { type: 'paused', paused: false } as const;
const park = (seconds = 120) => ({ type: 'park', seconds }) as const;

/** An online session that is being parked; its poll is held, the pause (PAUSE) is posted. */
const parked = (seconds = 120) => {
  const play = online(MONGOOSE);
  play.tell(pausing);
  play.tell(park(seconds));
  return play;
};

describe('the longest pause', () => {
  it.each([
    [120, { maxpause: 120, polling: 2 }],
    [300, { maxpause: 300, polling: 2 }],
    [60, { maxpause: 60, polling: 5 }],
    [undefined, { maxpause: 300, polling: 5 }],
    [undefined, { maxpause: 0 }],
    [undefined, {}],
  ])('is %s, with %j', (longest, params) => {
    expect(maxPark(params)).toBe(longest);
  });
});

describe('a request for a pause', () => {
  it('is one above the window, empty, and as patient as the pause is long', () => {
    const play = online(MONGOOSE);
    play.send(message('a'));
    uploaded(play, PAUSE);
    play.tell(pausing);
    const [post] = posts(play.tell(park(100)));
    expect(post).toMatchObject({ rid: RID + 3, timeoutMs: 105_000, body: containing(' pause="100"/>') });
  });

  it('is not made outside of a pause, nor after it', () => {
    const play = online(MONGOOSE);
    expect(play.tell(park())).toEqual([]);
    play.tell(pausing);
    play.send(message('held'));
    play.tell(resuming);
    play.tell(pausing);
    expect(ridsOf(play.later(1000))).toEqual([]);
  });

  it('follows what is under way only when that has left', () => {
    const play = online(MONGOOSE);
    play.send(message('a'));
    play.tell(pausing);
    expect(ridsOf(play.tell(park()))).toEqual([]);
    expect(ridsOf(uploaded(play, PAUSE))).toEqual([RID + 3]);
  });

  it('waits a little where nobody tells what has left', () => {
    const play = online(MONGOOSE, { uploads: false });
    play.later(1000);
    play.send(message('a'));
    play.tell(pausing);
    expect(ridsOf(play.tell(park()))).toEqual([]);
    expect(ridsOf(play.later(19))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([RID + 3]);
  });

  it('comes after what has to be sent again', () => {
    const play = online(MONGOOSE);
    fails(play, POLL);
    play.tell(pausing);
    play.tell(park());
    expect(ridsOf(play.later(2_000))).toEqual([POLL]);
    expect(ridsOf(uploaded(play, POLL))).toEqual([]);
    expect(ridsOf(play.later(20))).toEqual([PAUSE]);
  });

  it('is sent again, unchanged, when it broke', () => {
    const play = parked();
    const [first] = play.all('post').filter(({ rid }) => rid === PAUSE);
    answer(play, POLL);
    fails(play, PAUSE);
    expect(play.state().stalled).toBe(false);
    expect(posts(play.later(2_000))).toEqual([like({ rid: PAUSE, attempt: 2, body: first?.body })]);
  });

  it('needs no answer: that to a later one says that it has been processed', () => {
    const play = parked();
    uploaded(play, PAUSE);
    answer(play, POLL);
    expect(ridsOf(play.tell(resuming))).toEqual([PAUSE + 1]);
    uploaded(play, PAUSE + 1);
    const effects = answer(play, PAUSE + 1, body(message('in')));
    expect(effects).toContainEqual(like({ type: 'settle', rid: PAUSE }));
    expect(play.state()).toMatchObject({ done: PAUSE + 1, flights: [{ rid: PAUSE + 2 }] });
    expect(answer(play, PAUSE, body(message('late')))).toEqual([]);
  });

  it('takes no place in the window while it is not answered', () => {
    const play = parked();
    uploaded(play, PAUSE);
    answer(play, POLL);
    play.tell(resuming);
    uploaded(play, PAUSE + 1);
    expect(ridsOf(play.send(message('a')))).toEqual([PAUSE + 2]);
  });

  it('whose answer never comes is no sign of trouble', () => {
    const play = parked();
    uploaded(play, PAUSE);
    answer(play, POLL);
    play.until(115_000);
    uploaded(play, PAUSE + 1);
    play.until(125_000);
    const effects = fails(play, PAUSE, 'timeout');
    expect(effects).toEqual([]);
    expect(play.state()).toMatchObject({ phase: 'open', stalled: false });
  });

  it('is no verdict when the server does not remember it', () => {
    const play = attached(restored({ r: RID, k: 'pause' }));
    play.tell({ type: 'probe', element: ping });
    answer(play, RID, terminate('item-not-found'));
    expect(play.state()).toMatchObject({ phase: 'open', flights: [{ rid: RID + 1, kind: 'probe' }] });
    expect(answer(play, RID + 1, body(PONG))).toContainEqual(like({ type: 'seen', probed: true }));
  });

  it('is the end when the server refuses it', () => {
    const play = parked();
    answer(play, PAUSE, terminate('policy-violation'));
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'policy-violation' }) })]);
  });
});

describe('a parked session', () => {
  it('asks for nothing until its time is nearly over, then once', () => {
    const play = parked();
    uploaded(play, PAUSE);
    answer(play, POLL);
    answer(play, PAUSE);
    expect(ridsOf(play.until(114_999))).toEqual([]);
    expect(ridsOf(play.until(115_000))).toEqual([PAUSE + 1]);
    uploaded(play, PAUSE + 1);
    expect(ridsOf(play.until(160_000))).toEqual([]);
  });

  it('asks then also when the pause itself was never answered, once that has left', () => {
    const play = parked();
    answer(play, POLL);
    expect(ridsOf(play.until(116_000))).toEqual([]);
    expect(ridsOf(uploaded(play, PAUSE))).toEqual([PAUSE + 1]);
  });

  it('is given up only when it must have expired', () => {
    const play = parked();
    uploaded(play, PAUSE);
    answer(play, POLL);
    answer(play, PAUSE);
    play.tell(resuming);
    const next = PAUSE + 1;
    for (let ms = 1_000; ms < 124_000; ms += 1_000) {
      play.until(ms);
      if (play.state().flights.some(({ phase }) => phase === 'posted')) fails(play, next);
      expect(play.state().phase).toBe('open');
    }
    play.until(160_000);
    fails(play, next);
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'expired' }) })]);
  });

  it('is online as before', () => {
    expect(parked().state()).toMatchObject({ jid: JID, online: true, paused: true, phase: 'open' });
  });
});
