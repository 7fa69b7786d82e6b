import { concatWith, NEVER, type Observable, of } from 'rxjs';
import { $msg, $pres } from 'rxmpp';
import {
  type DomainOptions,
  type MemoryStorage,
  memoryStorage,
  type SeenRequest,
  serverProfiles,
} from 'rxmpp/testing';
import { heard, kill, KEY, nextPage, prebound, recordIn } from './support/pages.js';
import { type Actor, type DomainStage, inDomain, ROMEO } from './support/stage.js';
import { idIn } from './support/by-hand.js';
import { like, textLike, thrownBy } from './support/expected.js';

const JULIET = 'juliet@example.com/balcony';
const text = (content: string, to = JULIET) => $msg({ to, type: 'chat' }).c('body').t(content);
const refused = (condition: string) => ({ name: 'StropheSessionError', condition });

const online = ({ actor, pass }: DomainStage, options = {}): Actor => {
  const romeo = actor({ keepalive: true, ...options });
  romeo.client.connect(ROMEO);
  pass(1000);
  expect(romeo.status).toMatchObject({ type: 'online' });
  return romeo;
};

/** What is left of a page that was killed while one message waited behind its pause. */
const killedWithOneHeld = (stage: DomainStage): MemoryStorage => {
  const page = online(stage);
  page.client.pause();
  page.client.send(text('held'));
  stage.pass(500);
  return kill(page);
};

/** Every request number stands for one text, and there is none missing (XEP-0124 §14.1, §14.3). */
const expectFaithful = (requests: readonly SeenRequest[]): void => {
  const texts = new Map<number, string>();
  for (const { rid, text: sent } of requests) {
    expect(texts.get(rid!) ?? sent).toBe(sent);
    texts.set(rid!, sent);
  }
  const rids = [...texts.keys()].sort((a, b) => a - b);
  expect(rids).toEqual(rids.map((_, i) => rids[0]! + i));
};

describe('a reloaded page', () => {
  it(
    'goes on with its session: no login, no new session',
    inDomain(
      (stage) => {
        const first = online(stage);
        stage.pass(3000);
        const page = nextPage(stage, kill(first));
        page.client.restore(ROMEO.jid);
        stage.pass(2000);
        expect(page.statuses).toEqual([
          { type: 'offline' },
          { type: 'connecting', how: 'restore' },
          { type: 'online', how: 'restored', jid: ROMEO.jid, resumed: true, stalled: false },
        ]);
        expect(stage.domain.sessions).toHaveLength(1);
        expect(page.requests.filter(({ text: sent }) => sent.includes('<auth'))).toEqual([]);
        expectFaithful(stage.domain.requests);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'repeats what was not answered, word by word, before it asks for a proof; which may come on either',
    inDomain(
      (stage) => {
        const first = online(stage);
        const held = first.open.map((request) => request.text);
        const page = nextPage(stage, kill(first));
        page.client.restore();
        stage.pass(2000);
        expect(page.requests[0]!.text).toBe(held[0]);
        expect(page.requests[1]!.body.children[0]!.child('ping', 'urn:xmpp:ping')).toBeDefined();
        const proof = `type="result" id="${idIn(page.requests[1]!)}"`;
        const provenBy = stage.domain.requests.filter(({ answered }) => answered?.text.includes(proof));
        expect(provenBy.map((request) => request.text)).toEqual([held[0]]);
        expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'hears what was said to the page before it, after it had died',
    inDomain(
      (stage) => {
        const first = online(stage);
        const storage = kill(first);
        stage.domain.deliver(ROMEO.jid, text('into the void').tree());
        stage.pass(1000);
        const page = nextPage(stage, storage);
        page.client.restore();
        stage.pass(1000);
        expect([...heard(first), ...heard(page)]).toEqual(['into the void']);
        expect(page.stanzas[0]!.redelivered).toBe(false);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'sends what was accepted and had not left yet: once, in order',
    inDomain(
      (stage) => {
        const juliet = stage.domain.user(JULIET);
        const first = online(stage);
        first.client.send([text('one'), text('two')]);
        const page = nextPage(stage, kill(first));
        page.client.restore();
        page.client.send(text('three'));
        stage.pass(3000);
        expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(['one', 'two', 'three']);
        stage.pass(60_000);
        expect(juliet.received).toHaveLength(3);
        expect(page.storage.keys().filter((key) => key.includes(':q:'))).toEqual([]);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'keeps what is sent before the session is surely its own: another reload in that moment loses nothing',
    inDomain(
      (stage) => {
        const juliet = stage.domain.user(JULIET);
        const first = online(stage);
        first.client.send(text('one'));
        const impatient = nextPage(stage, kill(first), { platform: { locks: () => NEVER } });
        impatient.client.send(text('two'));
        impatient.client.restore();
        impatient.client.send(text('three'));
        const page = nextPage(stage, kill(impatient));
        page.client.restore();
        page.client.send(text('four'));
        stage.pass(3000);
        expect(impatient.requests).toEqual([]);
        const bodies = juliet.received.map((stanza) => stanza.child('body')?.text);
        expect(bodies).toEqual(['one', 'two', 'three', 'four']);
        stage.pass(60_000);
        expect(juliet.received).toHaveLength(4);
        expect(page.storage.keys().filter((key) => key.includes(':q:'))).toEqual([]);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'gives up before the session is its own, and what it sent is sent by the next attempt, once',
    inDomain(
      (stage) => {
        const juliet = stage.domain.user(JULIET);
        const first = online(stage);
        first.client.send(text('one'));
        let ours = false;
        const locks = (): Observable<void> => (ours ? of(undefined).pipe(concatWith(NEVER)) : NEVER);
        const page = nextPage(stage, kill(first), { platform: { locks } });
        page.client.restore();
        page.client.send(text('two'));
        page.client.disconnect();
        expect(page.status).toEqual({ type: 'offline' });
        ours = true;
        page.client.restore();
        stage.pass(3000);
        expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(['one', 'two']);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'does not send what was taken back',
    inDomain((stage) => {
      const first = online(stage);
      const [, taken] = first.client.send([text('one'), text('two'), text('three')]);
      expect(taken!.cancel()).toBe(true);
      const page = nextPage(stage, kill(first));
      page.client.restore();
      stage.pass(3000);
      expect(taken!.cancel()).toBe(false);
      expect(stage.domain.received(ROMEO.jid).flatMap((stanza) => stanza.child('body')?.text ?? [])).toEqual([
        'one',
        'three',
      ]);
    }),
  );

  it(
    'is paused if the page before it was, and holds what that one held',
    inDomain(
      (stage) => {
        const page = nextPage(stage, killedWithOneHeld(stage));
        const paused: boolean[] = [];
        page.client.paused$.subscribe((value) => paused.push(value));
        page.client.restore();
        page.client.send(text('held too'));
        stage.pass(5000);
        expect(paused.at(-1)).toBe(true);
        expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
        expect(stage.domain.received(ROMEO.jid).filter(({ name }) => name === 'message')).toEqual([]);
        page.client.resume();
        stage.pass(150);
        const last = page.requests.at(-1)!.body.children.map((child) => child.child('body')?.text);
        expect(last).toEqual(['held', 'held too']);
      },
      { latencyMs: 10 },
    ),
  );

  it.each([0, 5, 25, 45])(
    'goes on when it is told to %d ms after its restore, though the page before it was paused',
    (ms) =>
      inDomain(
        (stage) => {
          const page = nextPage(stage, killedWithOneHeld(stage));
          page.client.restore();
          stage.pass(ms);
          page.client.resume();
          stage.pass(1000);
          expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
          expect(stage.domain.received(ROMEO.jid).at(-1)!.child('body')?.text).toBe('held');
        },
        { latencyMs: 10 },
      )(),
  );

  it(
    'is not paused any more once the page before it had gone on',
    inDomain((stage) => {
      const first = online(stage);
      first.client.pause();
      stage.pass(500);
      first.client.resume();
      stage.pass(500);
      const page = nextPage(stage, kill(first));
      page.client.restore();
      page.client.send(text('hello'));
      stage.pass(2000);
      expect(stage.domain.received(ROMEO.jid).at(-1)!.name).toBe('message');
    }),
  );

  it(
    'keeps to what the server has granted when the session was opened',
    inDomain(
      (stage) => {
        const first = online(stage);
        const storage = kill(first);
        expect(recordIn(storage)).toMatchObject({
          wait: 10,
          hold: 1,
          requests: 2,
          inactivity: 25,
          polling: 5,
        });
        const page = nextPage(stage, storage);
        page.client.restore(undefined, { wait: 300, hold: 9, wind: 50 });
        stage.pass(2000);
        for (let i = 0; i < 10; i++) {
          page.client.send(text(`${i}`));
          page.client.flush();
          stage.pass(7);
        }
        expect(page.mostOpen).toBe(2);
        stage.pass(30_000);
        const before = page.requests.length;
        const remove = stage.domain.intercept(() => ({ hang: true }));
        stage.pass(10_000);
        const [lost] = page.requests.slice(before);
        expect(recordIn(page.storage)).toMatchObject({ wait: 10, hold: 1, requests: 2, inactivity: 25 });
        remove();
        stage.pass(14_999 - (stage.now() - lost!.at));
        expect(lost!.state).toBe('open');
        stage.pass(1);
        expect(lost!.state).toBe('aborted');
      },
      { bosh: { wait: 10, inactivity: 25 }, latencyMs: 10 },
    ),
  );

  it(
    'can be reloaded again and again',
    inDomain(
      (stage) => {
        const juliet = stage.domain.user(JULIET);
        let page = online(stage);
        const pages = [page];
        for (let i = 0; i < 12; i++) {
          page.client.send(text(`${i}`));
          stage.pass(137 * i);
          stage.domain.deliver(ROMEO.jid, text(`${i}`).tree());
          stage.pass(29 * i);
          page = nextPage(stage, kill(page));
          page.client.restore();
          stage.pass(1000);
          pages.push(page);
        }
        const all = Array.from({ length: 12 }, (_, i) => `${i}`);
        expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(all);
        expect(pages.flatMap(heard)).toEqual(all);
        expectFaithful(stage.domain.requests);
      },
      { latencyMs: 10 },
    ),
  );

  /** Numbered messages both ways, 60 ms apart, and a page that dies at `ms`; what each end got. */
  const reloadAt = (ms: number, options: DomainOptions): void =>
    inDomain((stage) => {
      const { domain, pass } = stage;
      const juliet = domain.user(JULIET);
      let page = online(stage);
      const pages = [page];
      const reload = (): void => {
        page = nextPage(stage, kill(page));
        page.client.restore();
        pages.push(page);
      };
      stage.scheduler.schedule(reload, ms);
      for (let i = 0; i < 10; i++) {
        pass(60);
        page.client.send(text(`out ${i}`));
        domain.deliver(ROMEO.jid, text(`in ${i}`).tree());
      }
      pass(5000);
      const numbered = (way: string) => Array.from({ length: 10 }, (_, i) => `${way} ${i}`);
      expect(pages.map(({ status }) => status.type)).toEqual(['online', 'online']);
      expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(numbered('out'));
      expect(pages.flatMap(heard)).toEqual(numbered('in'));
      expectFaithful(domain.requests);
    }, options)();

  it.each(Object.entries(serverProfiles))(
    'loses nothing and doubles nothing, whenever it dies: %s',
    (_, profile) => {
      for (let ms = 55; ms < 260; ms += 17)
        reloadAt(ms, { ...profile, mechanisms: ['PLAIN'], latencyMs: { upMs: 23, downMs: 31 } });
    },
  );
});

describe('restore()', () => {
  it(
    'throws when nothing is kept, and the client can log in',
    inDomain(({ actor, pass }) => {
      const romeo = actor({ keepalive: true });
      expect(thrownBy(() => romeo.client.restore())).toMatchObject(refused('no-session'));
      expect(thrownBy(() => romeo.client.restore(ROMEO.jid))).toMatchObject(refused('no-session'));
      expect(romeo.status).toEqual({ type: 'offline' });
      romeo.client.connect(ROMEO);
      pass(0);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'connected' });
    }),
  );

  it(
    'throws an error of its own name, which is also an Error',
    inDomain(({ actor }) => {
      const romeo = actor({ keepalive: true });
      const thrown: unknown[] = [];
      try {
        romeo.client.restore();
      } catch (error) {
        thrown.push(error);
      }
      expect(thrown).toMatchObject([
        { name: 'StropheSessionError', condition: 'no-session', retryable: false },
      ]);
      expect(thrown[0]).toBeInstanceOf(Error);
    }),
  );

  it.each(['juliet@example.com', 'romeo@elsewhere.example', 'elsewhere.example'])(
    'throws when the kept session is not one of %s, and leaves it untouched',
    (jid) => {
      inDomain((stage) => {
        const storage = kill(online(stage));
        const before = storage.snapshot();
        const page = nextPage(stage, storage);
        expect(thrownBy(() => page.client.restore(jid))).toMatchObject(refused('jid-mismatch'));
        stage.pass(1000);
        expect(storage.snapshot()).toEqual(before);
        expect(page.requests).toEqual([]);
        page.client.restore('Romeo@Example.com/another-resource');
        stage.pass(2000);
        expect(page.status).toMatchObject({ type: 'online', jid: ROMEO.jid });
      })();
    },
  );

  it(
    'of an anonymous session goes by the domain',
    inDomain(
      (stage) => {
        const first = stage.actor({ keepalive: true });
        first.client.connect({ jid: 'example.com' });
        stage.pass(1000);
        const page = nextPage(stage, kill(first));
        expect(thrownBy(() => page.client.restore('example.org'))).toMatchObject(refused('jid-mismatch'));
        page.client.restore('EXAMPLE.com');
        stage.pass(2000);
        expect(page.status).toMatchObject({
          type: 'online',
          how: 'restored',
          jid: textLike(/^anonymous-1@/),
        });
      },
      { mechanisms: ['ANONYMOUS'] },
    ),
  );

  it(
    'during a login finds nothing: there is no session before a resource is bound',
    inDomain(
      (stage) => {
        const romeo = stage.actor({ keepalive: true });
        romeo.client.connect(ROMEO);
        stage.pass(90);
        const page = nextPage(stage, kill(romeo));
        expect(thrownBy(() => page.client.restore())).toMatchObject(refused('no-session'));
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'reads what Strophe.js has written: jid, sid and the next rid',
    inDomain(
      (stage) => {
        const { jid, sid, rid } = prebound(stage);
        const page = nextPage(stage, memoryStorage({ [KEY]: JSON.stringify({ jid, rid, sid }) }));
        page.client.restore();
        stage.pass(1000);
        expect(page.status).toMatchObject({ type: 'online', how: 'restored', jid: ROMEO.jid });
        expect(page.requests[0]).toMatchObject({ rid, sid });
        expect(page.requests[0]!.body.children.map(({ name }) => name)).toEqual(['iq']);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'writes what Strophe.js reads: rid is the next one, never used before',
    inDomain((stage) => {
      const first = online(stage);
      const { rid } = JSON.parse(first.storage.getItem(KEY)!) as { rid: number };
      expect(rid).toBe(first.requests.at(-1)!.rid! + 1);
    }),
  );

  const good = { jid: ROMEO.jid, sid: 'a1', rid: 1000 };
  it.each([
    ['no JSON', '{"jid":"romeo@exam'],
    ['null', 'null'],
    ['a number', '42'],
    ['a list', '[1,2,3]'],
    ['nothing', ''],
    ['no sid', JSON.stringify({ ...good, sid: undefined })],
    ['an empty sid', JSON.stringify({ ...good, sid: '' })],
    ['no jid', JSON.stringify({ ...good, jid: undefined })],
    ['no rid', JSON.stringify({ ...good, rid: undefined })],
    ['a rid of 0', JSON.stringify({ ...good, rid: 0 })],
    ['a negative rid', JSON.stringify({ ...good, rid: -5 })],
    ['a rid with a fraction', JSON.stringify({ ...good, rid: 1.5 })],
    ['a rid beyond 2^53', JSON.stringify({ ...good, rid: 2 ** 53 })],
    ['a rid that is no number', JSON.stringify({ ...good, rid: '12x' })],
    ['objects for texts', JSON.stringify({ ...good, jid: {}, sid: [] })],
  ])('throws when what is kept makes no sense: %s', (_, value) => {
    inDomain((stage) => {
      const page = nextPage(stage, memoryStorage({ [KEY]: value }));
      expect(thrownBy(() => page.client.restore())).toMatchObject(refused('no-session'));
      expect(page.status).toEqual({ type: 'offline' });
    })();
  });

  it.each([
    ['a newer version', { v: 99, fl: 'whatever' }],
    ['flights that are no list', { v: 2, fl: 'x' }],
    ['flights without their texts', { v: 2, fl: [{ r: -1, k: 'poll', n: 1 }] }],
    [
      'wrong types everywhere',
      { v: 2, fl: [], inb: 7, q: 'x', wait: 'long', ts: null, paused: 'yes', url: 5, gen: {} },
    ],
    ['an inbox of nonsense', { v: 2, fl: [], inb: [null, { r: 'x', c: -1 }, { r: 5, c: 0 }] }],
  ])('uses the tokens alone when the rest makes no sense: %s', (_, more) => {
    inDomain((stage) => {
      const { jid, sid, rid } = prebound(stage);
      const page = nextPage(stage, memoryStorage({ [KEY]: JSON.stringify({ jid, sid, rid, ...more }) }));
      page.client.restore();
      stage.pass(1000);
      expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
    })();
  });

  it(
    'takes a rid written as text, as other clients do',
    inDomain((stage) => {
      const { jid, sid, rid } = prebound(stage);
      const page = nextPage(stage, memoryStorage({ [KEY]: JSON.stringify({ jid, sid, rid: String(rid) }) }));
      page.client.restore();
      stage.pass(1000);
      expect(page.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'works without keepalive, and then writes nothing',
    inDomain((stage) => {
      const storage = kill(online(stage));
      const page = nextPage(stage, storage, { keepalive: false });
      page.client.restore();
      stage.pass(2000);
      page.client.send($pres());
      stage.pass(2000);
      expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(storage.calls.filter(({ operation }) => operation === 'setItem')).toEqual([]);
    }),
  );

  it(
    'fails when the session has expired, removes what was kept, and the client can log in',
    inDomain((stage) => {
      const storage = kill(online(stage));
      stage.pass(120_000);
      expect(stage.domain.sessions).toEqual([]);
      const page = nextPage(stage, storage);
      page.client.send(text('early'));
      page.client.restore();
      stage.pass(2000);
      expect(page.status).toMatchObject({
        ...{ type: 'failed', during: 'attach', error: { condition: 'item-not-found' } },
        unsent: [like({ name: 'message' })],
      });
      expect(storage.keys()).toEqual([]);
      expect(page.requests.filter(({ text: sent }) => sent.includes('terminate'))).toEqual([]);
      page.client.connect(ROMEO);
      stage.pass(1000);
      expect(page.status).toMatchObject({ type: 'online', how: 'connected' });
    }),
  );

  it(
    'names, when it fails, what the page before had sent and what it had not',
    inDomain(
      (stage) => {
        const first = online(stage);
        first.client.send(text('sent'));
        stage.pass(100);
        first.client.send(text('waiting'));
        const storage = kill(first);
        stage.domain.kill(ROMEO.jid);
        const page = nextPage(stage, storage);
        page.client.restore();
        stage.pass(30_000);
        const status = page.status as Extract<Actor['status'], { type: 'failed' }>;
        expect(status.type).toBe('failed');
        expect(status.uncertain.map((stanza) => stanza.child('body')?.text)).toEqual(['sent']);
        expect(status.unsent.map((stanza) => stanza.child('body')?.text)).toEqual(['waiting']);
      },
      { latencyMs: 20 },
    ),
  );
});
