import { NEVER } from 'rxjs';
import { $msg, $pres, createClient, type HttpPort } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';
import { kill, KEY, heard, nextPage, recordIn } from './support/pages.js';
import { type Actor, type DomainStage, inDomain, ROMEO, URL } from './support/stage.js';
import { like, thrownBy } from './support/expected.js';

const text = (content: string, to = 'juliet@example.com/balcony') =>
  $msg({ to, type: 'chat' }).c('body').t(content);

const online = ({ actor, pass }: DomainStage, options = {}): Actor => {
  const romeo = actor({ keepalive: true, ...options });
  romeo.client.connect(ROMEO);
  pass(1000);
  expect(romeo.status).toMatchObject({ type: 'online' });
  return romeo;
};

/** What every request finds in the storage as it leaves. */
const watchRecord = ({ domain }: DomainStage, romeo: Actor) => {
  const found: { readonly rid: number; readonly kept: unknown }[] = [];
  domain.intercept(({ rid }) => {
    found.push({ rid: rid!, kept: recordIn(romeo.storage)?.['rid'] });
    return undefined;
  });
  return found;
};

describe('what keepalive keeps', () => {
  it(
    'is nothing before the login is done, and the session from then on',
    inDomain(
      (stage) => {
        const romeo = stage.actor({ keepalive: true });
        const atTheTime: unknown[] = [];
        romeo.client.status$.subscribe((status) => {
          if (status.type === 'online') atTheTime.push(recordIn(romeo.storage));
        });
        romeo.client.connect(ROMEO);
        while (romeo.requests.length < 5) {
          stage.pass(1);
          expect(romeo.storage.keys()).toEqual([]);
        }
        stage.pass(100);
        expect(atTheTime).toEqual([like({ jid: ROMEO.jid, sid: 'sid-1', rid: romeo.open[0]!.rid! + 1 })]);
      },
      { latencyMs: 10 },
    ),
  );

  it.each(['SCRAM-SHA-256', 'PLAIN'] as const)(
    'is no password, and nothing that was said to prove it, at any time: %s',
    (mechanism) => {
      inDomain(
        (stage) => {
          const romeo = online(stage);
          romeo.client.send(text('hello'));
          stage.pass(1000);
          const proofs = stage.domain.requests
            .flatMap(({ body: { children } }) => children)
            .filter(({ name }) => name === 'auth' || name === 'response')
            .map(({ text: said }) => said);
          expect(proofs).toHaveLength(mechanism === 'PLAIN' ? 1 : 2);
          const written = romeo.storage.calls.map(({ value }) => value ?? '').join('\n');
          expect(written).toContain('sid-1');
          for (const secret of [ROMEO.password, ...proofs]) expect(written).not.toContain(secret);
        },
        { mechanisms: [mechanism] },
      )();
    },
  );

  it(
    'never has a request number that has been used: it is written before each request leaves',
    inDomain(
      (stage) => {
        const romeo = online(stage);
        const found = watchRecord(stage, romeo);
        for (let i = 0; i < 10; i++) {
          romeo.client.send(text(`${i}`));
          stage.domain.deliver(ROMEO.jid, text('?').tree());
          stage.pass(130);
        }
        expect(found.length).toBeGreaterThan(10);
        expect(found.filter(({ rid, kept }) => kept !== rid + 1)).toEqual([]);
      },
      { latencyMs: 20 },
    ),
  );

  it(
    'is the next number after every success, as session$ says it',
    inDomain(
      (stage) => {
        const romeo = online(stage);
        const said: (number | undefined)[] = [];
        romeo.client.session$.subscribe((tokens) => {
          said.push(tokens?.rid);
          expect(recordIn(romeo.storage)).toMatchObject({ ...tokens });
        });
        for (let i = 0; i < 5; i++) {
          stage.domain.deliver(ROMEO.jid, text('?').tree());
          stage.pass(100);
          const open = romeo.open.at(-1)!;
          expect(said.at(-1)).toBe(open.rid! + 1);
        }
        expect(said).toEqual([...said].sort((a, b) => a! - b!));
        expect(new Set(said).size).toBe(said.length);
      },
      { latencyMs: 5 },
    ),
  );

  it(
    'is proof of life too: a success without news is written as well',
    inDomain((stage) => {
      const romeo = online(stage);
      const before = recordIn(romeo.storage);
      stage.pass(60_000);
      const after = recordIn(romeo.storage)!;
      expect(after).toMatchObject({ sid: before!['sid'], rid: Number(before!['rid']) + 1 });
      expect(Number(after['ts'])).toBeGreaterThan(59_000);
    }),
  );

  it(
    'is gone after a logout, every bit of it',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.send(text('waiting'));
      expect(romeo.storage.keys().length).toBeGreaterThan(1);
      romeo.client.disconnect();
      stage.pass(1000);
      expect(romeo.status).toEqual({ type: 'offline' });
      expect(romeo.storage.keys()).toEqual([]);
    }),
  );

  it(
    'is gone when the session is over',
    inDomain((stage) => {
      const romeo = online(stage);
      stage.domain.terminate(ROMEO.jid, 'conflict');
      stage.pass(0);
      expect(romeo.storage.keys()).toEqual([]);
    }),
  );

  it(
    'stays when the page just ends',
    inDomain((stage) => {
      const romeo = online(stage);
      const kept = romeo.storage.snapshot();
      romeo.client.close();
      expect(romeo.storage.snapshot()).toEqual(kept);
      expect(stage.domain.sessions).toHaveLength(1);
    }),
  );

  it(
    'makes room for a new login at once',
    inDomain((stage) => {
      const storage = kill(online(stage));
      const again = nextPage(stage, storage);
      again.client.connect({ ...ROMEO, password: 'wrong' });
      stage.pass(1000);
      expect(storage.keys()).toEqual([]);
    }),
  );

  it(
    'is small, and does not grow with what is on its way',
    inDomain(
      (stage) => {
        const romeo = online(stage);
        romeo.client.send(Array.from({ length: 100 }, (_, i) => text(`${'x'.repeat(1000)}${i}`)));
        stage.pass(100);
        stage.domain.deliver(ROMEO.jid, text('y'.repeat(100_000)).tree());
        stage.pass(50);
        const sizes = romeo.storage.calls
          .filter(({ key }) => key === KEY)
          .map(({ value }) => value?.length ?? 0);
        expect(Math.max(...sizes)).toBeLessThan(1024);
      },
      { latencyMs: 30 },
    ),
  );

  it(
    'is only what the documentation of Strophe.js says, where that is asked for',
    inDomain(
      (stage) => {
        const romeo = online(stage, { keepalive: { journal: false } });
        romeo.client.send(text('hello'));
        stage.pass(150);
        expect(romeo.storage.keys()).toEqual([KEY]);
        expect(recordIn(romeo.storage)).toEqual({
          jid: ROMEO.jid,
          sid: 'sid-1',
          rid: romeo.open.at(-1)!.rid! + 1,
        });
      },
      { latencyMs: 30 },
    ),
  );

  it(
    'can be kept elsewhere, under another name',
    inDomain((stage) => {
      const own = memoryStorage();
      const romeo = online(stage, { keepalive: { storage: own, key: 'mine' } });
      expect(romeo.storage.keys()).toEqual([]);
      expect(own.keys()).toContain('mine');
      own.keys().forEach((key) => expect(key).toMatch(/^mine/));
    }),
  );

  it(
    'is nothing at all without keepalive',
    inDomain((stage) => {
      const romeo = online(stage, { keepalive: false });
      romeo.client.send(text('hello'));
      stage.pass(1000);
      expect(romeo.storage.calls).toEqual([]);
    }),
  );
});

describe('a storage that does not do what it should', () => {
  it(
    'costs no stanza when it is full: what it has no room for comes, and is told on wire$',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.storage.failOn('setItem', { key: /:i:/ });
      const { wire } = romeo;
      const during: unknown[] = [];
      romeo.client.stanza$.subscribe(() => during.push(romeo.storage.clone()));
      stage.domain.deliver(ROMEO.jid, text('hello').tree());
      stage.pass(100);
      expect(heard(romeo)).toEqual(['hello']);
      expect(wire.filter(({ type }) => type === 'degraded')).toMatchObject([
        { error: { name: 'QuotaExceededError' } },
      ]);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'loses nothing to a reload either: what was not kept is asked for again',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.storage.failOn('setItem', { key: /:i:/ });
      let storage = memoryStorage();
      romeo.client.stanza$.subscribe((stanza) => {
        if (stanza.child('body')?.text === 'two') storage = kill(romeo);
      });
      stage.domain.deliver(ROMEO.jid, text('one').tree());
      stage.pass(10);
      stage.domain.deliver(ROMEO.jid, text('two').tree());
      stage.pass(10);
      const next = nextPage(stage, storage);
      next.client.restore();
      stage.pass(1000);
      expect(heard(next)).toEqual(['two']);
      stage.domain.deliver(ROMEO.jid, text('three').tree());
      stage.pass(100);
      expect(heard(next)).toEqual(['two', 'three']);
    }),
  );

  it(
    'is no reason to fail when it takes nothing at all',
    inDomain((stage) => {
      const storage = memoryStorage();
      storage.failOn('setItem');
      const romeo = online(stage, { storage });
      romeo.client.send([text('one'), text('two')]);
      stage.pass(1000);
      stage.domain.deliver(ROMEO.jid, text('hello').tree());
      stage.pass(100);
      expect(stage.domain.received(ROMEO.jid)).toHaveLength(2);
      expect(heard(romeo)).toEqual(['hello']);
      romeo.client.disconnect();
      stage.pass(1000);
      expect(romeo.status).toEqual({ type: 'offline' });
    }),
  );

  it(
    'is no reason to fail when it can not even be looked at; only restore() says so',
    inDomain((stage) => {
      const storage = memoryStorage();
      for (const operation of ['getItem', 'setItem', 'removeItem'] as const) {
        storage.failOn(operation, { error: Object.assign(new Error('denied'), { name: 'SecurityError' }) });
      }
      const romeo = stage.actor({ keepalive: true, storage });
      expect(thrownBy(() => romeo.client.restore())).toMatchObject({
        name: 'StropheSessionError',
        condition: 'no-storage',
      });
      romeo.client.connect(ROMEO);
      stage.pass(1000);
      romeo.client.send($pres());
      stage.pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(stage.domain.received(ROMEO.jid)).toHaveLength(1);
    }),
  );

  it('is none where there is no sessionStorage: restore() says so', () => {
    const client = createClient(URL, { keepalive: true, platform: { storage: undefined } });
    expect(thrownBy(() => client.restore())).toMatchObject({
      name: 'StropheSessionError',
      condition: 'no-storage',
    });
    expect(thrownBy(() => client.restore())).toBeInstanceOf(Error);
  });

  it('is none where the browser denies the page even the sight of it, and a login works', () => {
    const denied = {
      configurable: true,
      get: () => {
        throw new Error('denied');
      },
    };
    Object.defineProperty(globalThis, 'document', { configurable: true, value: {} });
    Object.defineProperty(globalThis, 'sessionStorage', denied);
    Object.defineProperty(globalThis, 'localStorage', denied);
    try {
      const asked: string[] = [];
      const http: HttpPort = ({ body }) => (asked.push(body), NEVER);
      const client = createClient(URL, { keepalive: true, platform: { http } });
      expect(thrownBy(() => client.restore())).toMatchObject({
        name: 'StropheSessionError',
        condition: 'no-storage',
      });
      client.connect(ROMEO);
      client.close();
      expect(asked).toHaveLength(1);
    } finally {
      for (const name of ['document', 'sessionStorage', 'localStorage'])
        Reflect.deleteProperty(globalThis, name);
    }
  });
});
