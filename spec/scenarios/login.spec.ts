import { $iq, $msg, $pres, type Client, NS, stx } from 'rxmpp';
import { body } from 'rxmpp/testing';
import {
  CREATED,
  SUCCESS,
  beginLogin,
  bindOffer,
  boundTo,
  idIn,
  logInByHand,
  offers,
  passLogin,
} from './support/by-hand.js';
import { inDomain, ROMEO, withServer } from './support/stage.js';
import { like, textLike, thrownBy } from './support/expected.js';

describe('a login', () => {
  it.each([
    ['SCRAM-SHA-256', ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'], 5],
    ['SCRAM-SHA-1', ['PLAIN', 'SCRAM-SHA-1'], 5],
    ['PLAIN', ['PLAIN', 'ANONYMOUS'], 4],
  ] as const)(
    'by %s, the strongest of %j, takes %i round trips and no other time',
    (mechanism, mechanisms, trips) => {
      inDomain(
        ({ actor, pass }) => {
          const romeo = actor();
          romeo.client.connect(ROMEO);
          pass(trips * 80 - 1);
          expect(romeo.status.type).not.toBe('online');
          pass(1);
          expect(romeo.statuses).toEqual([
            { type: 'offline' },
            { type: 'connecting', how: 'login' },
            { type: 'authenticating', mechanism },
            { type: 'online', how: 'connected', jid: ROMEO.jid, resumed: false, stalled: false },
          ]);
          expect(romeo.requests.map(({ at }) => at)).toEqual(
            Array.from({ length: trips + 1 }, (_, i) => i * 80),
          );
          expect(romeo.mostOpen).toBe(1);
        },
        { latencyMs: 40, mechanisms: [...mechanisms] },
      )();
    },
  );

  it(
    'without a name is anonymous',
    inDomain(
      ({ actor, pass }) => {
        const somebody = actor();
        somebody.client.connect({ jid: 'example.com' });
        pass(0);
        expect(somebody.status).toMatchObject({
          type: 'online',
          jid: textLike(/^anonymous-\d+@example\.com\/./),
        });
        expect(somebody.requests).toHaveLength(5);
      },
      { mechanisms: ['PLAIN', 'ANONYMOUS'] },
    ),
  );

  it(
    'lets two people talk',
    inDomain(
      ({ actor, pass }) => {
        const [romeo, juliet] = [actor(), actor()];
        romeo.client.connect(ROMEO);
        juliet.client.connect({ jid: 'juliet@example.com/balcony', password: 'capulet' });
        pass(1000);
        juliet.client.send($pres());
        pass(200);
        romeo.client.send(
          $msg({ to: 'juliet@example.com', type: 'chat', id: 'm1' }).c('body').t('Call me but love & <I>'),
        );
        pass(200);
        expect(juliet.stanzas.at(-1)!.attrs).toMatchObject({ from: ROMEO.jid, id: 'm1', type: 'chat' });
        expect(juliet.stanzas.at(-1)!.child('body')?.text).toBe('Call me but love & <I>');
        juliet.client.send($msg({ to: ROMEO.jid, type: 'chat' }).c('body').t('Ay me! \u{1f339}'));
        pass(200);
        expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['Ay me! \u{1f339}']);
      },
      { latencyMs: 15 },
    ),
  );

  it(
    'never shows the password, its proof or the session id on wire$',
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        const shown = JSON.stringify(romeo.wire);
        const proofs = domain.requests
          .flatMap(({ body: { children } }) => children.map(({ text }) => text))
          .filter(Boolean);
        expect(proofs).toHaveLength(1);
        for (const secret of [...proofs, ROMEO.password, domain.sessions[0]!.sid])
          expect(shown).not.toContain(secret);
        expect(romeo.wire.filter(({ type }) => type === 'sent')).toHaveLength(5);
      },
      { mechanisms: ['PLAIN'] },
    ),
  );

  /** XEP-0206 §5. */
  it(
    'starts the stream anew with a request that says just that, and waits for its answer',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      romeo.client.send($pres());
      beginLogin({ server, pass }, romeo);
      server.answer('oldest', body({}, SUCCESS));
      pass(10_000);
      expect(romeo.open).toHaveLength(1);
      const [restart] = romeo.open;
      expect(restart!.body.attrs).toMatchObject({
        sid: 'a1',
        to: 'example.com',
        'xml:lang': 'en',
        'xmpp:restart': 'true',
      });
      expect(restart).toMatchObject({ rid: romeo.requests[0]!.rid! + 2, body: { nodes: [] } });
    }),
  );

  it(
    'is not confused when the restart is answered like the opening of a session',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      passLogin({ server, pass }, romeo);
      server.answer(
        'oldest',
        body({ ...CREATED, authid: 'b2', requests: 1, wait: 1, 'xmpp:version': '1.0' }, bindOffer()),
      );
      pass(0);
      server.answer('oldest', body({}, boundTo(idIn(romeo.open[0]!), ROMEO.jid)));
      pass(0);
      romeo.client.send($pres());
      pass(100);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(romeo.open.map(({ sid }) => sid)).toEqual(['a1', 'a1']);
      pass(60_000);
      expect(romeo.open).toHaveLength(2);
    }),
  );

  it(
    'fails when the restart is answered with another session id',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      passLogin({ server, pass }, romeo);
      server.answer('oldest', body({ sid: 'other' }, bindOffer()));
      pass(60_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'protocol-violation' },
      });
    }),
  );

  it(
    'goes on when the answer to the restart got lost on the way',
    inDomain(({ actor, pass, domain }) => {
      const remove = domain.intercept(({ text }) => {
        if (!text.includes('xmpp:restart')) return undefined;
        remove();
        return { dropAnswer: true };
      });
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      const restarts = romeo.requests
        .filter(({ text }) => text.includes('xmpp:restart'))
        .map(({ text }) => text);
      expect(restarts).toHaveLength(2);
      expect(new Set(restarts).size).toBe(1);
    }),
  );

  it(
    'binds the resource asked for, or what the server makes of it',
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        expect(romeo.status).toMatchObject({
          type: 'online',
          jid: 'romeo@example.com/orchard-of-another-name',
        });
        const bind = domain.requests[4]!.body.children[0]!.child('bind', NS.BIND)!;
        expect(bind.child('resource')?.text).toBe('orchard');
      },
      { resource: (asked) => `${asked}-of-another-name` },
    ),
  );

  it(
    'leaves the resource to the server when none is asked for',
    inDomain(({ actor, pass, domain }) => {
      const romeo = actor();
      romeo.client.connect({ ...ROMEO, jid: 'romeo@example.com' });
      pass(0);
      expect(domain.requests[4]!.body.children[0]!.child('bind', NS.BIND)!.children).toEqual([]);
      expect(romeo.status).toMatchObject({ type: 'online', jid: textLike(/^romeo@example\.com\/./) });
    }),
  );

  it(
    'fails when the resource is taken',
    inDomain(
      ({ actor, pass }) => {
        const [first, second] = [actor(), actor()];
        first.client.connect(ROMEO);
        pass(0);
        second.client.connect(ROMEO);
        pass(1000);
        expect(second.status).toMatchObject({
          ...{ type: 'failed', during: 'connect' },
          error: { name: 'StanzaError', condition: 'conflict', retryable: false },
        });
        expect(first.status).toMatchObject({ type: 'online' });
      },
      { conflict: 'refuse' },
    ),
  );

  it.each([
    ['optional', 5],
    ['none', 5],
    ['required', 6],
  ] as const)('establishes a legacy session only where that is required: %s', (session, trips) => {
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        expect(romeo.status).toMatchObject({ type: 'online' });
        expect(domain.requests).toHaveLength(trips + 1);
        expect(domain.requests.some(({ text }) => text.includes(NS.SESSION))).toBe(session === 'required');
      },
      { session },
    )();
  });

  it(
    'leaves encryption and compression of the stream alone: HTTP has its own',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const more =
        '<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"><required/></starttls>' +
        '<compression xmlns="http://jabber.org/features/compress"><method>zlib</method></compression>';
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      server.answer('oldest', body(CREATED, offers(['PLAIN'], more)));
      pass(0);
      expect(romeo.open[0]!.body.children.map(({ name, attrs }) => [name, attrs['mechanism']])).toEqual([
        ['auth', 'PLAIN'],
      ]);
    }),
  );
});

describe('a login that fails', () => {
  it.each([
    ['the password is wrong', { ...ROMEO, password: 'capulet' }],
    ['nobody has that name', { jid: 'tybalt@example.com', password: 'x' }],
  ])('says why: %s', (_, credentials) => {
    inDomain(
      ({ actor, pass }) => {
        const romeo = actor();
        romeo.client.connect(credentials);
        pass(10_000);
        expect(romeo.statuses.map(({ type }) => type)).toEqual([
          'offline',
          'connecting',
          'authenticating',
          'failed',
        ]);
        expect(romeo.status).toMatchObject({
          ...{ during: 'auth', unsent: [], uncertain: [], undispatched: [] },
          error: { name: 'AuthError', condition: 'not-authorized', retryable: false },
        });
        expect(romeo.requests.at(-1)!.body.attrs['type']).toBe('terminate');
      },
      { latencyMs: 10 },
    )();
  });

  it(
    'leaves the client ready for another',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.send($pres({ id: 'early' }));
      romeo.client.connect({ ...ROMEO, password: 'wrong' });
      pass(1000);
      expect(romeo.status).toMatchObject({ type: 'failed', unsent: [like({ name: 'presence' })] });
      romeo.client.connect(ROMEO);
      pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it.each([[['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']], [['GSSAPI', 'ANONYMOUS']], [[]]])(
    'tells nobody the password when the server offers nothing usable: %j',
    (mechanisms) => {
      withServer(({ actor, server, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        server.answer('oldest', body(CREATED, offers(mechanisms)));
        pass(10_000);
        expect(romeo.status).toMatchObject({
          ...{ type: 'failed', during: 'auth' },
          error: { name: 'AuthError', condition: 'no-usable-mechanism' },
        });
        expect(romeo.requests.flatMap((request) => request.body.children)).toEqual([]);
      })();
    },
  );

  it(
    'gives up after the connect timeout when the server is silent',
    withServer(({ actor, server, pass }) => {
      const romeo = actor({ connectTimeout: 12_000 });
      romeo.client.connect(ROMEO);
      pass(0);
      server.answer('oldest', body(CREATED, offers(['PLAIN'])));
      pass(11_999);
      expect(romeo.status.type).toBe('authenticating');
      pass(3_001);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'connect' },
        error: { name: 'TimeoutError', condition: 'timeout', retryable: true },
      });
    }),
  );

  it(
    'fails when the server offers no binding',
    withServer(({ actor, server, pass }) => {
      const romeo = actor();
      passLogin({ server, pass }, romeo);
      server.answer('oldest', body({}, '<stream:features/>'));
      pass(10_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'bind-missing' },
      });
    }),
  );
});

describe('closing the client', () => {
  it.each([1, 2, 3, 4, 5, 6])('during request %i of a login leaves nothing behind', (count) => {
    inDomain(
      ({ actor, pass }) => {
        const romeo = actor({ keepalive: true });
        romeo.client.connect(ROMEO);
        while (romeo.requests.length < count) pass(1);
        romeo.client.send($pres());
        romeo.client.close();
        expect(romeo.completed).toHaveLength(6);
        expect(romeo.open).toEqual([]);
        expect(romeo.timers).toBe(0);
        pass(100_000);
        expect(romeo.requests).toHaveLength(count);
      },
      { latencyMs: 10 },
    )();
  });

  it(
    'while online ends every stream, once, and takes no command any more',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      romeo.client[Symbol.dispose]();
      const { client } = romeo;
      const before = [romeo.requests.length, romeo.statuses.length];
      const commands: ((on: Client) => void)[] = [
        (on) => on.send(stx`<presence/>`),
        (on) => on.flush(),
        (on) => on.pause(),
        (on) => on.resume(),
        (on) => on.disconnect(),
        (on) => on.close(),
      ];
      for (const command of commands) command(client);
      stage.pass(100_000);
      expect([romeo.requests.length, romeo.statuses.length]).toEqual(before);
      expect(romeo.completed).toHaveLength(6);
      expect(romeo.timers).toBe(0);
    }),
  );

  it(
    'is final: whoever asks it for something afterwards is told so',
    inDomain(({ actor }) => {
      const romeo = actor({ keepalive: true });
      romeo.client.close();
      const closed = { name: 'UsageError', condition: 'closed' };
      expect(thrownBy(() => romeo.client.connect(ROMEO))).toMatchObject(closed);
      expect(thrownBy(() => romeo.client.attach({ ...ROMEO, sid: 'a1', rid: 17 }))).toMatchObject(closed);
      const errors: unknown[] = [];
      romeo.client.request($iq({ type: 'get' })).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toMatchObject([{ name: 'TransportError', kind: 'closed' }]);
      expect(romeo.timers).toBe(0);
    }),
  );
});
