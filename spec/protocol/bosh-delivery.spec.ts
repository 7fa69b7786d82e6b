import { carriersOf, progressBetween, type Progress } from '../../lib/protocol/bosh-delivery.js';
import type { BoshState } from '../../lib/protocol/bosh-state.js';
import type { Play } from './support/player.js';
import { answer, body, fails, message, online, RID, terminate, uploaded } from './support/bosh.js';

const POLL = RID + 1;
const FOUR = 'wait="60" hold="1" requests="4" ver="1.11"';

/** What changes with one act. */
const progress = (play: Play, act: () => unknown): Progress | undefined => {
  const before: BoshState = play.state();
  act();
  return progressBetween(before, play.state());
};

const NONE = { dispatched: [], acknowledged: undefined, ended: false };

describe('what becomes of the stanzas of the app', () => {
  it('dispatched with the request that they are put into', () => {
    const play = online();
    expect(progress(play, () => play.send(message('m1')))).toMatchObject({ dispatched: [POLL + 1] });
    expect(carriersOf(play.state())).toEqual([{ rid: POLL + 1, ids: ['m1'] }]);
  });

  it('also a presence, which needs no id', () => {
    const play = online();
    play.send('<presence xmlns="jabber:client"/>');
    expect(carriersOf(play.state())).toEqual([{ rid: POLL + 1, ids: [''] }]);
  });

  it('acknowledged once every request up to that one is answered in order', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    expect(progress(play, () => answer(play, POLL + 1))).toMatchObject({ acknowledged: undefined });
    expect(progress(play, () => answer(play, POLL))).toMatchObject({ acknowledged: POLL + 1 });
  });

  it('nothing new when a request is only repeated, or nothing at all has happened', () => {
    const play = online();
    play.send(message('m1'));
    expect(progress(play, () => fails(play, POLL + 1))).toEqual(NONE);
    expect(progressBetween(play.state(), play.state())).toBeUndefined();
  });

  it('an empty request carries nothing', () => {
    const play = online();
    const made = progress(play, () => answer(play, POLL));
    expect(made).toMatchObject({ dispatched: [], acknowledged: POLL });
    expect(carriersOf(play.state())).toEqual([]);
  });

  it('not acknowledged by "not any more" alone, but by the next proof that the session lives', () => {
    const play = online(FOUR);
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    play.send(message('m2'));
    uploaded(play, POLL + 2);
    answer(play, POLL);
    fails(play, POLL + 1);
    play.until(play.now() + 5_000);
    const gone = progress(play, () => answer(play, POLL + 1, terminate('item-not-found')));
    expect(gone).toMatchObject({ acknowledged: undefined, ended: false });
    expect(progress(play, () => answer(play, POLL + 2, body()))).toMatchObject({ acknowledged: POLL + 2 });
  });

  it('at the end: acknowledged as far as the server has answered, no more', () => {
    const play = online(FOUR);
    for (const id of ['m1', 'm2', 'm3']) {
      play.send(message(id));
      uploaded(play, play.state().rid - 1);
    }
    answer(play, POLL + 2);
    const ended = progress(play, () => answer(play, POLL, terminate('internal-server-error')));
    expect(ended).toMatchObject({ acknowledged: POLL + 2, ended: true });
  });

  it.each([
    ['with the goodbye, whichever request says so', terminate(), (rid: number) => rid],
    [
      'with the goodbye of a server that names another request',
      terminate('other-request'),
      (rid: number) => rid,
    ],
  ])('acknowledged altogether %s', (_, text, expected) => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    play.tell({ type: 'terminate', elements: [], upTo: 0 });
    const goodbye = play.state().rid - 1;
    expect(progress(play, () => answer(play, POLL, text))).toMatchObject({
      acknowledged: expected(goodbye),
      ended: true,
    });
  });

  it('not when the session ends for another reason while the goodbye is under way', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    play.tell({ type: 'terminate', elements: [], upTo: 0 });
    const ended = progress(play, () => answer(play, POLL, terminate('internal-server-error')));
    expect(ended).toEqual({ ...NONE, ended: true });
  });
});
