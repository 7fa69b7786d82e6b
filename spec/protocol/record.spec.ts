import fc from 'fast-check';
import { attaching } from '../../lib/protocol/bosh-open.js';
import type { BoshState } from '../../lib/protocol/bosh-state.js';
import { readRestored, readTokens, type Snapshot, snapshotOf } from '../../lib/protocol/record.js';
import { acts, worldOptions } from './support/arbitraries.js';
import {
  answer,
  body,
  bye,
  JID,
  message,
  online,
  opened,
  RID,
  settings,
  TOKENS,
  uploaded,
} from './support/bosh.js';
import { play } from './support/player.js';
import { bodyOf } from './support/restored.js';
import { createWorld } from './support/world.js';

const POLL = RID + 1;
const snapshot = (state: BoshState, commitEach = 20): Snapshot => {
  const kept = snapshotOf(state, '/bosh', commitEach);
  if (!kept) throw new Error('nothing is kept');
  return kept;
};
const restore = ({ record, bodies, answers }: Snapshot, text = JSON.stringify(record)) =>
  readRestored(
    text,
    (rid) => bodies.get(rid) ?? null,
    (rid) => answers.get(rid) ?? null,
  );

/** A session with all that can be kept: two unanswered requests, and two answers that are not handled yet. */
const full = () => {
  const session = online(undefined, {}, { handles: false });
  session.tell({ type: 'handled', ref: { rid: RID, index: 0 } });
  answer(session, POLL, body(message('a') + message('b')));
  session.tell({ type: 'handled', ref: { rid: POLL, index: 0 } });
  uploaded(session, POLL + 1);
  session.send(message('m1'));
  return session;
};

describe('what is kept', () => {
  it('can be read by Strophe.js, and says the rest beside it (case 82)', () => {
    const session = full();
    session.tell({ type: 'paused', paused: true });
    const { record, bodies, answers } = snapshot(session.state());
    expect(record).toEqual({
      ...{ jid: JID, sid: 's1', rid: POLL + 3, v: 2, gen: 0, url: '/bosh', ts: 0, st: 'open' },
      ...{ wait: 60, hold: 1, requests: 2, inactivity: 30, polling: 5, ver: '1.11' },
      fl: [
        { r: POLL + 1, k: 'poll', n: 1 },
        { r: POLL + 2, k: 'data', n: 1 },
      ],
      ...{ q: 1, paused: true, inb: [{ r: POLL, c: 1 }], done: POLL },
    });
    expect([...bodies.keys()]).toEqual([POLL + 1, POLL + 2]);
    expect(bodies.get(POLL + 2)).toContain('m1');
    expect([...answers]).toEqual([[POLL, body(message('a') + message('b'))]]);
    expect(JSON.stringify(record).length).toBeLessThan(1_000);
  });

  it('marks long answers as dispatched only as a whole', () => {
    expect(snapshot(full().state(), 1).record.inb).toEqual([{ r: POLL, c: 0 }]);
    expect(snapshot(full().state(), 2).record.inb).toEqual([{ r: POLL, c: 1 }]);
  });

  it('says that a goodbye is being said', () => {
    const session = online();
    session.tell({ type: 'terminate', elements: [bye], upTo: 0 });
    const kept = snapshot(session.state());
    expect(kept.record).toMatchObject({ st: 'closing', fl: [{ k: 'poll' }, { k: 'terminate' }] });
    expect(restore(kept)).toMatchObject({
      closing: true,
      flights: [{ kind: 'poll' }, { kind: 'terminate' }],
    });
  });

  it('is nothing before there is a full JID (case 81), and after the end', () => {
    expect(snapshotOf(opened().state(), '/bosh', 20)).toBeUndefined();
    const session = online();
    session.tell({ type: 'detach' });
    expect(snapshotOf(session.state(), '/bosh', 20)).toBeUndefined();
  });
});

describe('tokens', () => {
  it.each([
    ['of Strophe.js', { jid: JID, sid: 's1', rid: RID }, TOKENS],
    ['with a rid kept as text', { jid: JID, sid: 's1', rid: '1000' }, TOKENS],
    ['of a newer version', { v: 99, jid: JID, sid: 's1', rid: RID, x: 1 }, TOKENS],
  ])('%s are read (cases 82, 83)', (_, value, tokens) => {
    expect(readTokens(JSON.stringify(value))).toEqual(tokens);
    expect(
      readRestored(
        JSON.stringify(value),
        () => null,
        () => null,
      ),
    ).toBeUndefined();
  });

  it.each([
    ...[null, '', 'null', '[]', '"x"', '{', '{}', '7'],
    ...[
      { sid: 's', rid: 1 },
      { jid: 'j', rid: 1 },
      { jid: 'j', sid: 's' },
    ].map((value) => JSON.stringify(value)),
    ...[0, -1, 1.5, 2 ** 53, true, null, '0x10', '-1', '', '12345678901234567', [1], {}].map((rid) =>
      JSON.stringify({ jid: 'j', sid: 's', rid }),
    ),
    ...['', 1, null, ['j']].flatMap((bad) =>
      [
        { jid: bad, sid: 's', rid: 1 },
        { jid: 'j', sid: bad, rid: 1 },
      ].map((value) => JSON.stringify(value)),
    ),
  ])('can not be read from %s (case 83)', (text) => {
    expect(readTokens(text)).toBeUndefined();
    expect(
      readRestored(
        text,
        () => '<body/>',
        () => null,
      ),
    ).toBeUndefined();
  });
});

describe('a damaged record', () => {
  const kept = snapshot(full().state());
  const changed = (change: object) => restore(kept, JSON.stringify({ ...kept.record, ...change }));
  const flight = { r: POLL + 2, k: 'data', n: 1 };

  it.each([
    ['no list', 'x'],
    ['no object in it', [1]],
    ['a gap to the next rid', [{ ...flight, r: POLL + 1 }]],
    ['no count', [{ ...flight, n: -1 }]],
    ['an unknown kind', [{ ...flight, k: 'nap' }]],
    ['a creation', [{ ...flight, k: 'create' }]],
    ['a request without its body', [{ ...flight, r: POLL }, { ...flight, r: POLL + 1 }, flight]],
    ['too many', Array.from({ length: 17 }, (_, i) => ({ ...flight, r: POLL - 14 + i }))],
  ])('with %s of requests leaves the tokens alone', (_, fl) => {
    expect(changed({ fl })).toBeUndefined();
    expect(changed({ fl: [flight] })).toBeDefined();
  });

  it.each([
    ['is no body', '<body', '<message/>'],
    ['is that of another session', 'sid="s1"', 'sid="s2"'],
    ['is that of another request', `rid="${POLL + 2}"`, `rid="${POLL + 3}"`],
    ['names no session', 'sid="s1"', ''],
  ])('whose kept request %s leaves the tokens alone', (_, from, to) => {
    const bodies = new Map([...kept.bodies].map(([rid, text]) => [rid, text.replace(from, to)]));
    expect(restore(kept)).toBeDefined();
    expect(restore({ ...kept, bodies })).toBeUndefined();
  });

  it('has no request ids below 1', () => {
    const fl = [
      { r: 0, k: 'poll', n: 1 },
      { r: 1, k: 'poll', n: 1 },
    ];
    const own = (rid: number): string => bodyOf({ r: rid, k: 'poll' });
    expect(readRestored(JSON.stringify({ ...kept.record, rid: 2, fl }), own, () => null)).toBeUndefined();
    expect(
      readRestored(JSON.stringify({ ...kept.record, rid: 2, fl: fl.slice(1) }), own, () => null),
    ).toBeDefined();
  });

  it.each([
    ['no list', 'x'],
    ['no object', [null]],
    ['no rid', [{ c: 0 }]],
    ['no cursor', [{ r: POLL }]],
    ['a cursor beyond the end', [{ r: POLL, c: 2 }]],
    ['an answer whose text is gone', [{ r: 1, c: 0 }]],
  ])('with %s of answers goes on without them', (_, inb) => expect(changed({ inb })?.inbox).toEqual([]));

  it.each([{ wait: null }, { hold: '1' }, { requests: 0 }, { requests: undefined }])(
    'with %j goes on without any parameters',
    (change) => expect(changed(change)?.params).toBeUndefined(),
  );

  it('goes on without what can be missed', () => {
    const gone = {
      inactivity: 'x',
      polling: -1,
      maxpause: 1.5,
      ver: 7,
      paused: 'yes',
      q: null,
      ts: '1',
      gen: {},
      st: 1,
    };
    expect(changed(gone)).toMatchObject({
      params: { sid: 's1', wait: 60, hold: 1, requests: 2, inactivity: undefined, ver: undefined },
      ...{ paused: false, moved: 0, ts: undefined, gen: 0, closing: false },
    });
  });
});

describe('whatever a session has been through', () => {
  const limits = { wait: 1, hold: 1, wind: 5 };

  it('a page that takes it over keeps the same again', () => {
    fc.assert(
      fc.property(worldOptions(30), acts(false), fc.nat(3_000), (options, acts, more) => {
        const world = createWorld(options);
        world.open();
        for (const { after, what } of acts) {
          world.later(after);
          world.act(what);
        }
        world.later(more);
        const state = world.page()?.state();
        if (!state || state.phase === 'closed') return;
        const kept = snapshot(state);
        const tokens = readTokens(JSON.stringify(kept.record));
        const restored = restore(kept);
        if (!tokens || !restored) throw new Error('can not be restored');
        const next = attaching(state.settings, tokens, limits, restored, world.now());
        const { ts, ...again } = snapshot(next).record;
        expect(again).toEqual({ ...kept.record, ts: undefined });
        expect(ts).toBe(world.now());
        expect(snapshot(next).bodies).toEqual(kept.bodies);
        expect(snapshot(next).answers).toEqual(kept.answers);
        expect(next.dispatching).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  const kept = snapshot(full().state());
  const whole = JSON.stringify(kept.record);
  const edits = fc.array(
    fc.tuple(fc.nat(whole.length), fc.nat(3), fc.constantFrom('', '"', '{', '}', ',', '0', '-', 'é', '[')),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const cut = edits.map((all) =>
    all.reduce((text, [at, length, by]) => text.slice(0, at) + by + text.slice(at + length), whole),
  );
  const swapped = fc
    .dictionary(fc.constantFrom(...Object.keys(kept.record)), fc.jsonValue(), { minKeys: 1 })
    .map((change) => JSON.stringify({ ...kept.record, ...change }));

  it('a damaged record throws nothing, and yields no tokens that are not in it (case 83)', () => {
    fc.assert(
      fc.property(fc.oneof(cut, swapped, fc.json(), fc.string()), (text) => {
        const tokens = readTokens(text);
        const restored = restore(kept, text);
        if (!tokens) {
          expect(restored).toBeUndefined();
          return;
        }
        const { jid, sid, rid } = JSON.parse(text) as Record<string, unknown>;
        expect({ ...tokens }).toEqual({ jid, sid, rid: Number(rid) });
        expect(Number.isSafeInteger(tokens.rid) && tokens.rid > 0).toBe(true);
        const bodies = [...kept.bodies.values()];
        expect(
          restored?.flights.every((flight) => flight.rid > 0 && bodies.includes(flight.body)) ?? true,
        ).toBe(true);
        const page = play(attaching(settings, tokens, limits, restored, 0));
        page.tell({ type: 'wake' });
        expect(page.all('post').every((post) => bodies.includes(post.body))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
