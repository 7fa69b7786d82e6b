import fc from 'fast-check';
import { AuthError } from '../../lib/protocol/errors.js';
import * as NS from '../../lib/protocol/ns.js';
import { newSession, stepSession } from '../../lib/protocol/session.js';
import type { Plan, SessionEffect, SessionEvent } from '../../lib/protocol/session-state.js';
import { isRequest } from '../../lib/protocol/stanza.js';
import type { XmlElement } from '../../lib/xml/element.js';
import { parse } from '../../lib/xml/parse.js';
import { bye, message, PONG } from './support/bosh.js';
import {
  attach,
  bindFeatures,
  bound,
  broken,
  challenge,
  login,
  mechanisms,
  refusal,
  saslFailure,
  success,
} from './support/session.js';

const QUERY = '<query xmlns="urn:x"/>';
const SESSION = '<session xmlns="urn:ietf:params:xml:ns:xmpp-session"/>';
const iq = (type: string, id: string): string =>
  `<iq xmlns="jabber:client" type="${type}" id="${id}" from="a@b/c">${QUERY}</iq>`;

/** What a server may say, in the order of a login. */
const LOGIN = [mechanisms('PLAIN'), success(), bindFeatures(), bound()];
const ANYTHING = [
  ...LOGIN,
  ...[mechanisms('SCRAM-SHA-1'), mechanisms('X'), bindFeatures(SESSION), '<stream:features/>'],
  ...[challenge('cj0x'), challenge(''), success('AAAA'), saslFailure('aborted'), '<x xmlns="urn:x"/>'],
  ...[
    bound('bare@jid'),
    refusal('b1'),
    refusal('b1-s'),
    iq('result', 'b1-s'),
    PONG,
    PONG.replace('/>', ' to="x@y/z"/>'),
  ],
  ...[message('m'), iq('get', 'q'), iq('set', 'q'), iq('result', 'q'), '<stream:error/>'],
];

type Move =
  | { readonly do: 'say'; readonly xml: string }
  | { readonly do: 'event'; readonly event: SessionEvent }
  | { readonly do: 'pass'; readonly ms: number };

const BYTES = new Uint8Array(2);
const PROOF = { clientProof: BYTES, serverSignature: BYTES, clientKey: BYTES, serverKey: BYTES };

const event = (): fc.Arbitrary<SessionEvent> =>
  fc.oneof(
    fc.constantFrom<SessionEvent>({ type: 'ready' }, { type: 'retry' }, { type: 'committed', record: null }),
    fc.constant<SessionEvent>({ type: 'seen', probed: true, elements: [parse(PONG)] }),
    fc.record({ type: fc.constant('stalled' as const), stalled: fc.boolean() }),
    fc.record({
      type: fc.constant('seen' as const),
      probed: fc.boolean(),
      elements: fc.array(fc.constantFrom(...ANYTHING.map((xml) => parse(xml))), { maxLength: 2 }),
    }),
    fc.constantFrom<SessionEvent>(
      { type: 'proved', proof: PROOF },
      { type: 'replied', reply: new Uint8Array(2) },
      { type: 'bind' },
      { type: 'faulted', error: new AuthError('crypto-failure', 'No') },
      { type: 'disconnect', elements: [bye], upTo: 3 },
      { type: 'leave' },
    ),
  );

const move = (): fc.Arbitrary<Move> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('say' as const), xml: fc.constantFrom(...ANYTHING) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('event' as const), event: event() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(12_000) }) },
  );

/** Some begin like a login that goes well, so that all of its stages are reached. */
const moves = (): fc.Arbitrary<readonly Move[]> =>
  fc
    .tuple(fc.nat(LOGIN.length + 1), fc.array(move(), { maxLength: 25 }))
    .map(([steps, rest]) => [
      ...LOGIN.slice(0, steps).map((xml): Move => ({ do: 'say', xml })),
      ...(steps > LOGIN.length ? [{ do: 'event', event: { type: 'ready' } } as const] : []),
      ...rest,
    ]);

/** Plays the moves; the app answers what it is given as `answers` says, and a goodbye is agreed to in the end. */
const play = (plan: Plan, all: readonly Move[], answers: readonly boolean[]) => {
  const log: { readonly at: number; readonly effect: SessionEffect; readonly phase: string }[] = [];
  const spoken: XmlElement[] = [];
  const waiting: SessionEvent[] = [];
  const given: { readonly element: XmlElement; readonly answered: boolean; readonly phase: string }[] = [];
  let state = newSession(plan);
  let now = 0;
  const feed = (first: SessionEvent): void => {
    waiting.push(first);
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      const next = stepSession(state, { at: now, event });
      state = next.state;
      for (const effect of next.effects) {
        log.push({ at: now, effect, phase: state.phase });
        if (effect.type !== 'dispatch') continue;
        const answered = answers[given.length % answers.length] ?? false;
        given.push({ element: effect.element, answered, phase: state.phase });
        waiting.push({ ...effect, type: 'dispatched', answered });
      }
    }
  };
  const pass = (ms: number): void => {
    const end = now + ms;
    while (state.wakeAt !== undefined && state.wakeAt <= end) {
      now = state.wakeAt;
      feed({ type: 'wake' });
    }
    now = end;
  };
  feed({ type: 'begin' });
  for (const one of all) {
    if (one.do === 'pass') pass(one.ms);
    else if (one.do === 'event') feed(one.event);
    else {
      const element = parse(one.xml === message('m') ? message(`m${spoken.length}`) : one.xml);
      if (state.phase !== 'ended') spoken.push(element);
      feed({ type: 'element', element, ref: { rid: spoken.length, index: 0 } });
    }
  }
  feed({ type: 'closed', error: broken, leftovers: { uncertain: [], undispatched: [] } });
  const { length } = log;
  feed({ type: 'disconnect', elements: [], upTo: 0 });
  pass(600_000);
  return { log, spoken, given, silent: log.length === length, state };
};

const RANK = {
  connecting: 0,
  retrying: 9,
  authenticating: 1,
  binding: 2,
  online: 3,
  disconnecting: 4,
  offline: 9,
  failed: 9,
} as const;
const names = (elements: readonly XmlElement[]): readonly string[] => elements.map(String);

const check = (plan: Plan, { log, spoken, given, silent, state }: ReturnType<typeof play>): void => {
  const effects = log.map(({ effect }) => effect);
  const ends = effects.flatMap((effect) => (effect.type === 'end' ? [effect] : []));
  expect(ends).toHaveLength(1);
  expect(effects.at(-1)?.type).toBe('end');
  expect(silent).toBe(true);
  expect(state).toMatchObject({ phase: 'ended', wakeAt: undefined });

  const statuses = effects.flatMap((effect) => (effect.type === 'status' ? [effect.status] : []));
  const ranks = statuses.map(({ type }) => RANK[type]);
  expect(ranks).toEqual([...ranks].sort());
  for (const once of ['connecting', 'authenticating', 'binding', 'disconnecting'])
    expect(statuses.filter(({ type }) => type === once).length).toBeLessThan(2);
  expect(statuses[0]).toEqual({ type: 'connecting', how: plan.how });

  const asked = given.filter(
    ({ element, answered, phase }) => phase === 'online' && isRequest(element) && !answered,
  );
  const replies = effects.filter(({ type }) => type === 'reply');
  expect(replies.length).toBeLessThanOrEqual(asked.length);
  if (!statuses.some(({ type }) => type === 'disconnecting')) expect(replies).toHaveLength(asked.length);

  const refs = effects.flatMap((effect) =>
    effect.type === 'tell' && effect.outgoing.type === 'handled' ? [effect.outgoing.ref.rid] : [],
  );
  expect(new Set(refs).size).toBe(refs.length);
  const stanzas = spoken.filter(({ ns, name }) => ns === NS.CLIENT && name === 'message');
  const heard = [...given.map(({ element }) => element), ...(ends[0]?.leftovers.undispatched ?? [])];
  expect(names(heard.filter(({ name }) => name === 'message'))).toEqual(names(stanzas));
};

const onlineAt = ({ log }: ReturnType<typeof play>): number =>
  log.findIndex(({ effect }) => effect.type === 'status' && effect.status.type === 'online');

it('a login ends once, in order, with all stanzas accounted for, and is online only after all of its steps', () => {
  let online = 0;
  const run = fc.property(
    moves(),
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.boolean(),
    (moves, answers, plain) => {
      const plan = { ...login, plainAllowed: plain };
      const played = play(plan, moves, answers);
      check(plan, played);
      const at = onlineAt(played);
      if (at < 0) return;
      online += 1;
      const before = played.log.slice(0, at).map(({ effect }) => effect);
      const told = before.flatMap((effect) => (effect.type === 'tell' ? [effect.outgoing.type] : []));
      expect(told.filter((type) => type === 'restart' || type === 'online')).toEqual(['restart', 'online']);
      const said = names(played.spoken);
      const steps = [success(), bound()].map((xml) => said.indexOf(parse(xml).toString()));
      expect(steps).not.toContain(-1);
      expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    },
  );
  fc.assert(run, { numRuns: 1_000 });
  expect(online).toBeGreaterThan(50);
});

it('an attach is online only by its proof, and never says goodbye before', () => {
  let online = 0;
  const run = fc.property(
    moves(),
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.boolean(),
    (moves, answers, verify) => {
      const plan = { ...attach, verify };
      const played = play(plan, moves, answers);
      check(plan, played);
      const at = onlineAt(played);
      const tells = played.log.slice(0, at < 0 ? undefined : at).map(({ effect }) => effect);
      expect(tells.some((effect) => effect.type === 'tell' && effect.outgoing.type === 'terminate')).toBe(
        false,
      );
      const proofs = moves.flatMap((one) =>
        one.do === 'event' && one.event.type === 'seen' ? one.event.elements : [],
      );
      if (at >= 0 && verify) expect(proofs.some(({ attrs }) => attrs['id'] === 'p1')).toBe(true);
      if (at >= 0) online += 1;
      if (!verify) expect(at).toBe(1);
    },
  );
  fc.assert(run, { numRuns: 1_000 });
  expect(online).toBeGreaterThan(550);
});
