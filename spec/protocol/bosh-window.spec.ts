import { restored } from './support/restored.js';
import {
  answer,
  attached,
  body,
  containing,
  fails,
  JID,
  message,
  online,
  opened,
  posts,
  RID,
  ridsOf,
  uploaded,
} from './support/bosh.js';

const POLL = RID + 1;

it('says that the session is ready before anything is given out', () => {
  const play = opened();
  expect(play.tell({ type: 'online', jid: JID, polling: true }).map(({ type }) => type)).toEqual([
    'ready',
    'post',
  ]);
  expect(play.state()).toMatchObject({ online: true, dispatching: true, jid: JID });
});

describe('an answer that is settled', () => {
  it('is journaled with its text until all its children are handled', () => {
    const play = online(undefined, {}, { handles: false });
    const text = body(message('a') + message('b'));
    play.tell({ type: 'handled', ref: { rid: RID, index: 0 } });
    answer(play, POLL, text);
    expect(play.state().done).toBe(POLL);
    expect(play.state().inbox).toMatchObject([{ rid: POLL, text, next: 0, given: 2, restoredAt: undefined }]);
    play.tell({ type: 'handled', ref: { rid: POLL, index: 0 } });
    expect(play.state().inbox).toMatchObject([{ rid: POLL, next: 1 }]);
    play.tell({ type: 'handled', ref: { rid: 1, index: 0 } });
    expect(play.state().inbox).toHaveLength(1);
    play.tell({ type: 'handled', ref: { rid: POLL, index: 1 } });
    expect(play.state().inbox).toEqual([]);
  });

  it('waits with others in rid order, where nothing may be given out yet', () => {
    const play = attached(restored({ r: RID, k: 'data' }, { r: RID + 1, k: 'poll' }));
    play.later(250);
    answer(play, RID + 1, body(message('c')));
    answer(play, RID, body(message('a') + message('b')));
    expect(play.state().inbox.map(({ rid }) => rid)).toEqual([RID, RID + 1]);
    play.tell({ type: 'online', jid: JID, polling: true });
    expect(play.given.map(({ xml }) => xml)).toEqual([message('a'), message('b'), message('c')]);
  });

  it('goes on behind the children that a page before has handled, where the server had to repeat it', () => {
    const play = attached(restored({ r: RID, k: 'data', c: 1 }, { r: RID + 1, k: 'poll', c: 2 }));
    play.later(250);
    play.tell({ type: 'online', jid: JID, polling: true });
    answer(play, RID, body(message('a') + message('b') + message('c')));
    answer(play, RID + 1, body(message('d') + message('e')));
    expect(play.given).toMatchObject([
      { xml: message('b'), index: 1, redelivered: true },
      { xml: message('c'), index: 2, redelivered: false },
    ]);
    expect(play.state().inbox).toEqual([]);
  });

  it('is not journaled when it is empty', () => {
    const play = online();
    answer(play, POLL);
    expect(play.state()).toMatchObject({ done: POLL, inbox: [] });
  });
});

describe('what waits in the queue', () => {
  it('leaves up to the number released', () => {
    const play = online();
    play.queued(message('m1'), message('m2'), message('m3'));
    const [take, post] = play.tell({ type: 'released', upTo: 2 });
    expect(take).toMatchObject({ type: 'take', upTo: 2 });
    expect(post).toMatchObject({ type: 'post', body: containing(`${message('m1')}${message('m2')}`) });
    expect(play.queue()).toEqual([{ n: 3, xml: message('m3') }]);
    expect(play.state()).toMatchObject({ moved: 2, released: 2, taking: false });
  });

  it('is not called back by a lower number', () => {
    const play = online();
    play.send(message('m1'));
    play.queued(message('m2'));
    play.tell({ type: 'released', upTo: 0 });
    expect(play.state().released).toBe(1);
  });

  it('is committed in its body before the body leaves', () => {
    const commits: unknown[] = [];
    const play = online(
      undefined,
      {},
      { commit: (state) => commits.push({ moved: state.moved, rid: state.rid }) > 0 },
    );
    commits.length = 0;
    const [, post] = play.send(message('m1'));
    expect(post).toMatchObject({ type: 'post', rid: POLL + 1 });
    expect(commits).toEqual([
      { moved: 0, rid: POLL + 1 },
      { moved: 1, rid: POLL + 2 },
    ]);
  });

  it('stays until the session is online', () => {
    const play = opened();
    expect(play.send(message('m1'))).toEqual([]);
    expect(posts(play.tell({ type: 'online', jid: JID, polling: true }))[0]?.body).toContain('m1');
  });
});

describe('what comes late', () => {
  it('changes nothing: a failure of an earlier attempt, of no request, or after the answer', () => {
    const play = online();
    play.send(message('m1'));
    uploaded(play, POLL + 1);
    answer(play, POLL + 1);
    const before = play.state();
    fails(play, POLL + 1);
    fails(play, 1);
    expect(play.state()).toEqual(before);
  });

  it('is an upload that was done after its answer', () => {
    const play = online();
    play.send(message('m1'));
    answer(play, POLL + 1);
    const before = play.state();
    uploaded(play, POLL + 1);
    expect(play.state()).toEqual(before);
  });
});

it('hears that the network is back when nothing waits for it', () => {
  const play = online();
  expect(ridsOf(play.tell({ type: 'retry' }))).toEqual([]);
  fails(play, POLL);
  expect(ridsOf(play.later(60_000))).toEqual([POLL]);
});
