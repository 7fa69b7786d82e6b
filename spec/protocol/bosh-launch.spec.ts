import { launch, nudge, poll, post } from '../../lib/protocol/bosh-launch.js';
import { attaching } from '../../lib/protocol/bosh-open.js';
import type { BoshState } from '../../lib/protocol/bosh-state.js';
import { RID, settings, TOKENS } from './support/bosh.js';

const open = attaching(settings, TOKENS, { wait: 60, hold: 1, wind: 5 }, undefined, 0);

it('gives a request to the network with its rid, its attempt, and the time that it may take', () => {
  const { state, effects } = launch(open, 'data', '<x/>', 7);
  expect(effects).toEqual([{ type: 'post', rid: RID, attempt: 1, body: '<x/>', timeoutMs: 65_000 }]);
  expect(state).toMatchObject({ rid: RID + 1, flights: [{ rid: RID, sent: 1, phase: 'posted', since: 7 }] });
  const [flight] = state.flights;
  if (!flight) throw new Error('nothing was launched');
  const again = post(state, flight, 9);
  expect(again.effects).toEqual([{ type: 'post', rid: RID, attempt: 2, body: '<x/>', timeoutMs: 65_000 }]);
  expect(again.state).toMatchObject({
    rid: RID + 1,
    flights: [{ rid: RID, sent: 2, phase: 'posted', since: 9 }],
  });
});

it('keeps stanzas back, and nothing else, during a pause', () => {
  const paused: BoshState = { ...open, paused: true, online: true };
  expect(launch(paused, 'data', '<x/>', 7).effects).toEqual([]);
  expect(launch(paused, 'data', '<x/>', 7).state.flights).toMatchObject([{ sent: 0, phase: 'waiting' }]);
  expect(poll(paused, 7).effects).toHaveLength(1);
});

it('asks for a proof once more, once', () => {
  const { state, effects } = nudge({ ...open, spareProbe: '<iq/>' }, '<iq/>', 7);
  expect(effects).toMatchObject([{ rid: RID, body: expect.stringContaining('><iq/></body>') as unknown }]);
  expect(state).toMatchObject({ spareProbe: undefined, probeRid: undefined });
});
