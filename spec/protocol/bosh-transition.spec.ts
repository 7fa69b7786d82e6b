import { creating } from '../../lib/protocol/bosh-open.js';
import type { BoshState, Flight } from '../../lib/protocol/bosh-state.js';
import { chain, changeFlight, isSilenced, to } from '../../lib/protocol/bosh-transition.js';
import { settings } from './support/bosh.js';

const state = creating(settings, 0);
const ready = { type: 'ready' } as const;
const stalled = { type: 'stalled', stalled: true } as const;
const flight = (rid: number): Flight => ({
  ...{ rid, kind: 'poll', body: '', sent: 1, phase: 'posted', since: 0, suspect: false },
});

it('chains transitions: the last state, the effects of all', () => {
  const next = (now: BoshState) => to({ ...now, rid: now.rid + 1 }, stalled);
  expect(chain(to(state, ready), next)).toEqual({
    state: { ...state, rid: state.rid + 1 },
    effects: [ready, stalled],
  });
  expect(chain(to(state), next).effects).toEqual([stalled]);
});

it('changes one flight', () => {
  const flights = [flight(1), flight(2)];
  expect(changeFlight({ ...state, flights }, 2, { phase: 'uploaded' }).flights).toEqual([
    flight(1),
    { ...flight(2), phase: 'uploaded' },
  ]);
});

it.each([
  [true, { paused: true, online: true, phase: 'open' }],
  [false, { paused: false, online: true, phase: 'open' }],
  [false, { paused: true, online: false, phase: 'open' }],
  [false, { paused: true, online: true, phase: 'closing' }],
] as const)('silence is %s for %j', (silenced, change) =>
  expect(isSilenced({ ...state, ...change })).toBe(silenced),
);
