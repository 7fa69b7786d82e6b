import { Subject } from 'rxjs';
import { $msg } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';
import { overSockets } from './support/sockets.js';

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;
const JULIET = 'juliet@example.com/balcony';
const WAYS = { restore: true, login: ROMEO } as const;

const message = (id: string, to: string = JULIET) => $msg({ to, id, type: 'chat' }).c('body').t(id);

const ids = (stanzas: readonly { readonly attrs: Readonly<Record<string, string | undefined>> }[]) =>
  stanzas.map(({ attrs }) => attrs['id']);

describe('open() over WebSocket, in a page that was reloaded', () => {
  it(
    'logs in and goes on with the stream of the page before: nothing lost, nothing twice',
    overSockets(({ online, caller, pass, domain }) => {
      const juliet = domain.user(JULIET);
      const before = online({ keepalive: true });
      before.client.send(message('a'));
      pass(3);
      juliet.send(message('x', ROMEO.jid).tree());
      before.client.pause();
      before.client.send(message('b'));
      const storage = before.storage.clone();
      before.client.close();
      juliet.send(message('y', ROMEO.jid).tree());
      pass(1_000);
      const after = caller({ keepalive: true, storage });
      after.client.open(WAYS);
      pass(500);
      expect(after.statuses.map(({ type }) => type)).toEqual([
        'offline',
        'connecting',
        'authenticating',
        'online',
      ]);
      expect(after.statuses[1]).toEqual({ type: 'connecting', how: 'restore' });
      expect(after.status).toEqual({
        type: 'online',
        how: 'restored',
        jid: ROMEO.jid,
        resumed: true,
        stalled: false,
      });
      expect(ids(after.stanzas)).toEqual(['x', 'y']);
      expect(ids(juliet.received)).toEqual(['a']);
      let paused: unknown;
      after.client.paused$.subscribe((value) => (paused = value));
      expect(paused).toBe(true);
      after.client.resume();
      pass(200);
      expect(ids(juliet.received)).toEqual(['a', 'b']);
    }),
  );

  it(
    'sends what a pause has held when it is told to before it is there',
    overSockets(({ online, caller, pass, domain }) => {
      const juliet = domain.user(JULIET);
      const before = online({ keepalive: true });
      before.client.pause();
      before.client.send(message('a'));
      const storage = before.storage.clone();
      before.client.close();
      const after = caller({ keepalive: true, storage });
      after.client.open(WAYS);
      after.client.resume();
      pass(1_000);
      expect(after.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(ids(juliet.received)).toEqual(['a']);
    }),
  );

  it(
    'opens a new session on the same connection when the server has none any more; what was not acknowledged goes out again',
    overSockets(({ online, caller, pass, domain }) => {
      const juliet = domain.user(JULIET);
      const before = online({ keepalive: true });
      domain.muteSockets();
      before.client.send(message('a'));
      pass(10);
      const storage = before.storage.clone();
      before.client.close();
      domain.kill(ROMEO.jid);
      const after = caller({ keepalive: true, storage });
      after.client.open(WAYS);
      pass(500);
      expect(after.status).toMatchObject({ type: 'online', how: 'connected', resumed: false });
      expect(domain.sockets).toHaveLength(2);
      expect(ids(juliet.received)).toEqual(['a']);
      expect(juliet.received[0]?.child('delay', 'urn:xmpp:delay')).toBeDefined();
    }),
  );

  it(
    'logs in where nothing is kept, and says why',
    overSockets(({ caller, pass }) => {
      const one = caller({ keepalive: true });
      one.client.open(WAYS);
      pass(500);
      expect(one.statuses).toContainEqual(
        expect.objectContaining({
          type: 'retrying',
          error: expect.objectContaining({ condition: 'no-session' }) as unknown,
        }),
      );
      expect(one.status).toMatchObject({ type: 'online', how: 'connected' });
    }),
  );

  it.each([
    ['of another account', { restore: 'juliet@example.com', login: ROMEO }, 'jid-mismatch'],
    ['without a login', { restore: true }, 'no-credentials'],
  ])('does not go on with a session %s', (_, ways, condition) =>
    overSockets(({ online, caller, pass }) => {
      const before = online({ keepalive: true });
      const storage = before.storage.clone();
      before.client.close();
      const after = caller({ keepalive: true, storage });
      after.client.open(ways);
      pass(500);
      expect(
        [...after.statuses].map((status) => ('error' in status ? status.error.condition : '')),
      ).toContain(condition);
      after.client.close();
    })(),
  );

  it(
    'leaves a session alone that another page drives',
    overSockets(({ online, caller, pass, domain }) => {
      const first = online({ keepalive: true });
      const duplicate = caller({ keepalive: true, storage: first.storage.clone() });
      duplicate.client.open({ restore: true, login: ROMEO });
      pass(1_400);
      expect(domain.sockets).toHaveLength(1);
      pass(1_000);
      expect(duplicate.statuses).toContainEqual(
        expect.objectContaining({
          error: expect.objectContaining({ condition: 'session-in-use' }) as unknown,
        }),
      );
      duplicate.client.close();
    }),
  );

  it(
    'goes on with a session that had been online for no time at all',
    overSockets(({ caller, pass }) => {
      const before = caller({ keepalive: true });
      let kept: ReturnType<typeof memoryStorage> | undefined;
      before.client.status$.subscribe(({ type }) => {
        if (type === 'online') kept = before.storage.clone();
      });
      before.client.connect(ROMEO);
      pass(200);
      before.client.close();
      const after = caller({ keepalive: true, storage: kept! });
      after.client.open(WAYS);
      pass(500);
      expect(after.status).toMatchObject({ type: 'online', how: 'restored', resumed: true });
    }),
  );

  it(
    'opens a new session where the server ends the stream with its refusal, because it has had to keep too much',
    overSockets(
      ({ online, caller, pass, domain }) => {
        const juliet = domain.user(JULIET);
        const before = online({ keepalive: true });
        before.client.send(message('a'));
        pass(20);
        domain.muteSockets();
        before.client.send(message('b'));
        for (const id of ['1', '2', '3']) juliet.send(message(id, ROMEO.jid).tree());
        pass(20);
        const storage = before.storage.clone();
        before.client.close();
        const after = caller({ keepalive: true, storage });
        after.client.open(WAYS);
        pass(1_000);
        expect(after.statuses.map(({ type }) => type)).not.toContain('failed');
        expect(after.status).toMatchObject({ type: 'online', how: 'connected', resumed: false });
        expect(ids(juliet.received.filter(({ attrs }) => attrs['type'] === 'chat'))).toEqual(['a', 'b']);
      },
      { socket: { keeps: 2 } },
    ),
  );

  it(
    'ten times in a row, in the middle of everything',
    overSockets(({ online, caller, pass, domain }) => {
      const juliet = domain.user(JULIET);
      let page = online({ keepalive: true });
      const [sent, pushed, got]: [string[], string[], (string | undefined)[]] = [[], [], []];
      for (let round = 0; round < 10; round += 1) {
        page.client.send(message(`o${sent.push(`o${round}`) - 1}`));
        pass(round % 4);
        juliet.send(message(`i${pushed.push(`i${round}`) - 1}`, ROMEO.jid).tree());
        pass((round * 3) % 13);
        const storage = memoryStorage(page.storage.snapshot());
        page.client.close();
        got.push(...ids(page.stanzas));
        page = caller({ keepalive: true, storage });
        page.client.open(WAYS);
        pass(200);
        expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
      }
      pass(500);
      expect(ids(juliet.received)).toEqual(sent);
      expect([...got, ...ids(page.stanzas)]).toEqual(pushed);
    }),
  );
});

describe('a page on WebSocket with terminateOnClose', () => {
  it(
    'says goodbye when it ends, after what it has sent; the next page finds nothing to go on with',
    overSockets(({ caller, pass, said, domain }) => {
      const life$ = new Subject<'end'>();
      const juliet = domain.user(JULIET);
      const one = caller({ keepalive: true, terminateOnClose: true, platform: { lifecycle$: life$ } });
      one.client.connect(ROMEO);
      pass(200);
      one.client.send(message('last'));
      life$.next('end');
      // All of it is on the wire when the page is told of its end: nothing of the page runs afterwards.
      expect(said().slice(6)).toEqual(['message last', 'a 0', 'close']);
      const storage = one.storage.clone();
      pass(6);
      one.client.close();
      expect(ids(juliet.received)).toEqual(['last']);
      expect(() => domain.terminate(ROMEO.jid)).toThrow();
      const next = caller({ keepalive: true, storage });
      next.client.open(WAYS);
      pass(500);
      expect(next.status).toMatchObject({ type: 'online', how: 'connected' });
      expect(domain.sockets).toHaveLength(2);
    }),
  );
});

describe('a page on WebSocket that is put aside', () => {
  it(
    'cuts its connection, and when it is taken out goes on by a login',
    overSockets(({ caller, pass, domain, socket }) => {
      const life$ = new Subject<'freeze' | 'thaw'>();
      const juliet = domain.user(JULIET);
      const one = caller({ platform: { lifecycle$: life$ } });
      one.client.connect(ROMEO);
      pass(200);
      life$.next('freeze');
      pass(50);
      expect(socket().state).toBe('closed');
      juliet.send(message('x', ROMEO.jid).tree());
      pass(5_000);
      life$.next('thaw');
      pass(500);
      expect(one.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(ids(one.stanzas)).toEqual(['x']);
    }),
  );
});
