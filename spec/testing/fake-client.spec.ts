import { catchError, map, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import {
  $iq,
  $msg,
  $pres,
  type Client,
  createClient,
  type Delivery,
  type Stanza,
  type Status,
  type XmppError,
} from 'rxmpp';
import {
  aMessage,
  anError,
  aResult,
  aStatus,
  fakeClient,
  marbles,
  memoryBrowser,
  createDomain,
  virtualTime,
} from 'rxmpp/testing';

const FROM = 'juliet@example.com/balcony';
const online = aStatus('online');

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

it('can be given to whatever takes a client', () => {
  const take = (client: Client): boolean => typeof client.send === 'function';
  const delivery$ = new Subject<Delivery>();
  expect([take(fakeClient()), take(fakeClient({ delivery$ }))]).toEqual([true, true]);
});

it('has all that a client has', () => {
  const fake = Object.keys(fakeClient());
  virtualTime(({ scheduler }) => {
    const domain = createDomain({ scheduler });
    const client = createClient(domain.url, { platform: memoryBrowser(domain).page().platform });
    const own = ['sent', 'sent$', 'commands', 'commands$', 'becomes', 'hears'];
    expect([...fake].sort()).toEqual([...Object.keys(client), ...own].sort());
    client.close();
  })();
});

describe('what it is and hears', () => {
  it(
    'is what the marbles say: the status replays, the stanzas do not',
    marbles(({ hot, cold, expectObservable }) => {
      const client = fakeClient({
        status$: hot<Status>('--a-b', { a: aStatus('connecting'), b: online }),
        stanza$: cold('-x---y', { x: aMessage({ body: 'x' }), y: aMessage({ body: 'y' }) }),
      });
      const types$ = client.status$.pipe(map(({ type }) => type[0]));
      const texts$ = client.stanza$.pipe(map((stanza) => stanza.child('body')?.text));
      expectObservable(types$).toBe('o-c-o');
      expectObservable(types$, '---^').toBe('---co');
      expectObservable(texts$, '--^').toBe('-----y');
    }),
  );

  it('is what the test says, step by step', () => {
    const client = fakeClient();
    const [types, texts, tokens]: [string[], (string | undefined)[], unknown[]] = [[], [], []];
    client.status$.subscribe(({ type }) => types.push(type));
    client.stanza$.subscribe((stanza) => texts.push(stanza.child('body')?.text));
    client.session$.subscribe((session) => tokens.push(session));
    client.becomes(online);
    client.becomes({ ...online, stalled: true });
    client.hears($msg({ from: FROM }).c('body').t('ay me'));
    client.becomes(aStatus('failed'));
    expect(types).toEqual(['offline', 'online', 'online', 'failed']);
    expect(texts).toEqual(['ay me']);
    expect(tokens).toEqual([null, { jid: online.jid, sid: 'sid-1', rid: 1 }, null]);
  });
});

describe('what it is told to send', () => {
  it(
    'is written down when it is, before anybody looks too',
    marbles(({ cold, expectObservable }) => {
      const client = fakeClient();
      client.send($pres());
      cold('--m', { m: aMessage({ body: 'hi' }) }).subscribe(client.outbox);
      expectObservable(client.sent$.pipe(map(({ name }) => name))).toBe('p-m', {
        p: 'presence',
        m: 'message',
      });
    }),
  );

  it('has the ids that a client gives, where it had none', () => {
    const client = fakeClient();
    const [one, two] = client.send([$msg(), $msg({ id: 'mine' })]);
    const sent = [one, two, client.send($iq()), client.send($pres())];
    expect(sent.map((each) => [each?.id, each?.cancel()])).toEqual([
      ['id-1', false],
      ['mine', false],
      ['id-2', false],
      ['', false],
    ]);
    expect(client.sent.map(({ attrs }) => attrs['id'])).toEqual(['id-1', 'mine', 'id-2', undefined]);
  });

  it('is no text, as with a client', () => {
    expect(thrownBy(() => fakeClient().send('<message/>' as unknown as object))).toMatchObject({
      name: 'UsageError',
      condition: 'not-an-element',
    });
  });

  it('becomes what is said of it', () => {
    const delivery$ = new Subject<Delivery>();
    const client = fakeClient({ delivery$ });
    const [own, all]: [string[], string[]] = [[], []];
    client.send($msg({ id: 'a' })).delivery$.subscribe(({ state }) => own.push(state));
    client.delivery$.subscribe(({ id, state }) => all.push(`${id} ${state}`));
    delivery$.next({ id: 'b', state: 'queued' });
    delivery$.next({ id: 'a', state: 'acknowledged' });
    expect([own, all]).toEqual([['acknowledged'], ['b queued', 'a acknowledged']]);
  });
});

describe('a request', () => {
  const get = $iq({ type: 'get', to: 'example.com' }).c('query', { xmlns: 'urn:q' });
  const outcome = (request$: Observable<unknown>): unknown[] => {
    const seen: unknown[] = [];
    request$.subscribe({
      next: (value) => seen.push(value),
      error: (error: unknown) => seen.push(error),
      complete: () => seen.push('complete'),
    });
    return seen;
  };

  it('is sent when it is subscribed to, and answered as the test says', () => {
    const client = fakeClient({ answer: (iq) => aResult(iq) });
    const request$ = client.request(get);
    expect(client.sent).toEqual([]);
    const [result, end] = outcome(request$);
    expect(client.sent.map(({ attrs }) => attrs['id'])).toEqual(['id-1']);
    expect(result).toMatchObject({ attrs: { type: 'result', id: 'id-1', from: 'example.com' } });
    expect(end).toBe('complete');
  });

  it('fails by an answer of type error, as with a client', () => {
    const client = fakeClient({ answer: (iq) => anError(iq, 'resource-constraint', { text: 'later' }) });
    expect(outcome(client.request(get))).toMatchObject([
      { name: 'StanzaError', condition: 'resource-constraint', retryable: true },
    ]);
  });

  it(
    'waits for an answer that takes its time, and not for longer than it may',
    marbles(({ cold, expectObservable }) => {
      const answer = ({ attrs }: Stanza) =>
        attrs['to'] === 'nobody' ? undefined : cold('---a-b', { a: aMessage(), b: aMessage() });
      const client = fakeClient({ answer });
      const asking = (to: string, options?: { readonly timeout: number }) =>
        client.request($iq({ type: 'get', to }), options).pipe(
          map(({ name }) => name),
          catchError((error: unknown) => of((error as XmppError).condition)),
        );
      expectObservable(asking('some')).toBe('---(m|)', { m: 'message' });
      expectObservable(asking('nobody')).toBe('30s (t|)', { t: 'timeout' });
      expectObservable(asking('nobody', { timeout: 5 })).toBe('5ms (t|)', { t: 'timeout' });
      expectObservable(asking('nobody', { timeout: Infinity }), '^ 999s !').toBe('');
    }),
  );

  it('fails with what its answer fails with', () => {
    expect(outcome(fakeClient({ answer: () => throwError(() => 'cut') }).request(get))).toEqual(['cut']);
  });

  it('fails when the client is closed, before it and meanwhile', () => {
    const client = fakeClient({ answer: () => NEVER });
    const seen = outcome(client.request(get));
    expect(seen).toEqual([]);
    client.close();
    expect([...seen, ...outcome(client.request(get))]).toMatchObject([
      { name: 'TransportError', condition: 'closed' },
      { name: 'TransportError', condition: 'closed' },
    ]);
  });
});

describe('what it is told to do', () => {
  it('is written down, in order, with all that was said', () => {
    const client = fakeClient({ hasSession: true });
    const credentials = { jid: 'romeo@example.com', password: 'montague' };
    client.connect(credentials);
    client.bind();
    client.attach({ jid: 'a@b/c', sid: 's', rid: 1 }, { wait: 30 });
    client.restore('romeo@example.com');
    client.open({ restore: true });
    client.flush();
    client.disconnect('bye');
    expect(client.commands).toEqual([
      { name: 'connect', args: [credentials] },
      { name: 'bind', args: [] },
      { name: 'attach', args: [{ jid: 'a@b/c', sid: 's', rid: 1 }, { wait: 30 }] },
      { name: 'restore', args: ['romeo@example.com'] },
      { name: 'open', args: [{ restore: true }] },
      { name: 'flush', args: [] },
      { name: 'disconnect', args: ['bye'] },
    ]);
  });

  it('finds no session to restore unless there is said to be one', () => {
    const client = fakeClient();
    expect(thrownBy(() => client.restore())).toMatchObject({
      name: 'StropheSessionError',
      condition: 'no-session',
    });
    expect(client.commands).toEqual([{ name: 'restore', args: [] }]);
  });

  it('pauses and goes on, and can be parked while there is a session', () => {
    const client = fakeClient();
    const paused: boolean[] = [];
    client.paused$.subscribe((value) => paused.push(value));
    client.pause();
    client.pause();
    client.resume();
    const parked = [client.park(60)];
    client.becomes(online);
    parked.push(client.park(60));
    expect(parked).toEqual([false, true]);
    expect(paused).toEqual([false, true, false, true]);
    expect(client.commands.map(({ name }) => name)).toEqual(['pause', 'pause', 'resume', 'park', 'park']);
  });

  it('gives tokens away if it has a session', () => {
    const client = fakeClient();
    const given: unknown[] = [];
    client.detach().subscribe((tokens) => given.push(tokens));
    client.becomes(online);
    client.detach().subscribe((tokens) => given.push(tokens));
    expect(given).toEqual([{ jid: online.jid, sid: 'sid-1', rid: 1 }]);
  });

  it(
    'ends every stream',
    marbles(({ cold, expectObservable }) => {
      const client = fakeClient();
      cold('--|').subscribe({ complete: () => client[Symbol.dispose]() });
      const { stanza$, wire$, delivery$, sent$ } = client;
      for (const stream$ of [stanza$, wire$, delivery$, sent$])
        expectObservable(stream$ as Observable<unknown>).toBe('--|');
      for (const stream$ of [client.status$, client.session$, client.paused$])
        expectObservable((stream$ as Observable<unknown>).pipe(map(() => 'a'))).toBe('a-|');
      expectObservable(client.commands$.pipe(map(({ name }) => name[0]))).toBe('--(c|)');
    }),
  );
});
