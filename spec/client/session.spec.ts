import { BehaviorSubject, NEVER, type SchedulerLike, Subject, type Subscription, throwError } from 'rxjs';
import { $msg, stx, type XmlElement } from 'rxmpp';
import { syncCrypto } from 'rxmpp/testing';

import { type Platform, platformOf } from '../../lib/client/platform.js';
import { runSession, type SessionNews } from '../../lib/client/session.js';
import type { AttachPlan, LoginPlan, Plan, SessionEvent } from '../../lib/protocol/session-state.js';
import type { Incoming, Outgoing } from '../../lib/protocol/stream.js';
import { createOutbox } from '../../lib/session/outbox.js';
import { marbles } from '../marbles.js';

const JID = 'alice@example.com/home';
const REF = { rid: 7, index: 0 };

/** Online at once: nothing is to be proven. */
const ATTACH: AttachPlan = {
  how: 'attach',
  tokens: { jid: JID, sid: 's', rid: 7 },
  verify: false,
  iqId: 'probe',
  timeoutMs: 20_000,
};

const LOGIN: LoginPlan = {
  how: 'login',
  jid: 'alice@example.com',
  anonymous: false,
  credentials: { jid: 'alice@example.com', username: 'alice', password: 'secret' },
  resource: undefined,
  mechanisms: undefined,
  plainAllowed: true,
  nonce: 'nonce',
  iqId: 'bind',
  timeoutMs: 30_000,
  polling: true,
  bindWhenTold: false,
};

interface Setting {
  readonly interval?: number;
  readonly plan?: Plan;
  readonly crypto?: Platform['crypto'];
  readonly paused?: boolean;
  readonly answers?: boolean;
}

/** A session over a transport in the hands of the spec. */
const setUp = (scheduler: SchedulerLike, setting: Setting = {}) => {
  const { interval = 100, plan = ATTACH, crypto = syncCrypto, paused = false, answers = false } = setting;
  const incoming$ = new Subject<Incoming>();
  const command$ = new Subject<SessionEvent>();
  const flush$ = new Subject<void>();
  const paused$ = new BehaviorSubject(paused);
  const outbox = createOutbox();
  const told: string[] = [];
  const dispatched: XmlElement[] = [];
  const replies: XmlElement[] = [];
  const news: SessionNews[] = [];
  const show = (outgoing: Outgoing): string => {
    if (outgoing.type === 'released') return `released ${outgoing.upTo}`;
    if (outgoing.type === 'paused') return outgoing.paused ? 'paused' : 'goes on';
    return outgoing.type;
  };
  const session$ = runSession(plan, {
    transport: { incoming$, send: (outgoing) => void told.push(`${scheduler.now()} ${show(outgoing)}`) },
    ...{ outbox, paused$, flush$, command$ },
    platform: platformOf({ scheduler, crypto, http: () => NEVER, storage: undefined }),
    dispatchInterval: interval,
    dispatch: (stanza) => dispatched.push(stanza) > 0 && answers,
    reply: (stanza) => void replies.push(stanza),
  });
  const open = (): Subscription => session$.subscribe({ next: (one) => news.push(one) });
  const send = (...ids: readonly string[]): void => ids.forEach((id) => outbox.add($msg({ id }).tree()));
  /** What was told of the way out, the opening left out. */
  const line = (): readonly string[] => told.filter((entry) => /released|paused|goes on/.test(entry));
  return {
    open,
    open$: session$,
    send,
    line,
    told,
    news,
    dispatched,
    replies,
    incoming$,
    command$,
    flush$,
    paused$,
    outbox,
  };
};

type Setup = ReturnType<typeof setUp>;

/** Opens a session, lets things happen at their times (ms), and gives what was told to the transport of the way out. */
const lineOf = (
  setting: Setting,
  happenings: Readonly<Record<number, (setup: Setup) => void>>,
  openAt = 0,
): readonly string[] => {
  let line: readonly string[] = [];
  marbles(({ flush }, scheduler) => {
    const setup = setUp(scheduler, setting);
    for (const [at, happen] of Object.entries(happenings))
      scheduler.schedule(() => happen(setup), Number(at));
    let session: Subscription | undefined;
    scheduler.schedule(() => (session = setup.open()), openAt);
    scheduler.schedule(() => session?.unsubscribe(), 5_000);
    flush();
    line = setup.line();
    expect(setup.news.at(-1)).toMatchObject({ type: 'status', status: { type: 'online' } });
  })();
  return line;
};

const say =
  (...ids: readonly string[]) =>
  ({ send }: Setup): void =>
    send(...ids);

const pause = ({ paused$ }: Setup): void => paused$.next(true);
const resume = ({ paused$ }: Setup): void => paused$.next(false);
const flush = ({ flush$ }: Setup): void => flush$.next();

describe('the way out', () => {
  it.each([
    [100, ['100 released 2', '200 released 3', '1000 released 4']],
    [500, ['500 released 3', '1000 released 4']],
    [0, ['10 released 1', '20 released 2', '110 released 3', '950 released 4']],
  ])('with a cycle of %i ms is a grid from the moment the session is online', (interval, expected) => {
    const sends = { 10: say('a'), 20: say('b'), 110: say('c'), 950: say('d') };
    expect(lineOf({ interval }, sends)).toEqual(expected);
  });

  it('counts the grid from when it went online', () => {
    expect(lineOf({}, { 40: say('a') }, 30)).toEqual(['130 released 1']);
    expect(lineOf({ interval: 500 }, { 40: say('a') }, 30)).toEqual(['530 released 1']);
  });

  it('with a cycle of 0 ms puts the sends of one task together', () => {
    expect(lineOf({ interval: 0 }, { 10: say('a', 'b', 'c') })).toEqual(['10 released 3']);
  });

  it.each([
    [100, '100 released 2'],
    [500, '500 released 2'],
    [0, '30 released 2'],
  ])('with a cycle of %i ms takes along what was sent before there was a session', (interval, expected) => {
    const line = lineOf({ interval }, { 10: say('a', 'b') }, interval === 0 ? 30 : 0);
    expect(line).toEqual([expected]);
  });

  it.each([
    ['a session that was kept', { ...ATTACH, how: 'restore' }, ['0 goes on', '100 released 1']],
    ['any other', ATTACH, ['100 released 1']],
  ] as const)('begins by saying that it is not paused, of %s', (_, plan, expected) => {
    expect(lineOf({ plan }, { 10: say('a') })).toEqual(expected);
  });

  it('leaves the cycle when it is flushed', () => {
    expect(lineOf({}, { 10: say('a'), 30: flush, 40: say('b') })).toEqual([
      '30 released 1',
      '100 released 2',
    ]);
    expect(lineOf({ interval: 500 }, { 10: say('a'), 30: flush })).toEqual(['30 released 1']);
  });

  it('says nothing while nothing is sent', () => {
    expect(lineOf({}, { 250: flush })).toEqual([]);
  });
});

describe('a pause', () => {
  it.each([0, 100, 500])(
    'holds everything, and it leaves at the next point of 100 ms, at a cycle of %i ms',
    (interval) => {
      const story = { 110: pause, 120: say('a'), 230: say('b', 'c'), 250: resume };
      expect(lineOf({ interval }, story)).toEqual(['110 paused', '300 released 3', '300 goes on']);
    },
  );

  it.each([0, 100, 500])(
    'lets what leaves go before the transport may do anything else, at %i ms',
    (interval) => {
      const line = lineOf({ interval }, { 10: pause, 20: say('a'), 30: resume });
      expect(line.indexOf('100 released 1')).toBeLessThan(line.indexOf('100 goes on'));
      expect(line).toHaveLength(3);
    },
  );

  it.each([
    [0, ['10 paused', '100 released 1', '100 goes on', '130 released 2']],
    [100, ['10 paused', '100 released 1', '100 goes on', '200 released 2']],
    [500, ['10 paused', '100 released 1', '100 goes on', '500 released 2']],
  ])('changes nothing of the cycle afterwards, which is of %i ms', (interval, expected) => {
    expect(lineOf({ interval }, { 10: pause, 20: say('a'), 30: resume, 130: say('b') })).toEqual(expected);
  });

  it.each([0, 100, 500])('takes what is sent between resume and that point along, at %i ms', (interval) => {
    const line = lineOf({ interval }, { 10: pause, 20: say('a'), 30: resume, 70: say('b') });
    expect(line).toEqual(['10 paused', '100 released 2', '100 goes on']);
  });

  it('that comes again before that point goes on', () => {
    const story = { 10: pause, 20: say('a'), 30: resume, 60: pause, 310: resume };
    expect(lineOf({}, story)).toEqual(['10 paused', '60 paused', '400 released 1', '400 goes on']);
  });

  it('is not opened by a flush', () => {
    expect(lineOf({}, { 10: pause, 20: say('a'), 50: flush, 250: flush })).toEqual(['10 paused']);
    expect(lineOf({}, { 10: pause, 20: say('a'), 30: resume, 50: flush })).toEqual([
      '10 paused',
      '100 released 1',
      '100 goes on',
    ]);
  });

  it('leaves what has passed the gate before to the transport, which is paused as well', () => {
    const story = { 10: say('a'), 20: pause, 90: flush, 200: say('b'), 450: resume };
    expect(lineOf({ interval: 500 }, story)).toEqual([
      '20 paused',
      '90 released 1',
      '500 released 2',
      '500 goes on',
    ]);
  });

  it('may be there from the beginning', () => {
    const story = { 20: say('a'), 250: resume };
    expect(lineOf({ paused: true }, story)).toEqual(['0 paused', '300 released 1', '300 goes on']);
  });
});

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const FEATURES = stx`<stream:features xmlns:stream="http://etherx.jabber.org/streams">
  <mechanisms xmlns="${SASL}"><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>`;

/** The server's part of RFC 5802 §5, which goes on from the client's nonce. */
const challenge = (nonce: string): XmlElement =>
  stx`<challenge xmlns="${SASL}">${btoa(`r=${nonce}-server,s=QSXCR+Q6sek8bf92,i=64`)}</challenge>`;

describe('a session', () => {
  const element = (given: XmlElement): Incoming => ({ type: 'element', element: given, ref: REF });

  it('has its proof computed by the platform while it logs in', () => {
    marbles((_, scheduler) => {
      const { open, told, incoming$ } = setUp(scheduler, { plan: LOGIN });
      open();
      incoming$.next(element(FEATURES));
      incoming$.next(element(challenge('nonce')));
      expect(told.map((entry) => entry.slice(2))).toEqual(['handled', 'handshake', 'handled', 'handshake']);
    })();
  });

  it('fails during the login when that can not be done', () => {
    marbles((_, scheduler) => {
      const cause = new Error('no SHA-1 here');
      const crypto = { ...syncCrypto, pbkdf2: () => throwError(() => cause) };
      const { open, told, news, incoming$ } = setUp(scheduler, { plan: LOGIN, crypto });
      open();
      incoming$.next(element(FEATURES));
      incoming$.next(element(challenge('nonce')));
      expect(told.at(-1)).toBe('0 terminate');
      incoming$.next({ type: 'closed', error: undefined, leftovers: { uncertain: [], undispatched: [] } });
      const error = { name: 'AuthError', condition: 'crypto-failure', cause };
      expect(news.at(-1)).toMatchObject({ type: 'end', failure: { during: 'auth', error } });
    })();
  });

  it('gives a stanza to the app, then says that it is handled', () => {
    marbles((_, scheduler) => {
      const { open, told, dispatched, replies, incoming$ } = setUp(scheduler);
      const message = stx`<message id="m"/>`;
      open();
      incoming$.next(element(message));
      expect(dispatched).toEqual([message]);
      expect(replies).toEqual([]);
      expect(told.at(-1)).toBe('0 handled');
    })();
  });

  it.each([
    [false, 1],
    [true, 0],
  ])('answers a request itself, unless the app has (%s)', (answers, count) => {
    marbles((_, scheduler) => {
      const { open, replies, incoming$ } = setUp(scheduler, { answers });
      open();
      incoming$.next(
        element(stx`<iq type="get" id="q" from="bob@example.com/a"><ping xmlns="urn:xmpp:ping"/></iq>`),
      );
      expect(replies.map(({ attrs }) => attrs)).toEqual(
        Array.from({ length: count }, () => ({ type: 'result', id: 'q', to: 'bob@example.com/a' })),
      );
    })();
  });

  it('that is not ready in time is given up', () => {
    marbles(({ flush }, scheduler) => {
      const { open, told } = setUp(scheduler, { plan: { ...LOGIN, timeoutMs: 400 } });
      open();
      flush();
      expect(told).toEqual(['400 terminate']);
    })();
  });

  it('passes commits on, and completes after its end, when the way out is closed too', () => {
    marbles((_, scheduler) => {
      const { open, news, send, line, incoming$, outbox } = setUp(scheduler, { interval: 0 });
      const session = open();
      incoming$.next({ type: 'committed', record: null });
      incoming$.next({ type: 'closed', error: undefined, leftovers: { uncertain: [], undispatched: [] } });
      expect(news.map(({ type }) => type).slice(-2)).toEqual(['committed', 'end']);
      expect(session.closed).toBe(true);
      send('a');
      expect([line(), outbox.isEmpty()]).toEqual([[], false]);
    })();
  });

  it('cut by unsubscribing leaves no timer and hears nothing any more', () => {
    marbles(({ flush }, scheduler) => {
      const { open, told, news, incoming$, paused$, flush$, outbox } = setUp(scheduler, { plan: LOGIN });
      const session = open();
      session.unsubscribe();
      flush();
      expect([incoming$, paused$, flush$].map(({ observed }) => observed)).toEqual([false, false, false]);
      expect([told, outbox.last(), news.at(-1)?.type]).toEqual([[], 0, 'status']);
    })();
  });

  it('errors with what the transport errors with: a defect, not a failure', () => {
    marbles((_, scheduler) => {
      const { open$, incoming$ } = setUp(scheduler);
      const defect = new Error('a defect');
      let seen: unknown;
      open$.subscribe({ error: (error: unknown) => (seen = error) });
      incoming$.error(defect);
      expect(seen).toBe(defect);
    })();
  });
});
