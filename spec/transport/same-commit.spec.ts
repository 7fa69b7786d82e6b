import { creating } from '../../lib/protocol/bosh-open.js';
import type { BoshSettings, BoshState, Flight, Inbound } from '../../lib/protocol/bosh-state.js';
import { change, changed } from '../../lib/protocol/bosh-transition.js';
import { snapshotOf } from '../../lib/protocol/record.js';
import { sameCommit } from '../../lib/transport/same-commit.js';
import { element } from '../../lib/xml/element.js';

const SETTINGS: BoshSettings = {
  ...{ to: 'example.com', lang: 'en', wait: 60, hold: 1, maxBodySize: 1_000, uploads: true },
  ...{ rids: [7], seed: 1, disconnectMs: 1_000 },
};

const flight: Flight = {
  ...{ rid: 7, kind: 'poll', body: '<body rid="7"/>', sent: 1, phase: 'posted', since: 5, suspect: false },
};
const children = [element('message', 'jabber:client'), element('message', 'jabber:client')];
const inbound: Inbound = { text: '<body/>', children, rid: 6, next: 0, given: 1, restoredAt: undefined };

const base = change(creating(SETTINGS, 0), {
  ...{ phase: 'open', jid: 'alice@example.com/home', rid: 8, done: 6 },
  ...{ flights: [flight], inbox: [inbound] },
});

const answer = { text: '<body/>', children: [] };
const withFlight = (changes: Partial<Flight>, more: Partial<BoshState> = {}): BoshState =>
  change(base, { flights: [changed(flight, changes)], ...more });

it.each<readonly [string, BoshState, number]>([
  ['nothing has changed', change(base, {}), 20],
  ['a request has been uploaded', withFlight({ phase: 'uploaded', since: 9 }), 20],
  ['an answer is there that is not settled', withFlight({ answer }, { provenAt: 9 }), 20],
  ['a child is being given', change(base, { inbox: [{ ...inbound, given: 2 }] }), 20],
  ['a child of many is done with', change(base, { inbox: [{ ...inbound, next: 1 }] }), 1],
  ['there is something to be woken for', change(base, { wakeAt: 9, released: 3 }), 20],
])('is the same where %s', (_, after, commitEach) => {
  expect(sameCommit(base, after, commitEach)).toBe(true);
  const kept = { ...snapshotOf(after, '/b', commitEach)?.record, ts: 0 };
  expect(kept).toEqual({ ...snapshotOf(base, '/b', commitEach)?.record, ts: 0 });
});

it.each<readonly [string, Partial<BoshState>]>([
  ['a request is sent again', { flights: [changed(flight, { sent: 2 })] }],
  ['a request has become lighter', { flights: [changed(flight, { body: '<body/>' })] }],
  ['another request is under way', { flights: [changed(flight, { rid: 8 })] }],
  ['a request is settled', { flights: [] }],
  ['a child of few is done with', { inbox: [{ ...inbound, next: 1 }] }],
  ['an answer is dispatched', { inbox: [] }],
  ['another answer is', { inbox: [{ ...inbound, rid: 5 }] }],
  ['the next rid is another', { rid: 9 }],
  ['the JID is another', { jid: 'bob@example.com/home' }],
  ['it is being ended', { phase: 'closing' }],
  ['stanzas have left the queue', { moved: 1 }],
  ['it is paused', { paused: true }],
  ['the server has proven to be there', { provenAt: 9 }],
])('is not the same where %s', (_, changes) => {
  expect(sameCommit(base, change(base, changes), 20)).toBe(false);
});
