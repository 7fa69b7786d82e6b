import { $msg, $pres, prebind, type SessionTokens } from 'rxmpp';
import { body, serverProfiles, terminateBody } from 'rxmpp/testing';
import { idIn, message } from './support/by-hand.js';
import { heard, KEY, prebound } from './support/pages.js';
import { type Actor, inDomain, ROMEO, type ScriptedStage, URL, withServer } from './support/stage.js';
import { like } from './support/expected.js';

const TOKENS: SessionTokens = { jid: ROMEO.jid, sid: 'a1', rid: 1000 };
const text = (content: string) =>
  $msg({ to: 'juliet@example.com/balcony', type: 'chat' }).c('body').t(content);

const pong = (id: string, to: string = ROMEO.jid): string =>
  `<iq xmlns="jabber:client" type="result" id="${id}" to="${to}" from="example.com"/>`;

/** Attaches to the scripted server; the request with the ping is open. */
const attaching = (
  { actor, pass }: ScriptedStage,
  tokens: SessionTokens = TOKENS,
  options = {},
): { romeo: Actor; ping: string } => {
  const romeo = actor({ keepalive: true, ...options });
  romeo.client.attach(tokens);
  pass(0);
  return { romeo, ping: idIn(romeo.open.at(-1)!) };
};

describe('a session opened for somebody else', () => {
  it(
    'comes with all that is needed to take it over, and with no request and no timer left',
    inDomain(
      (stage) => {
        const { platform, open, requests, ...rest } = stage.surroundings();
        const given: unknown[] = [];
        prebind(URL, { ...ROMEO, platform }).subscribe({
          next: (tokens) => given.push(tokens),
          complete: () => given.push('done'),
        });
        stage.pass(100);
        const [session] = stage.domain.sessions;
        expect(given).toEqual([
          {
            ...{ jid: ROMEO.jid, sid: session!.sid, rid: session!.rid },
            ...{ wait: 60, hold: 1, inactivity: 30, expiresAt: 30_100 },
          },
          'done',
        ]);
        expect(session!.rid).toBe(requests.at(-1)!.rid! + 1);
        expect(requests).toHaveLength(5);
        expect(open).toEqual([]);
        expect(rest.timers).toBe(0);
        expect(JSON.parse(JSON.stringify(given[0]))).toEqual(given[0]);
      },
      { latencyMs: 10 },
    ),
  );

  it(
    'is an error that says why when it can not be had',
    inDomain(({ surroundings, pass }) => {
      const { platform, ...rest } = surroundings();
      const errors: unknown[] = [];
      prebind(URL, { ...ROMEO, password: 'wrong', platform }).subscribe({
        error: (error: unknown) => errors.push(error),
      });
      pass(10_000);
      expect(errors).toEqual([like({ name: 'AuthError', condition: 'not-authorized' })]);
      expect([rest.open, rest.timers]).toEqual([[], 0]);
    }),
  );

  it(
    'is abandoned when nobody wants it any more',
    inDomain(
      ({ surroundings, pass }) => {
        const { platform, ...rest } = surroundings();
        const subscription = prebind(URL, { ...ROMEO, platform }).subscribe();
        pass(25);
        subscription.unsubscribe();
        expect([rest.open, rest.timers]).toEqual([[], 0]);
      },
      { latencyMs: 10 },
    ),
  );

  it.each(Object.entries(serverProfiles))('is taken over by a page: %s', (_, profile) => {
    inDomain(
      (stage) => {
        const tokens = prebound(stage);
        const romeo = stage.actor();
        romeo.client.attach(tokens);
        stage.pass(1000);
        romeo.client.send([$pres(), text('hello')]);
        stage.pass(1000);
        expect(romeo.statuses).toEqual([
          { type: 'offline' },
          { type: 'connecting', how: 'attach' },
          { type: 'online', how: 'attached', jid: ROMEO.jid, resumed: true, stalled: false },
        ]);
        stage.domain
          .user('juliet@example.com/balcony')
          .send($msg({ to: ROMEO.jid }).c('body').t('Ay me').tree());
        stage.pass(1000);
        expect(heard(romeo)).toContain('Ay me');
        expect(stage.domain.received(ROMEO.jid).map(({ name }) => name)).toEqual([
          'iq',
          'presence',
          'message',
        ]);
      },
      { ...profile, latencyMs: 10 },
    )();
  });
});

describe('taking a session over', () => {
  it(
    'is done with one question to the server, and not before its answer',
    inDomain(
      (stage) => {
        const tokens = prebound(stage);
        const romeo = stage.actor();
        romeo.client.attach(tokens);
        stage.pass(79);
        expect(romeo.status).toEqual({ type: 'connecting', how: 'attach' });
        expect(romeo.requests).toHaveLength(1);
        const [ping] = romeo.requests[0]!.body.children;
        expect(romeo.requests[0]).toMatchObject({ rid: tokens.rid, sid: tokens.sid });
        expect(ping!.attrs).toMatchObject({ type: 'get', to: 'example.com' });
        expect(ping!.child('ping', 'urn:xmpp:ping')).toBeDefined();
        stage.pass(1);
        expect(romeo.status).toMatchObject({ type: 'online', how: 'attached', resumed: true });
        expect(romeo.stanzas).toEqual([]);
      },
      { latencyMs: 40 },
    ),
  );

  it.each([
    [
      'item-not-found, as most servers say it',
      { status: 200, body: terminateBody('item-not-found') },
      'item-not-found',
    ],
    ['HTTP 404', { status: 404, body: '' }, 'item-not-found'],
    ['HTTP 403', { status: 403, body: '<html/>' }, 'policy-violation'],
  ])('fails at once when the session is gone: %s', (_, answer, condition) => {
    withServer((stage) => {
      const { romeo } = attaching(stage);
      expect(romeo.storage.keys()).toContain(KEY);
      stage.server.answer('oldest', answer);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'attach',
        error: { condition, retryable: false },
      });
      stage.pass(60_000);
      expect(romeo.requests).toHaveLength(1);
      expect(romeo.storage.keys()).toEqual([]);
    })();
  });

  it.each(['service-unavailable', 'not-allowed', 'feature-not-implemented'])(
    'succeeds on a server that knows no ping: %s proves as much',
    (condition) => {
      withServer((stage) => {
        const { romeo, ping } = attaching(stage);
        const error = `<error type="cancel"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
        const answer = `<iq xmlns="jabber:client" type="error" id="${ping}" from="example.com" to="${ROMEO.jid}">${error}</iq>`;
        stage.server.answer('oldest', body({}, answer));
        stage.pass(0);
        expect(romeo.status).toMatchObject({ type: 'online', how: 'attached' });
      })();
    },
  );

  it(
    'gives what has come with the proof to the app afterwards, in order, and keeps the proof to itself',
    withServer((stage) => {
      const { romeo, ping } = attaching(stage);
      const when: string[] = [];
      romeo.client.stanza$.subscribe(() => when.push(romeo.status.type));
      stage.server.answer('oldest', body({}, message('before'), pong(ping), message('after')));
      stage.pass(0);
      expect(heard(romeo)).toEqual(['before', 'after']);
      expect(when).toEqual(['online', 'online']);
    }),
  );

  it(
    'waits for the proof a little longer when other things come first',
    withServer((stage) => {
      const { romeo, ping } = attaching(stage);
      stage.server.answer('oldest', body({}, message('first')));
      stage.pass(4000);
      expect(romeo.status).toMatchObject({ type: 'connecting' });
      expect(romeo.stanzas).toEqual([]);
      expect(romeo.open.map((request) => request.body.children)).toEqual([[]]);
      stage.server.answer('oldest', body({}, pong(ping)));
      stage.pass(0);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(heard(romeo)).toEqual(['first']);
    }),
  );

  it(
    'fails as stale after 5 s when the server answers something else',
    withServer((stage) => {
      const { romeo } = attaching(stage);
      stage.server.answer('oldest', body({}, message('from long ago')));
      stage.pass(4999);
      expect(romeo.status).toMatchObject({ type: 'connecting' });
      stage.pass(1);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'attach' },
        error: { name: 'StropheSessionError', condition: 'stale' },
        undispatched: [like({ name: 'message' })],
      });
      stage.pass(60_000);
      expect(romeo.requests.filter(({ text: sent }) => sent.includes('terminate'))).toEqual([]);
    }),
  );

  it.each([
    [undefined, 20_000],
    [3000, 3000],
  ])('fails when there is no answer at all: attachTimeout %s', (attachTimeout, ms) => {
    withServer((stage) => {
      const { romeo } = attaching(stage, TOKENS, attachTimeout === undefined ? {} : { attachTimeout });
      stage.pass(ms - 1);
      expect(romeo.status).toMatchObject({ type: 'connecting' });
      stage.pass(1);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'attach' },
        error: { name: 'TimeoutError', condition: 'timeout', retryable: true },
      });
      expect(romeo.requests).toHaveLength(1);
    })();
  });

  it.each([
    ['one too high: the server waits for the one between', 1, {}, 'timeout', 20_000],
    ['far too high', 7, {}, 'item-not-found', 100],
    ['one too low: the server repeats an old answer', -1, {}, 'stale', 5100],
    ['far too low', -5, {}, 'item-not-found', 100],
    ['far too low, on a server that keeps silent about it', -5, { lowRid: 'hang' }, 'timeout', 20_000],
  ] as const)('fails with a rid that is %s', (_, difference, manner, condition, ms) => {
    inDomain(
      (stage) => {
        const { rid, ...tokens } = prebound(stage);
        const romeo = stage.actor();
        romeo.client.attach({ ...tokens, rid: rid + difference });
        stage.pass(ms);
        expect(romeo.status).toMatchObject({ type: 'failed', during: 'attach', error: { condition } });
        stage.pass(60_000);
        expect(new Set(romeo.requests.map((request) => request.body.attrs['type']))).toEqual(
          new Set([undefined]),
        );
      },
      { manner },
    )();
  });

  it(
    'fails with the sid of another server',
    inDomain((stage) => {
      const tokens = prebound(stage);
      const romeo = stage.actor();
      romeo.client.attach({ ...tokens, sid: 'not-this-one' });
      stage.pass(0);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'attach',
        error: { condition: 'item-not-found' },
      });
      expect(stage.domain.sessions).toHaveLength(1);
    }),
  );

  it.each(['mercutio@example.com/orchard', 'romeo@example.com/elsewhere'])(
    'fails when the session turns out to be another: %s',
    (jid) => {
      withServer((stage) => {
        const { romeo, ping } = attaching(stage);
        stage.server.answer('oldest', body({}, pong(ping, jid)));
        stage.pass(60_000);
        expect(romeo.status).toMatchObject({
          ...{ type: 'failed', during: 'attach' },
          error: { name: 'StropheSessionError', condition: 'jid-mismatch' },
        });
        expect(romeo.requests).toHaveLength(1);
        expect(romeo.storage.keys()).toEqual([]);
      })();
    },
  );

  it(
    'learns the resource from the proof where the tokens do not name it',
    withServer((stage) => {
      const { romeo, ping } = attaching(stage, { ...TOKENS, jid: 'romeo@example.com' });
      stage.server.answer('oldest', body({}, pong(ping)));
      stage.pass(0);
      expect(romeo.status).toMatchObject({ type: 'online', jid: ROMEO.jid });
      expect(JSON.parse(romeo.storage.getItem(KEY)!)).toMatchObject({ jid: ROMEO.jid });
    }),
  );

  it(
    'lets what is sent meanwhile wait for it',
    withServer((stage) => {
      const { romeo, ping } = attaching(stage);
      romeo.client.send(text('early'));
      romeo.client.flush();
      stage.pass(1000);
      expect(romeo.requests).toHaveLength(1);
      stage.server.answer('oldest', body({}, pong(ping)));
      stage.pass(100);
      expect(romeo.requests.flatMap((request) => request.body.children.map(({ name }) => name))).toEqual([
        'iq',
        'message',
      ]);
    }),
  );

  it(
    'gives it back when it fails',
    withServer((stage) => {
      const { romeo } = attaching(stage);
      romeo.client.send(text('early'));
      stage.server.answer('oldest', terminateBody('item-not-found'));
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'attach', uncertain: [], undispatched: [] },
        unsent: [like({ name: 'message' })],
      });
    }),
  );

  it(
    'repeats its question unchanged when the connection breaks',
    withServer((stage) => {
      const { romeo, ping } = attaching(stage);
      stage.server.fail('oldest');
      stage.pass(1000);
      stage.server.answer('oldest', body({}, pong(ping)));
      stage.pass(0);
      expect(romeo.statuses.filter(({ type }) => type === 'online')).toHaveLength(1);
      const [first, second] = romeo.requests;
      expect(second!.text).toBe(first!.text);
      expect(romeo.requests.slice(2).map(({ rid }) => rid)).toEqual([TOKENS.rid + 1]);
    }),
  );

  it(
    'is taken for granted, in the same moment, where the app wants no proof',
    withServer((stage) => {
      const romeo = stage.actor({ verifyAttach: false });
      romeo.client.attach(TOKENS);
      expect(romeo.statuses.slice(1)).toMatchObject([
        { type: 'connecting' },
        { type: 'online', how: 'attached' },
      ]);
      expect(romeo.open).toMatchObject([{ rid: TOKENS.rid, body: { children: [] } }]);
      romeo.client.send(text('hello'));
      stage.pass(100);
      expect(romeo.open).toHaveLength(2);
    }),
  );

  it.each([
    [1, 1],
    [2, 2],
    [undefined, 2],
    [50, 2],
  ])('keeps within the window: wind %s, at most %i requests', (wind, most) => {
    withServer((stage) => {
      const romeo = stage.actor({ verifyAttach: false, dispatchInterval: 0 });
      romeo.client.attach(TOKENS, wind === undefined ? {} : { wind });
      for (let i = 0; i < 5; i++) {
        romeo.client.send(text(`${i}`));
        stage.pass(50);
      }
      expect(romeo.open).toHaveLength(most);
    })();
  });

  it(
    'believes what it is told of wait and hold',
    withServer((stage) => {
      const romeo = stage.actor({ verifyAttach: false });
      romeo.client.attach(TOKENS, { wait: 7, hold: 1 });
      const [poll] = romeo.open;
      stage.pass(11_999);
      expect(poll!.state).toBe('open');
      stage.pass(1);
      expect(poll!.state).toBe('aborted');
    }),
  );

  it.each([1, 9, 50])('leaves nothing behind when the client is closed after %i ms', (ms) => {
    inDomain(
      (stage) => {
        const tokens = prebound(stage);
        const romeo = stage.actor();
        romeo.client.attach(tokens);
        stage.pass(ms);
        romeo.client.close();
        expect([romeo.open, romeo.timers, romeo.completed.length]).toEqual([[], 0, 6]);
      },
      { latencyMs: 20 },
    )();
  });

  it(
    'can be called off: the session, which may be of somebody else, is left alone',
    inDomain(
      (stage) => {
        const tokens = prebound(stage);
        const romeo = stage.actor();
        romeo.client.attach(tokens);
        stage.pass(10);
        romeo.client.disconnect();
        stage.pass(5000);
        expect(romeo.statuses.slice(1).map(({ type }) => type)).toEqual([
          'connecting',
          'disconnecting',
          'offline',
        ]);
        expect(stage.domain.sessions).toHaveLength(1);
      },
      { latencyMs: 20 },
    ),
  );

  it(
    'leaves the way open to a login when it fails',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.status$.subscribe((status) => {
        if (status.type === 'failed') romeo.client.connect(ROMEO);
      });
      romeo.client.attach(TOKENS);
      pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'connected' });
    }),
  );
});

describe('giving a session away', () => {
  const noticing: { readonly manner: { readonly lostConnection: 'noticed' } } = {
    manner: { lostConnection: 'noticed' },
  };

  it(
    'leaves it alive for somebody else, who goes on with the next number',
    inDomain(
      (stage) => {
        const giver = stage.actor({ keepalive: true });
        giver.client.connect(ROMEO);
        stage.pass(1000);
        const given: (SessionTokens | string)[] = [];
        giver.client
          .detach()
          .subscribe({ next: (tokens) => given.push(tokens), complete: () => given.push('done') });
        expect(given).toEqual([
          { jid: ROMEO.jid, sid: 'sid-1', rid: giver.requests.at(-1)!.rid! + 1 },
          'done',
        ]);
        expect([giver.open, giver.timers, giver.storage.keys()]).toEqual([[], 0, []]);
        expect(giver.status).toEqual({ type: 'offline' });
        const taker = stage.actor();
        taker.client.attach(given[0] as SessionTokens);
        stage.pass(1000);
        stage.domain.deliver(ROMEO.jid, text('hello').tree());
        stage.pass(100);
        expect(taker.status).toMatchObject({ type: 'online', how: 'attached' });
        expect(heard(taker)).toEqual(['hello']);
        expect(giver.stanzas).toEqual([]);
      },
      { latencyMs: 10, ...noticing },
    ),
  );

  it(
    'gives nothing where there is nothing',
    inDomain(({ actor }) => {
      const given: unknown[] = [];
      actor()
        .client.detach()
        .subscribe({ next: (tokens) => given.push(tokens), complete: () => given.push('done') });
      expect(given).toEqual(['done']);
    }),
  );
});
