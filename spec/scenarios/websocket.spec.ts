import { $iq, $msg, $pres } from 'rxmpp';
import { overSockets } from './support/sockets.js';

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;
const JULIET = 'juliet@example.com/balcony';

const message = (id: string, to = JULIET) => $msg({ to, id, type: 'chat' }).c('body').t(id);

/** The ids that somebody got, in order. */
const ids = (stanzas: readonly { readonly attrs: Readonly<Record<string, string | undefined>> }[]) =>
  stanzas.map(({ attrs }) => attrs['id']);

describe('a login over WebSocket', () => {
  it(
    'takes one connection, the subprotocol xmpp, and a restart without a close',
    overSockets(({ online, socket, said }) => {
      const { statuses } = online();
      expect(socket()).toMatchObject({ url: 'wss://example.com/ws', protocols: ['xmpp'], state: 'open' });
      expect(said().map((word) => word.split(' ')[0])).toEqual([
        'open',
        'auth',
        'response',
        'open',
        'iq',
        'enable',
      ]);
      expect(statuses.map(({ type }) => type)).toEqual(['offline', 'connecting', 'authenticating', 'online']);
    }),
  );

  it(
    'fails where the server speaks something else',
    overSockets(
      ({ caller, pass }) => {
        const one = caller();
        one.client.connect(ROMEO);
        pass(100);
        expect(one.status).toMatchObject({
          type: 'failed',
          during: 'connect',
          error: { name: 'TransportError', condition: 'subprotocol-missing', retryable: false },
        });
      },
      { socket: { protocol: '' } },
    ),
  );

  it(
    'fails where nobody is, and where nobody answers',
    overSockets(({ caller, pass, domain }) => {
      domain.offline(true);
      const one = caller();
      one.client.connect(ROMEO);
      pass(100);
      expect(one.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { name: 'TransportError' },
      });
      domain.offline(false);
      const other = caller();
      other.client.connect(ROMEO);
      pass(15);
      domain.muteSockets();
      pass(20_000);
      expect(other.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'timeout' },
      });
      expect(other.timers).toBe(0);
    }),
  );

  it(
    'takes the mechanisms and the patience that it is given for this session alone',
    overSockets(({ caller, pass, domain }) => {
      const one = caller();
      one.client.connect(ROMEO, { mechanisms: ['PLAIN'], disconnectTimeout: 500 });
      pass(100);
      expect(one.statuses).toContainEqual({ type: 'authenticating', mechanism: 'PLAIN' });
      domain.muteSockets();
      one.client.disconnect();
      pass(499);
      expect(one.status.type).toBe('disconnecting');
      pass(1);
      expect(one.status.type).toBe('offline');
    }),
  );

  it(
    'that is refused says so, and closes the stream',
    overSockets(({ caller, pass, said, socket }) => {
      const one = caller();
      one.client.connect({ ...ROMEO, password: 'wrong' });
      pass(100);
      expect(one.status).toMatchObject({
        type: 'failed',
        during: 'auth',
        error: { condition: 'not-authorized' },
      });
      expect(said().at(-1)).toBe('close');
      expect(socket().state).toBe('closed');
    }),
  );
});

describe('stanzas over WebSocket', () => {
  it(
    'leave at once, one to a frame, those of one task together, and are acknowledged',
    overSockets(({ online, said, pass, domain, now, socket }) => {
      const { client } = online();
      const juliet = domain.user(JULIET);
      const begun = now();
      client.send([message('a'), message('b')]);
      client.send(message('c'));
      pass(10);
      expect(said().slice(6)).toEqual(['message a', 'message b', 'message c']);
      pass(250);
      expect(said().slice(6)).toEqual(['message a', 'message b', 'message c', 'r']);
      expect(socket().frames.filter(({ element }) => element.name === 'message')[0]?.at).toBe(begun);
      expect(ids(juliet.received)).toEqual(['a', 'b', 'c']);
      expect(
        socket()
          .frames.filter(({ element }) => element.name === 'a')
          .at(-1)?.element.attrs['h'],
      ).toBe('3');
    }),
  );

  it(
    'wait for the cycle if that is asked for',
    overSockets(({ online, said, pass }) => {
      const { client } = online({ dispatchInterval: 1000 });
      client.send(message('a'));
      pass(500);
      client.send(message('b'));
      expect(said().slice(6)).toEqual([]);
      pass(500);
      expect(said().slice(6)).toEqual(['message a', 'message b']);
    }),
  );

  it(
    'wait while paused: no frame leaves, not even a count; then all leave in order in the next cycle',
    overSockets(({ online, said, pass, domain }) => {
      const { client } = online({ quietInterval: 5_000 });
      client.pause();
      client.send([message('a'), message('b')]);
      client.flush();
      domain.user(JULIET).send(message('in', 'romeo@example.com/orchard').tree());
      pass(19_000);
      expect(said().slice(6)).toEqual([]);
      client.resume();
      pass(100);
      expect(said().slice(6)).toEqual(['message a', 'message b', 'a 1', 'r']);
      client.send(message('c'));
      pass(1);
      client.pause();
      pass(19_000);
      expect(said().slice(10)).toEqual(['message c']);
    }),
  );

  it(
    'while paused for long the server is told the count that it waits for, so that it does not give up',
    overSockets(({ online, said, pass, domain }) => {
      const { client } = online();
      client.pause();
      client.send(message('a'));
      domain.user(JULIET).send(message('in', 'romeo@example.com/orchard').tree());
      pass(20_100);
      expect(said().slice(6)).toEqual(['a 1']);
    }),
  );

  it(
    'of the server come in order, and an iq is answered exactly once',
    overSockets(({ online, domain, pass, said }) => {
      const { stanzas } = online();
      const juliet = domain.user(JULIET);
      const to = 'romeo@example.com/orchard';
      juliet.send(message('one', to).tree());
      juliet.send($iq({ to, type: 'get', id: 'ping' }).c('ping', { xmlns: 'urn:xmpp:ping' }).tree());
      juliet.send($iq({ to, type: 'get', id: 'odd' }).c('query', { xmlns: 'urn:odd' }).tree());
      pass(50);
      expect(ids(stanzas)).toEqual(['one', 'ping', 'odd']);
      expect(juliet.received.map(({ attrs: { id, type } }) => `${id} ${type}`)).toEqual([
        'ping result',
        'odd error',
      ]);
      expect(said().filter((word) => word.startsWith('a '))).toEqual([]);
      pass(250);
      expect(said().filter((word) => word.startsWith('a '))).toEqual(['a 3']);
    }),
  );

  it(
    'go without management where there is none',
    overSockets(
      ({ online, said, pass, domain }) => {
        const one = online();
        const juliet = domain.user(JULIET);
        one.client.send(message('a'));
        pass(50);
        expect(said().slice(5)).toEqual(['message a']);
        juliet.send(message('in', 'romeo@example.com/orchard').tree());
        pass(50);
        one.client.send(message('b'));
        pass(1);
        domain.cut();
        expect(ids(juliet.received)).toEqual(['a']);
        expect(one.status).toMatchObject({
          ...{ type: 'failed', during: 'session', error: { name: 'TransportError' } },
          uncertain: [{ attrs: { id: 'a' } }, { attrs: { id: 'b' } }],
        });
      },
      { socket: { management: false } },
    ),
  );
});

describe('a goodbye over WebSocket', () => {
  it(
    'says all that was sent, the count, and close, and waits for that of the server',
    overSockets(({ online, said, pass, socket, domain }) => {
      const { client, statuses } = online();
      client.send(message('a'));
      client.disconnect('bye');
      pass(4);
      expect(said().slice(6)).toEqual(['message a', 'presence', 'a 0', 'close']);
      expect(statuses.at(-1)).toEqual({ type: 'disconnecting' });
      pass(20);
      expect(statuses.at(-1)).toEqual({ type: 'offline' });
      expect(socket().state).toBe('closed');
      expect(() => domain.terminate('romeo@example.com/orchard')).toThrow();
    }),
  );

  it(
    'takes no longer than it may',
    overSockets(({ online, pass, domain }) => {
      const one = online();
      domain.muteSockets();
      one.client.disconnect();
      pass(2_999);
      expect(one.status.type).toBe('disconnecting');
      pass(1);
      expect(one.status.type).toBe('offline');
      expect(one.timers).toBe(0);
    }),
  );

  it(
    'of the server ends the session, with its reason after what it said before',
    overSockets(({ online, pass, domain, said }) => {
      const one = online();
      domain.user(JULIET).send(message('last', 'romeo@example.com/orchard').tree());
      domain.terminate('romeo@example.com/orchard', 'conflict');
      pass(50);
      expect(ids(one.stanzas)).toEqual(['last']);
      expect(one.status).toMatchObject({
        type: 'failed',
        during: 'session',
        error: { condition: 'conflict' },
      });
      expect(said().at(-1)).toBe('close');
    }),
  );

  it(
    'of the server without a reason may be tried again',
    overSockets(({ online, pass, domain }) => {
      const one = online();
      domain.terminate('romeo@example.com/orchard');
      pass(50);
      expect(one.status).toMatchObject({ type: 'failed', error: { condition: 'closed', retryable: true } });
    }),
  );
});

describe('a connection that is lost', () => {
  it(
    'is made anew, and the session goes on: nothing lost, nothing twice, the same JID, no fresh presence needed',
    overSockets(({ online, pass, domain, socket }) => {
      const one = online();
      const juliet = domain.user(JULIET);
      const to = 'romeo@example.com/orchard';
      one.client.send([message('a'), message('b')]);
      pass(3);
      juliet.send(message('x', to).tree());
      domain.cut();
      one.client.send(message('c'));
      juliet.send(message('y', to).tree());
      pass(2);
      expect(one.status).toMatchObject({ type: 'online', stalled: true });
      juliet.send(message('z', to).tree());
      pass(500);
      expect(one.status).toEqual({ type: 'online', how: 'resumed', jid: to, resumed: true, stalled: false });
      expect(one.statuses.map(({ type }) => type)).toEqual([
        ...['offline', 'connecting', 'authenticating'],
        ...['online', 'online', 'online'],
      ]);
      expect(ids(juliet.received)).toEqual(['a', 'b', 'c']);
      expect(ids(one.stanzas)).toEqual(['x', 'y', 'z']);
      expect(domain.sockets).toHaveLength(2);
      expect(socket().frames.some(({ element }) => element.name === 'resumed')).toBe(true);
    }),
  );

  it(
    'fails nobody who waits for an answer',
    overSockets(({ online, pass, domain }) => {
      const { client } = online();
      const answers: unknown[] = [];
      const ask = $iq({ type: 'get', to: 'example.com' }).c('ping', { xmlns: 'urn:xmpp:ping' });
      client.request(ask).subscribe((answer) => answers.push(answer.attrs['type']));
      pass(6);
      domain.cut();
      pass(500);
      expect(answers).toEqual(['result']);
    }),
  );

  it(
    'is sought for as long as the server keeps the session, ever more slowly, and at once when the network is back',
    overSockets(
      ({ online, pass, domain }) => {
        const one = online();
        one.client.send(message('a'));
        pass(1);
        domain.offline(true);
        pass(59_000);
        const tries = domain.sockets.length;
        expect(tries).toBeGreaterThan(5);
        expect(tries).toBeLessThan(25);
        expect(one.status).toMatchObject({ type: 'online', stalled: true });
        pass(2_000);
        expect(one.status).toMatchObject({
          ...{ type: 'failed', during: 'session', error: { condition: 'expired' } },
          uncertain: [{ attrs: { id: 'a' } }],
        });
        expect(one.timers).toBe(0);
      },
      { socket: { resume: 60 } },
    ),
  );

  it(
    'whose session is gone ends in a new one, on the same connection: what was not acknowledged is sent once more, with its age',
    overSockets(({ online, pass, domain }) => {
      const one = online({ quietInterval: 0 });
      const juliet = domain.user(JULIET);
      domain.muteSockets();
      one.client.send([
        message('a'),
        $iq({ id: 'q', type: 'get', to: JULIET }).c('odd', { xmlns: 'urn:odd' }),
      ]);
      pass(10);
      domain.kill('romeo@example.com/orchard');
      domain.cut();
      pass(500);
      expect(one.status).toMatchObject({ type: 'online', how: 'connected', resumed: false, stalled: false });
      expect(ids(juliet.received)).toEqual(['a', 'q']);
      const [again, iq] = juliet.received;
      expect(again?.child('delay', 'urn:xmpp:delay')?.attrs['stamp']).toBe('1970-01-01T00:00:00.100Z');
      expect(iq?.child('delay')).toBeUndefined();
      one.client.send(message('b'));
      pass(50);
      domain.cut();
      pass(500);
      expect(one.status).toMatchObject({ how: 'resumed' });
      expect(ids(juliet.received)).toEqual(['a', 'q', 'b']);
    }),
  );

  it(
    'in the midst of a frame, on a server that goes on with the half of it, costs the session but nothing that was sent',
    overSockets(({ online, pass, domain }) => {
      const one = online();
      const juliet = domain.user(JULIET);
      domain.cut();
      pass(100);
      expect(one.status).toMatchObject({ how: 'resumed' });
      one.client.send(message('a'));
      domain.terminate('romeo@example.com/orchard', 'not-well-formed');
      pass(500);
      expect(one.status).toMatchObject({ type: 'online', how: 'connected', resumed: false });
      expect(ids(juliet.received)).toEqual(['a']);
      domain.terminate('romeo@example.com/orchard', 'not-well-formed');
      pass(500);
      expect(one.status).toMatchObject({ type: 'failed', error: { condition: 'not-well-formed' } });
    }),
  );

  it(
    'during the login that was to resume it is made once more',
    overSockets(({ online, pass, domain }) => {
      const one = online();
      const juliet = domain.user(JULIET);
      for (const ms of [7, 12, 18, 24, 31, 38, 44]) {
        domain.cut();
        pass(ms);
      }
      one.client.send(message('a'));
      pass(2_000);
      expect(one.status).toMatchObject({ type: 'online', how: 'resumed' });
      expect(ids(juliet.received)).toEqual(['a']);
    }),
  );
});

describe('a server that has gone quiet', () => {
  it(
    'is asked for its count, and given up when it does not answer: then the session is resumed elsewhere',
    overSockets(({ online, pass, said, domain }) => {
      const one = online();
      pass(29_900);
      expect(said().slice(6)).toEqual([]);
      pass(200);
      expect(said().slice(6)).toEqual(['r']);
      pass(60_000);
      expect(said().slice(6)).toEqual(['r', 'r', 'r']);
      domain.muteSockets();
      pass(40_200);
      expect(one.status).toMatchObject({ type: 'online', how: 'resumed', stalled: false });
      expect(domain.sockets).toHaveLength(2);
    }),
  );

  it(
    'is pinged where streams are not managed, which the app does not see',
    overSockets(
      ({ online, pass, said, domain }) => {
        const one = online({ quietInterval: 1_000, quietTimeout: 500 });
        pass(2_500);
        expect(
          said()
            .slice(5)
            .map((word) => word.split(' ')[0]),
        ).toEqual(['iq', 'iq']);
        expect(one.stanzas).toEqual([]);
        domain.muteSockets();
        pass(1_600);
        expect(one.status).toMatchObject({ type: 'failed', error: { condition: 'timeout' } });
      },
      { socket: { management: false } },
    ),
  );

  it(
    'is left alone if that is wanted; one timer at most exists',
    overSockets(({ online, pass, said }) => {
      const one = online({ quietInterval: 0 });
      pass(600_000);
      expect(said().slice(6)).toEqual([]);
      expect(one.timers).toBe(0);
      expect(online().timers).toBe(1);
    }),
  );
});

describe('a page on WebSocket', () => {
  it(
    'has no tokens to give away, and none to restore from',
    overSockets(({ online }) => {
      const { client, storage } = online({ keepalive: true });
      const tokens: unknown[] = [];
      client.session$.subscribe((session) => tokens.push(session));
      expect(tokens).toEqual([null]);
      const record = JSON.parse(storage.getItem('strophe-bosh-session') ?? '{}') as Record<string, unknown>;
      expect(record).toMatchObject({
        jid: 'romeo@example.com/orchard',
        rid: 0,
        sm: { h: 0, a: 0, max: 300 },
      });
      const notBosh = expect.objectContaining({
        name: 'StropheSessionError',
        condition: 'not-bosh',
      }) as Error;
      expect(() => client.restore()).toThrow(notBosh);
      expect(() => client.attach({ jid: ROMEO.jid, sid: 's', rid: 1 })).toThrow(notBosh);
    }),
  );

  it(
    'removes what it has kept when it says goodbye',
    overSockets(({ online, pass }) => {
      const { client, storage } = online({ keepalive: true });
      client.send($pres());
      pass(50);
      client.disconnect();
      pass(50);
      expect(storage.keys()).toEqual([]);
    }),
  );
});
