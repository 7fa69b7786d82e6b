import { readRestored, snapshotOf } from '../../lib/protocol/record.js';
import {
  answer,
  attached,
  body,
  message,
  online,
  opening,
  ping,
  posts,
  RID,
  uploaded,
} from './support/bosh.js';
import { restoredBy } from './support/restored.js';

const ASKED = { ack: true };
const POLL = RID + 1;

const acks = (effects: Parameters<typeof posts>[0]): readonly (string | undefined)[] =>
  posts(effects).map(({ body: text }) => / ack="(\d+)"/.exec(text)?.[1]);

describe('the acknowledgement of answers (case 66)', () => {
  it('is announced by the request that opens the session, if it is asked for', () => {
    expect(acks(opening(ASKED).all('post'))).toEqual(['1']);
    expect(acks(opening().all('post'))).toEqual([undefined]);
  });

  it('names the highest request whose answer and all lower ones are in, and is left out when all are', () => {
    const play = online(undefined, ASKED);
    expect(acks(play.all('post'))).toEqual(['1', undefined]);
    expect(acks(play.send(message('a')))).toEqual([String(POLL - 1)]);
    uploaded(play, POLL + 1);
    // The later one is in first: that says nothing of the earlier one.
    answer(play, POLL + 1);
    answer(play, POLL);
    expect(acks(play.all('post').slice(3))).toEqual([undefined]);
    uploaded(play, POLL + 2);
    expect(acks(play.send(message('b')))).toEqual([String(POLL + 1)]);
  });

  it('is the same when a request is sent again', () => {
    const play = online(undefined, ASKED);
    const [first] = posts(play.send(message('a'))).map((post) => post.body);
    uploaded(play, POLL + 1);
    answer(play, POLL + 1, '', 502);
    expect(posts(play.later(1_000)).map((post) => post.body)).toEqual([first]);
    expect(first).toContain(' ack=');
  });

  it('goes on after a reload, by what the record says', () => {
    const { record, bodies } = snapshotOf(online(undefined, ASKED).state(), '/bosh', 20)!;
    const kept = readRestored(
      JSON.stringify(record),
      (rid) => bodies.get(rid) ?? null,
      () => null,
    );
    expect(kept?.params?.ack).toBe(true);
    const granted = { wait: 60, hold: 1, requests: 2, ver: '1.11' };
    const probed = (ack: object, change: object): readonly (string | undefined)[] => {
      const play = attached(restoredBy({ ...granted, ...ack }, { r: RID, k: 'poll' }), change);
      play.tell({ type: 'probe', element: ping });
      uploaded(play, RID);
      return acks(play.later(1_000).length > 0 ? play.all('post').slice(1) : []);
    };
    expect(probed({ ack: true }, {})).toEqual([String(RID - 1)]);
    expect(probed({}, ASKED)).toEqual([undefined]);
  });

  it('is made of a session of others if the app says that it was opened so', () => {
    const play = attached(undefined, ASKED);
    play.tell({ type: 'probe', element: ping });
    answer(play, RID, body(message('early')));
    expect(play.state().params.ack).toBe(true);
  });

  it('is not made unless asked for', () => {
    const play = online();
    expect(acks(play.send(message('a')))).toEqual([undefined]);
  });
});
