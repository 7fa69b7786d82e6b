import {
  answer,
  attached,
  body,
  containing,
  fails,
  like,
  message,
  online,
  opening,
  ping,
  RID,
  ridsOf,
  terminate,
  uploaded,
} from './support/bosh.js';

const POLL = RID + 1;
const EXPIRY = (60 + 30 + 5) * 1000;

const errorOf = (condition: string) => [like({ error: like({ condition }) })];

describe('a session whose server is out of reach', () => {
  it('is tried once more when the clock has jumped past its end, and goes on if it lives', () => {
    const play = online();
    play.until(200_000);
    expect(ridsOf(fails(play, POLL))).toEqual([POLL]);
    answer(play, POLL, body(message('m')));
    expect(play.given).toHaveLength(1);
  });

  it('has expired when that fails too', () => {
    const play = online();
    play.until(200_000);
    fails(play, POLL);
    play.later(200);
    fails(play, POLL);
    expect(play.all('closed')).toEqual(errorOf('expired'));
  });

  it.each([
    ['the server', terminate('item-not-found'), 200],
    ['HTTP', '', 404],
  ])('has expired when %s does not know it any more', (_, text, status) => {
    const play = online();
    play.until(200_000);
    fails(play, POLL);
    play.later(200);
    answer(play, POLL, text, status);
    answer(play, POLL, text, status);
    expect(play.all('closed')).toEqual([
      like({ error: like({ condition: 'expired', cause: like({ condition: 'item-not-found' }) }) }),
    ]);
  });

  it('is not said to have expired when the server gives it up before it must', () => {
    const play = online();
    play.until(30_000);
    answer(play, POLL, terminate('item-not-found'));
    expect(play.all('closed')).toEqual(errorOf('item-not-found'));
  });

  it('has its last attempt no later than at its end, whatever Retry-After says', () => {
    const play = online();
    answer(play, POLL, '', 503, 3_600_000);
    expect(play.state().wakeAt).toBe(EXPIRY);
    expect(ridsOf(play.until(EXPIRY))).toEqual([POLL]);
    fails(play, POLL);
    expect(play.all('closed')).toEqual(errorOf('expired'));
  });
});

describe('somebody else who says when to send again', () => {
  const patient = () => online(undefined, { patient: true });

  it('is told why, how often, and what would be done otherwise', () => {
    const play = patient();
    fails(play, POLL);
    expect(play.all('backOff')).toEqual([
      {
        type: 'backOff',
        failure: {
          error: like({ kind: 'network' }),
          attempt: 1,
          delayMs: expect.any(Number) as number,
          expiresAt: EXPIRY,
        },
      },
    ]);
    expect(play.all('backOff')[0]?.failure.delayMs).toBeGreaterThanOrEqual(100);
    expect(ridsOf(play.later(10_000))).toEqual([]);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([POLL]);
    answer(play, POLL, '', 503, 7_000);
    expect(play.all('backOff')[1]?.failure).toMatchObject({ attempt: 2, delayMs: 7_000 });
  });

  it('can give up', () => {
    const play = patient();
    fails(play, POLL);
    const { error } = play.all('backOff')[0]!.failure;
    play.tell({ type: 'givenUp', error });
    expect(play.all('closed')).toEqual([like({ error })]);
  });

  it('can not hold back the last attempt', () => {
    const play = patient();
    fails(play, POLL);
    expect(ridsOf(play.until(EXPIRY - 1))).toEqual([]);
    expect(ridsOf(play.later(1))).toEqual([POLL]);
  });

  it('decides on the creation too, which has no end of its own', () => {
    const play = opening({ patient: true });
    fails(play, RID);
    expect(play.all('backOff')[0]?.failure).toMatchObject({ attempt: 1, expiresAt: undefined });
    expect(play.state().wakeAt).toBeUndefined();
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([2000]);
  });
});

describe('a word that the network has changed', () => {
  it('makes what should have been answered long ago go again', () => {
    const play = online();
    play.until(65_000);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([]);
    play.until(65_001);
    expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([POLL]);
  });

  it('makes everything go again that was under way in the network before, lowest first', () => {
    const play = online();
    play.send(message('m'));
    uploaded(play, POLL + 1);
    expect(ridsOf(play.tell({ type: 'retry', anew: true }))).toEqual([POLL]);
    expect(ridsOf(play.later(250))).toEqual([POLL + 1]);
    expect(play.all('post').at(-1)).toMatchObject({ attempt: 2, body: containing('id="m"') });
  });

  it('does not disturb an opening, nor what has been answered', () => {
    const play = opening();
    expect(play.tell({ type: 'retry', anew: true })).toEqual([]);
    const busy = online();
    busy.send(message('m'));
    answer(busy, POLL + 1);
    expect(ridsOf(busy.tell({ type: 'retry', anew: true }))).toEqual([POLL]);
    expect(ridsOf(busy.later(1_000))).toEqual([]);
  });

  it('is heard while an attach is being proven', () => {
    const play = attached();
    play.tell({ type: 'probe', element: ping });
    expect(ridsOf(play.tell({ type: 'retry', anew: true }))).toEqual([RID]);
  });
});
