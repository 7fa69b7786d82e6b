import { type SchedulerLike, Subject } from 'rxjs';
import { $msg, type Lifecycle } from 'rxmpp';
import { body } from 'rxmpp/testing';
import { logInByHand } from './support/by-hand.js';
import { inDomain, ROMEO, withServer } from './support/stage.js';

const text = (content: string) => $msg({ to: 'juliet@example.com/balcony' }).c('body').t(content);
const texts = (stanzas: readonly { child(name: string): { text: string } | undefined }[]) =>
  stanzas.flatMap((stanza) => stanza.child('body')?.text ?? []);

/** The same clock, but for how long its timers take. */
const delayed =
  (scheduler: SchedulerLike, waitMs: (delay: number) => number): SchedulerLike['schedule'] =>
  (work, delay = 0, state) =>
    scheduler.schedule(
      function (given) {
        work.call(this, given!);
      },
      waitMs(delay),
      state,
    );

/** Timers that fire once a minute only, as browsers do to pages in the background. */
const throttled = (scheduler: SchedulerLike): SchedulerLike => {
  const now = (): number => scheduler.now();
  const nextMinute = (delay: number): number => Math.ceil((now() + delay) / 60_000) * 60_000 - now();
  return { now, schedule: delayed(scheduler, (delay) => (delay === 0 ? 0 : nextMinute(delay))) };
};

const HOUR = 3_600_000;

describe('a page in the background', () => {
  it(
    'whose timers fire once a minute keeps its session for 24 hours',
    inDomain(({ actor, domain, scheduler, pass }) => {
      const romeo = actor({ platform: { scheduler: throttled(scheduler) } });
      romeo.client.connect(ROMEO);
      pass(1_000);
      for (let hours = 0; hours < 24; hours += 1) {
        pass(HOUR);
        expect(romeo.status).toMatchObject({ type: 'online' });
      }
      domain.deliver(ROMEO.jid, text('good morning').tree());
      pass(0);
      expect(texts(romeo.stanzas)).toEqual(['good morning']);
      expect(romeo.statuses.filter(({ type }) => type === 'online')).toHaveLength(1);
    }),
  );
});

describe('a server that answers everything at once with nothing', () => {
  it(
    'gets at most 130 requests in ten minutes, and stanzas reach it all the same',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      const before = romeo.requests.length;
      const flood = (ms: number): void => {
        for (let passed = 0; passed < ms; passed += 100) {
          for (let turns = 0; server.open.length > 0; turns += 1) {
            if (turns > 20) throw new Error('It asks again and again in one moment');
            server.answer('oldest', body());
            pass(0);
          }
          pass(100);
        }
      };
      flood(600_000);
      expect(romeo.requests.length - before).toBeGreaterThan(50);
      expect(romeo.requests.length - before).toBeLessThanOrEqual(130);
      romeo.client.send(text('hello'));
      flood(200);
      expect(romeo.requests.some(({ text: sent }) => sent.includes('hello'))).toBe(true);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );
});

describe('a proxy that finds requests too large', () => {
  it.each([413, 403])('HTTP %i: every stanza arrives once, in order, in smaller requests', (status) => {
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor({ keepalive: true });
      romeo.client.connect(ROMEO);
      pass(1_000);
      const states: string[] = [];
      romeo.client.delivery$.subscribe(({ id, state }) => states.push(`${id} ${state}`));
      domain.failNext(status, status === 413 ? 2 : 4);
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      romeo.client.send(names.map((name) => $msg({ id: name, to: 'juliet@example.com' }).c('body').t(name)));
      pass(20_000);
      expect(texts(domain.received(ROMEO.jid))).toEqual(names);
      expect(states.filter((state) => state.startsWith('g '))).toEqual([
        'g queued',
        'g dispatched',
        'g queued',
        'g dispatched',
      ]);
      expect(states).toContain('a acknowledged');
      expect(romeo.status).toMatchObject({ type: 'online' });
      const queued = Object.keys(romeo.storage.snapshot()).filter((key) => key.includes(':q:'));
      expect(queued).toEqual([]);
    })();
  });

  it(
    'one that can not be made smaller is handed back with the session',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(1_000);
      domain.failNext(413, 100);
      romeo.client.send([text('one'), text('two')]);
      pass(20_000);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'session', uncertain: [] },
        error: { name: 'TransportError', condition: 'too-large', status: 413 },
      });
      const { unsent } = romeo.status as Extract<typeof romeo.status, { type: 'failed' }>;
      expect(texts(unsent)).toEqual(['one', 'two']);
    }),
  );
});

describe('the way to a server that wants a token', () => {
  it(
    'asks for another one once when the old one is refused, and the session goes on',
    inDomain(({ actor, domain, pass }) => {
      const asked: boolean[] = [];
      const headers = ({ refused }: { readonly refused: boolean }) => {
        asked.push(refused);
        return { authorization: refused ? 'new' : 'old' };
      };
      const romeo = actor({ headers });
      romeo.client.connect(ROMEO);
      pass(1_000);
      const before = romeo.requests.length;
      domain.failNext(401, 1);
      romeo.client.send(text('hello'));
      pass(1_000);
      expect(texts(domain.received(ROMEO.jid))).toEqual(['hello']);
      expect(asked.filter((refused) => refused)).toHaveLength(1);
      expect(asked).toHaveLength(romeo.requests.length);
      const [first, second] = romeo.requests.slice(before);
      expect([first?.text === second?.text, first?.rid]).toEqual([true, second?.rid]);
    }),
  );
});

describe('a network that comes and goes', () => {
  const online = (play: Parameters<typeof inDomain>[0]) => inDomain(play, { latencyMs: 5 });

  it(
    'makes what hangs in it go again at once when it is back',
    online(({ actor, domain, pass }) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = actor({ platform: { lifecycle$ } });
      romeo.client.connect(ROMEO);
      pass(1_000);
      const release = domain.hold();
      romeo.client.send(text('hello'));
      pass(200);
      lifecycle$.next('offline');
      pass(5_000);
      release();
      const before = romeo.requests.length;
      lifecycle$.next('online');
      expect(romeo.requests).toHaveLength(before + 1);
      pass(2_000);
      expect(texts(domain.received(ROMEO.jid))).toEqual(['hello']);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'leaves what is under way alone when it was never gone',
    online(({ actor, pass }) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = actor({ platform: { lifecycle$ } });
      romeo.client.connect(ROMEO);
      pass(1_000);
      const before = romeo.requests.length;
      lifecycle$.next('online');
      lifecycle$.next('visible');
      pass(1_000);
      expect(romeo.requests).toHaveLength(before);
    }),
  );
});

describe('a page that is put aside, or a computer that sleeps', () => {
  it.each([
    ['goes on with a session that lives still', 20_000, 'online', undefined],
    ['says that the session has expired, when it had to', 900_000, 'failed', 'expired'],
  ])('%s', (_, ms, type, condition) => {
    inDomain(({ actor, pass }) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = actor({ keepalive: true, platform: { lifecycle$ } });
      romeo.client.connect(ROMEO);
      pass(1_000);
      lifecycle$.next('freeze');
      pass(ms);
      lifecycle$.next('thaw');
      pass(10_000);
      expect(romeo.status).toMatchObject({ type, ...(condition && { error: { condition } }) });
      expect(romeo.requests.length).toBeLessThan(12);
    })();
  });

  it.each([
    ['shorter than the server waits', 80_000, 'online', undefined],
    ['longer', 900_000, 'failed', 'expired'],
  ])(
    'one that sleeps %s: its connections are dead, and its timers have stood still',
    (_, ms, type, condition) => {
      inDomain(({ actor, domain, scheduler, pass }) => {
        const lifecycle$ = new Subject<Lifecycle>();
        let asleep = 0;
        const clock: SchedulerLike = {
          now: () => scheduler.now() + asleep,
          schedule: delayed(scheduler, (delay) => delay),
        };
        const romeo = actor({ platform: { lifecycle$, scheduler: clock } });
        romeo.client.connect(ROMEO);
        pass(1_000);
        const wake = domain.hold();
        asleep = ms;
        if (type === 'failed') domain.terminate(ROMEO.jid, 'item-not-found');
        wake();
        lifecycle$.next('visible');
        pass(2_000);
        if (type === 'online') domain.deliver(ROMEO.jid, text('welcome back').tree());
        pass(2_000);
        expect(romeo.status).toMatchObject({ type, ...(condition && { error: { condition } }) });
        expect(texts(romeo.stanzas)).toEqual(type === 'online' ? ['welcome back'] : []);
      })();
    },
  );
});
