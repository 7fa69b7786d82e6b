import {
  answer,
  attached,
  body,
  fails,
  JID,
  message,
  online,
  opened,
  opening,
  creation,
  ping,
  PONG,
  RID,
  ridsOf,
  uploaded,
} from './support/bosh.js';
import type { Play } from './support/player.js';
import { restored } from './support/restored.js';

const POLL = RID + 1;

/** Lets a server answer every request at once with nothing, for so long; gives back how many requests that made. */
const storm = (play: Play, ms: number): number => {
  const before = play.all('post').length;
  const end = play.now() + ms;
  const open = (): number => play.all('post').at(-1)!.rid;
  while (play.now() < end) {
    answer(play, open());
    const { wakeAt } = play.state();
    if (wakeAt !== undefined) play.until(Math.min(end, wakeAt));
    // Without a wish to wait it must have asked again.
    else if (!play.state().flights.some(({ answer }) => !answer)) throw new Error('it has given up');
  }
  return play.all('post').length - before;
};

describe('a server that answers empty requests at once with nothing', () => {
  it('gets at most 130 requests in ten minutes, and fewer than 30 in the first two', () => {
    const play = online();
    const begun = storm(play, 120_000);
    expect(begun).toBeGreaterThan(20);
    expect(begun).toBeLessThan(30);
    expect(begun + storm(play, 480_000)).toBeLessThanOrEqual(130);
  });

  it('gets the first two of them back at once, the next after 200 ms', () => {
    const play = online();
    expect(ridsOf(answer(play, POLL))).toEqual([POLL + 1]);
    expect(ridsOf(answer(play, POLL + 1))).toEqual([POLL + 2]);
    expect(ridsOf(answer(play, POLL + 2))).toEqual([]);
    expect(ridsOf(play.later(199))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 3]);
    answer(play, POLL + 3);
    expect(play.state().wakeAt).toBe(play.now() + 400);
  });

  it.each([
    ['says something', 0, message('m')],
    ['has held a request for a second', 1_000, ''],
  ])('is trusted again once it %s', (_, ms, said) => {
    const play = online();
    storm(play, 2_000);
    const last = play.all('post').at(-1)!.rid;
    play.until(play.state().wakeAt ?? play.now());
    const [held] = play.all('post').slice(-1);
    expect(held!.rid).toBeGreaterThanOrEqual(last);
    play.later(ms);
    expect(ridsOf(answer(play, held!.rid, body(said)))).toEqual([held!.rid + 1]);
  });

  it('does not keep stanzas from leaving', () => {
    const play = online();
    storm(play, 30_000);
    expect(ridsOf(play.send(message('m')))).toHaveLength(1);
  });

  it('gets no storm during a login either', () => {
    const play = opening();
    answer(play, RID, creation(undefined, ''));
    expect(storm(play, 120_000)).toBeLessThan(30);
  });

  it('is not suspected when it releases a request because another one came', () => {
    const play = online();
    for (let rid = POLL; rid < POLL + 10; rid += 1) {
      play.send(message(`m${rid}`));
      answer(play, rid);
      uploaded(play, rid + 1);
    }
    expect(play.state().quick).toBe(0);
  });

  it('is given the time that a polling session needs anyway', () => {
    const play = opened('wait="0" hold="0" requests="1" polling="4" inactivity="30"');
    play.tell({ type: 'online', jid: 'user@example.com/here', polling: true });
    answer(play, POLL);
    expect(play.state().wakeAt).toBe(play.now() + 4_000);
  });
});

describe('a proxy that cuts requests off', () => {
  /** The held request is cut off after so long, and sent again. */
  const cut = (play: Play, ms: number, rid = POLL): void => {
    play.later(ms);
    fails(play, rid);
    play.until(play.state().wakeAt!);
    uploaded(play, rid);
  };

  it('twice after the same time is not waited for again: the request is released before', () => {
    const play = online();
    cut(play, 30_000);
    cut(play, 30_200);
    expect(ridsOf(play.later(23_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
    expect(ridsOf(answer(play, POLL))).toEqual([]);
    uploaded(play, POLL + 1);
    expect(ridsOf(play.later(23_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 2]);
  });

  it('is not waited for by a page that has taken the session up either', () => {
    const play = attached(restored({ r: POLL, k: 'poll' }));
    play.tell({ type: 'probe', element: ping, again: true });
    answer(play, POLL);
    answer(play, POLL + 1, body(PONG));
    expect(ridsOf(play.tell({ type: 'online', jid: JID, polling: true }))).toEqual([POLL + 2]);
    uploaded(play, POLL + 2);
    cut(play, 30_000, POLL + 2);
    cut(play, 30_000, POLL + 2);
    expect(ridsOf(play.later(23_999))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 3]);
  });

  it.each([
    ['at different times', 30_000, 20_000],
    ['at once', 100, 100],
    ['after the time that the server may take', 60_000, 60_000],
  ])('%s may be no proxy: nothing changes', (_, first, second) => {
    const play = online();
    cut(play, first);
    cut(play, second);
    expect(ridsOf(play.later(55_000))).toEqual([]);
  });

  it('that has no answer in time is none', () => {
    const play = online();
    for (let times = 0; times < 2; times += 1) {
      play.later(30_000);
      fails(play, POLL, 'timeout');
      play.until(play.state().wakeAt!);
    }
    expect(play.state().releaseMs).toBeUndefined();
  });

  it('does not make it too active for a server that wants 20 s between empty requests', () => {
    const play = online('wait="60" hold="1" requests="2" inactivity="60" polling="20" ver="1.11"');
    cut(play, 10_000);
    cut(play, 10_000);
    expect(ridsOf(play.later(20_499))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
  });

  it('is taken to want 5 s when it says nothing', () => {
    const play = online('wait="60" hold="1" requests="2" inactivity="60" ver="1.11"');
    cut(play, 5_000);
    cut(play, 5_000);
    expect(ridsOf(play.later(5_499))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL + 1]);
  });

  it('leaves a request alone that is broken, or not alone', () => {
    const play = online();
    cut(play, 30_000);
    cut(play, 30_000);
    play.send(message('m'));
    expect(ridsOf(play.later(100))).toEqual([POLL + 1]);
    expect(ridsOf(play.later(24_000))).toEqual([]);
    answer(play, POLL);
    fails(play, POLL + 1);
    expect(play.state().flights).toHaveLength(1);
    expect(play.state().wakeAt).toBeLessThan(play.now() + 1_000);
  });

  it('is forgotten in another network', () => {
    const play = online();
    cut(play, 30_000);
    cut(play, 30_000);
    play.tell({ type: 'retry', anew: true });
    uploaded(play, POLL);
    expect(ridsOf(play.later(50_000))).toEqual([]);
  });

  it('costs no session, however quiet: an hour of it', () => {
    const play = online();
    let heldSince = 0;
    let rid = POLL;
    while (play.now() < 3_600_000) {
      play.until(Math.min(heldSince + 40_000, play.state().wakeAt ?? Infinity));
      const last = play.all('post').at(-1)!;
      if (last.rid > rid) answer(play, rid);
      else {
        fails(play, rid);
        play.until(play.state().wakeAt!);
      }
      ({ rid } = play.all('post').at(-1)!);
      heldSince = play.now();
      uploaded(play, rid);
    }
    expect(play.all('closed')).toEqual([]);
    expect(play.all('post').filter(({ attempt }) => attempt > 1).length).toBeLessThanOrEqual(2);
  });
});
