import { $msg, $pres, createClient, element, NS, type SessionTokens, stx } from 'rxmpp';
import { body, terminateBody } from 'rxmpp/testing';
import { logInByHand, message } from './support/by-hand.js';
import { inDomain, ROMEO, withServer } from './support/stage.js';
import { like, textLike, thrownBy } from './support/expected.js';

const text = (content: string) =>
  $msg({ to: 'juliet@example.com/balcony', type: 'chat' }).c('body').t(content);
const streamError = (condition: string, more = '') =>
  `<stream:error><${condition} xmlns="${NS.STREAMS}"/>${more}</stream:error>`;

describe('answers that are not what they seem', () => {
  it(
    'takes its own request, sent back by the server, for nothing',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.send([text('hello'), stx`<presence><show>away</show></presence>`]);
      pass(100);
      const [poll, data] = romeo.open;
      server.answer(poll!.rid!, body());
      server.answer(data!.rid!, data!.text);
      pass(1000);
      expect(romeo.stanzas).toEqual([]);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(romeo.open).toHaveLength(1);
    }),
  );

  it(
    'takes in stanzas of others from an answer that repeats the attributes of the request',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.send(text('hello'));
      pass(100);
      const [poll, data] = romeo.open;
      server.answer(poll!.rid!, body({ rid: poll!.rid, sid: 'a1' }, message('one')));
      server.answer(data!.rid!, body({ rid: data!.rid, sid: 'a1' }, message('two')));
      pass(0);
      expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['one', 'two']);
    }),
  );

  it(
    'takes its own goodbye, sent back, for the end: once',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.disconnect();
      pass(0);
      server.answer('newest', romeo.open.at(-1)!.text);
      pass(60_000);
      expect(romeo.statuses.map(({ type }) => type).slice(-3)).toEqual([
        'online',
        'disconnecting',
        'offline',
      ]);
    }),
  );
});

/** XEP-0124 §17, XEP-0206 §6. */
describe('the end of a session by the server', () => {
  it(
    'comes after everything that was said before it',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      const atTheTime: string[] = [];
      romeo.client.stanza$.subscribe(() => atTheTime.push(romeo.status.type));
      const end = streamError('conflict', `<text xmlns="${NS.STREAMS}">Replaced by a new connection</text>`);
      server.answer('oldest', terminateBody('remote-stream-error', message('one'), message('two'), end));
      pass(0);
      expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['one', 'two']);
      expect(atTheTime).toEqual(['online', 'online']);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'session', unsent: [], uncertain: [], undispatched: [] },
        error: { name: 'StreamError', condition: 'conflict', message: textLike(/Replaced by a new/) },
      });
    }),
  );

  it.each([
    ...[
      'bad-request',
      'host-gone',
      'host-unknown',
      'improper-addressing',
      'internal-server-error',
      'item-not-found',
    ],
    ...[
      'other-request',
      'policy-violation',
      'remote-connection-failed',
      'remote-stream-error',
      'see-other-uri',
    ],
    ...['system-shutdown', 'undefined-condition'],
  ])('is reported with its condition: %s', (condition) => {
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      const before = romeo.requests.length;
      domain.terminate(ROMEO.jid, condition);
      pass(600_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'session',
        error: { name: 'StreamError', condition },
      });
      expect(romeo.requests).toHaveLength(before);
      expect(romeo.statuses.filter(({ type }) => type === 'failed')).toHaveLength(1);
    })();
  });

  it.each([['is-on-fire'], [undefined]])(
    'is reported as undefined-condition when its condition is %s',
    (condition) => {
      inDomain(({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        domain.terminate(ROMEO.jid, condition);
        pass(0);
        expect(romeo.status).toMatchObject({ type: 'failed', error: { condition: 'undefined-condition' } });
      })();
    },
  );

  it(
    'gives back what was not sent, and names what perhaps was not',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.send(text('on its way'));
      pass(100);
      romeo.client.send(text('waiting'));
      server.answer('oldest', terminateBody('internal-server-error'));
      pass(0);
      const { unsent, uncertain } = romeo.status as Extract<typeof romeo.status, { type: 'failed' }>;
      expect(unsent.map((stanza) => stanza.child('body')?.text)).toEqual(['waiting']);
      expect(uncertain.map((stanza) => stanza.child('body')?.text)).toEqual(['on its way']);
      expect(romeo.open).toEqual([]);
    }),
  );

  it(
    'is believed when an HTTP 400 is said twice, and nothing is lost without a word',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      domain.failNext(400, 2);
      romeo.client.send(text('hello'));
      const before = romeo.requests.length;
      pass(10_000);
      expect(romeo.requests.slice(before).map((request) => request.text)).toEqual([
        romeo.requests[before]!.text,
        romeo.requests[before]!.text,
      ]);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'session', unsent: [], undispatched: [] },
        error: {
          name: 'TransportError',
          kind: 'http',
          status: 400,
          condition: 'bad-request',
          retryable: false,
        },
        uncertain: [like({ name: 'message' })],
      });
    }),
  );

  it(
    'leaves the client ready for another session',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      domain.terminate(ROMEO.jid, 'system-shutdown');
      pass(0);
      romeo.client.connect(ROMEO);
      pass(0);
      domain.deliver(ROMEO.jid, text('again').tree());
      pass(0);
      expect(romeo.stanzas).toHaveLength(1);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );
});

/** XEP-0124 §13. */
describe('a goodbye', () => {
  it(
    'is over once the server agrees, whichever request it says so on',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        romeo.client.send($pres());
        pass(100);
        romeo.client.disconnect('bye');
        pass(60_000);
        expect(romeo.statuses.slice(-3)).toMatchObject([
          { type: 'online' },
          { type: 'disconnecting' },
          { type: 'offline' },
        ]);
        const [, last] = domain.received(ROMEO.jid);
        expect(last!.attrs['type']).toBe('unavailable');
        expect(last!.child('status')?.text).toBe('bye');
        expect(romeo.open).toEqual([]);
        expect(domain.sessions).toEqual([]);
      },
      { latencyMs: 5 },
    ),
  );

  it(
    'is over once when both requests say so, and what comes along with it is heard',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      const [poll] = romeo.open;
      romeo.client.disconnect();
      pass(0);
      const [, goodbye] = romeo.open;
      const echo = `<presence xmlns="jabber:client" type="unavailable" from="${ROMEO.jid}" to="${ROMEO.jid}"/>`;
      server.answer(poll!.rid!, terminateBody(undefined, echo));
      if (goodbye!.state === 'open') server.answer(goodbye!.rid!, terminateBody());
      pass(60_000);
      expect(romeo.statuses.slice(-3)).toMatchObject([
        { type: 'online' },
        { type: 'disconnecting' },
        { type: 'offline' },
      ]);
      expect(romeo.stanzas.map(({ attrs }) => attrs['type'])).toEqual(['unavailable']);
      expect([romeo.open, romeo.timers]).toEqual([[], 0]);
    }),
  );

  it(
    'is no error when the server ends the request it held with other-request',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.disconnect();
      pass(0);
      server.answer('oldest', terminateBody('other-request', message('a last word')));
      pass(60_000);
      expect(romeo.statuses.slice(-2)).toEqual([{ type: 'disconnecting' }, { type: 'offline' }]);
      expect(romeo.stanzas).toHaveLength(1);
    }),
  );

  it(
    'does not wait for ever: 3 s, or as long as asked for',
    withServer((stage) => {
      for (const disconnectTimeout of [undefined, 500]) {
        const romeo = stage.actor(disconnectTimeout === undefined ? {} : { disconnectTimeout });
        logInByHand(stage, romeo);
        romeo.client.disconnect();
        stage.pass((disconnectTimeout ?? 3000) - 1);
        expect(romeo.status).toEqual({ type: 'disconnecting' });
        stage.pass(1);
        expect(romeo.status).toEqual({ type: 'offline' });
        expect(romeo.open).toEqual([]);
      }
    }),
  );

  it(
    'comes after everything that was sent before',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(50);
        romeo.client.send([text('one'), text('two')]);
        romeo.client.disconnect();
        pass(100);
        expect(domain.received(ROMEO.jid).map(({ name }) => name)).toEqual([
          'message',
          'message',
          'presence',
        ]);
        const last = romeo.requests.at(-1)!;
        expect(last.body.attrs['type']).toBe('terminate');
        expect(last.body.children.map(({ name }) => name)).toEqual(['message', 'message', 'presence']);
      },
      { latencyMs: 5 },
    ),
  );

  it(
    'comes after it also when that fills more than one body',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor({ maxBodySize: 1000 });
        romeo.client.connect(ROMEO);
        pass(1000);
        romeo.client.send(Array.from({ length: 12 }, (_, i) => text(`${i}`.repeat(200))));
        romeo.client.disconnect();
        pass(1000);
        const received = domain.received(ROMEO.jid).map((stanza) => stanza.child('body')?.text.slice(-1));
        expect(received).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '1', undefined]);
        expect(romeo.status).toEqual({ type: 'offline' });
      },
      { latencyMs: 5 },
    ),
  );

  it(
    'in the middle of a login ends it',
    inDomain(
      ({ actor, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(25);
        romeo.client.disconnect();
        pass(3000);
        expect(romeo.statuses.map(({ type }) => type)).toEqual([
          ...['offline', 'connecting', 'authenticating', 'disconnecting', 'offline'],
        ]);
        expect(romeo.open).toEqual([]);
      },
      { latencyMs: 10 },
    ),
  );
});

describe('trouble on the way to the server', () => {
  it(
    'is told as such when no login is possible: the server is out of reach',
    inDomain(({ actor, domain, pass }) => {
      domain.offline(true);
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(30_000);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'connect' },
        error: { name: 'TransportError', kind: 'network', condition: 'network', status: 0, retryable: true },
      });
      expect(romeo.requests).toHaveLength(3);
    }),
  );

  it.each([
    [200, 'bad-answer'],
    [404, 'item-not-found'],
    [502, 'http'],
  ])(
    'is told as such when no login is possible: something else answers with HTML and status %i',
    (status, condition) => {
      inDomain(({ actor, domain, pass }) => {
        domain.failNext(status, 100);
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(30_000);
        expect(romeo.status).toMatchObject({
          ...{ type: 'failed', during: 'connect' },
          error: { name: 'TransportError', kind: 'http', status, condition },
        });
        expect(romeo.requests.length).toBeLessThanOrEqual(3);
      })();
    },
  );

  it(
    'costs nothing when it passes: a page of HTML instead of an answer is asked for again',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      domain.failNext(200, 3);
      romeo.client.send(text('hello'));
      const before = romeo.requests.length;
      pass(5000);
      expect(domain.received(ROMEO.jid)).toHaveLength(1);
      expect(new Set(romeo.requests.slice(before).map((request) => request.text)).size).toBe(1);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'ends a session only when the server must have given it up, and then lists what became of every stanza',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      domain.offline(true);
      romeo.client.send(text('on its way?'));
      pass(200);
      romeo.client.pause();
      romeo.client.send(text('waiting'));
      romeo.client.resume();
      pass(89_000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      pass(60_000);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'session' },
        error: { name: 'TransportError', kind: 'expired', condition: 'expired', retryable: true },
      });
      const { unsent, uncertain } = romeo.status as Extract<typeof romeo.status, { type: 'failed' }>;
      expect([...uncertain, ...unsent].map((stanza) => stanza.child('body')?.text)).toEqual([
        'on its way?',
        'waiting',
      ]);
    }),
  );
});

describe('what can not be right', () => {
  const tokens: SessionTokens = { jid: ROMEO.jid, sid: 'a1', rid: 17 };
  const usage = (condition: string) => ({ name: 'UsageError', condition });
  const notBosh = { name: 'StropheSessionError', condition: 'not-bosh' };

  it.each([
    [
      'no jid to connect with',
      () => createClient('/b').connect({ jid: '', password: 'x' }),
      usage('jid-malformed'),
    ],
    ['a jid with two @', () => createClient('/b').connect({ jid: 'a@b@c' }), usage('jid-malformed')],
    [
      'no jid to attach with',
      () => createClient('/b').attach({ ...tokens, jid: '' }),
      usage('jid-malformed'),
    ],
    ['an empty sid', () => createClient('/b').attach({ ...tokens, sid: '' }), usage('bad-sid')],
    ['a rid that is not whole', () => createClient('/b').attach({ ...tokens, rid: 1.5 }), usage('bad-rid')],
    ['a rid that is no number', () => createClient('/b').attach({ ...tokens, rid: NaN }), usage('bad-rid')],
    ['a rid of 0', () => createClient('/b').attach({ ...tokens, rid: 0 }), usage('bad-rid')],
    ['a rid of 2^53 - 1', () => createClient('/b').attach({ ...tokens, rid: 2 ** 53 - 1 }), usage('bad-rid')],
    ['a rid above that', () => createClient('/b').attach({ ...tokens, rid: 1e300 }), usage('bad-rid')],
    ['to send a string', () => createClient('/b').send('<presence/>' as never), usage('not-an-element')],
    ['to send plain data', () => createClient('/b').send({ name: 'presence' }), usage('not-an-element')],
    ['to attach on WebSocket', () => createClient('wss://example.com/ws').attach(tokens), notBosh],
    [
      'to restore on WebSocket',
      () => createClient('ws://example.com/ws', { keepalive: true }).restore(),
      notBosh,
    ],
  ])('is refused at the call: %s', (_, call, error) => {
    expect(thrownBy(call)).toBeInstanceOf(Error);
    expect(thrownBy(call)).toMatchObject(error);
  });

  it(
    'is a second session beside one that is open',
    inDomain(({ actor, pass }) => {
      const romeo = actor({ keepalive: true });
      romeo.client.connect(ROMEO);
      const again = [
        () => romeo.client.connect(ROMEO),
        () => romeo.client.attach(tokens),
        () => romeo.client.restore(),
      ] as const;
      expect(thrownBy(again[0])).toMatchObject(usage('busy'));
      expect(thrownBy(again[1])).toMatchObject(usage('busy'));
      pass(0);
      const kept = romeo.storage.snapshot();
      for (const open of again) expect(thrownBy(open)).toMatchObject(usage('busy'));
      expect(romeo.storage.snapshot()).toEqual(kept);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'sends nothing of a list in which one is not a stanza',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      expect(thrownBy(() => romeo.client.send([$pres(), '<presence/>' as never]))).toMatchObject(
        usage('not-an-element'),
      );
      pass(100);
      expect(domain.received(ROMEO.jid)).toEqual([]);
      romeo.client.send(element('presence', NS.CLIENT));
      pass(100);
      expect(domain.received(ROMEO.jid)).toHaveLength(1);
    }),
  );
});
