import { attaching, creating } from '../../lib/protocol/bosh-open.js';
import { JID, RID, settings, TOKENS } from './support/bosh.js';
import { restored } from './support/restored.js';

const limits = { wait: 50, hold: 3, wind: 5 };

it('a session to be created knows only what it will ask for', () => {
  expect(creating(settings, 77)).toMatchObject({
    ...{
      phase: 'creating',
      rid: RID,
      flights: [],
      jid: undefined,
      online: false,
      dispatching: true,
      retryAt: 77,
    },
    params: { sid: '', wait: 60, hold: 1, requests: 1 },
  });
});

describe('a session to be taken over', () => {
  it('by tokens alone goes on with the next rid, two requests, and the limits given', () => {
    expect(attaching(settings, TOKENS, limits, undefined, 77)).toMatchObject({
      ...{ phase: 'open', jid: JID, rid: RID, done: RID - 1, flights: [], inbox: [], dispatching: false },
      ...{ paused: false, moved: 0, released: 0, provenAt: 77 },
      params: { sid: 's1', wait: 50, hold: 3, requests: 2 },
    });
  });

  it.each([
    [5, 2],
    [2, 2],
    [1, 1],
    [0, 1],
  ])('with a range of %d rids has at most %d requests open', (wind, requests) => {
    expect(attaching(settings, TOKENS, { ...limits, wind }, undefined, 0).params.requests).toBe(requests);
  });

  it('by what was kept goes on with all of that (case 85)', () => {
    const kept = restored({ r: RID - 2, k: 'poll' }, { r: RID - 1, k: 'data' });
    const state = attaching(settings, TOKENS, limits, { ...kept, paused: true, moved: 9 }, 77);
    expect(state).toMatchObject({ rid: RID, done: RID - 3, paused: true, moved: 9, released: 9 });
    expect(state.flights).toBe(kept.flights);
    expect(state.params).toMatchObject({
      sid: 's1',
      wait: 60,
      hold: 1,
      requests: 2,
      inactivity: 30,
      ver: '1.11',
    });
  });

  it('with parameters that were not kept has the usual ones', () => {
    const kept = { ...restored({ r: RID - 1, k: 'poll' }), params: undefined };
    expect(attaching(settings, TOKENS, limits, kept, 0).params).toEqual({
      sid: 's1',
      wait: 50,
      hold: 3,
      requests: 2,
    });
  });
});
