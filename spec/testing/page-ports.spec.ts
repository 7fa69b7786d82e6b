import { asapScheduler, Observable, Subject, throwError } from 'rxjs';
import type { HttpEvent } from '../../lib/protocol/http.js';
import {
  createLife,
  livingClock,
  livingHttp,
  livingLocks,
  livingSockets,
  livingStorage,
} from '../../lib/testing/page-ports.js';
import { memoryLocks } from '../../lib/testing/locks.js';
import { memoryStorage } from '../../lib/testing/storage.js';
import { virtualTime } from '../../lib/testing/virtual-time.js';
import { createWire } from '../../lib/testing/wire.js';

const REQUEST = { url: 'u', body: 'b', headers: {}, withCredentials: false };

it('lives until it ends, and does then what is to be done, at once if it has ended', () => {
  const life = createLife();
  const done: string[] = [];
  life.onDeath(() => done.push('one'));
  life.onDeath(() => done.push('not any more')).unsubscribe();
  expect([life.isAlive, done]).toEqual([true, []]);
  life.end();
  life.onDeath(() => done.push('late'));
  expect([life.isAlive, done]).toEqual([false, ['one', 'late']]);
});

it('stores nothing for the dead, and shows them nothing', () => {
  const [life, storage] = [createLife(), memoryStorage({ a: '1' })];
  const living = livingStorage(storage, life);
  living.setItem('b', '2');
  living.removeItem('a');
  expect([living.length, living.key(0), living.getItem('b')]).toEqual([1, 'b', '2']);
  life.end();
  living.setItem('c', '3');
  living.removeItem('b');
  expect([living.length, living.key(0), living.getItem('b')]).toEqual([0, null, null]);
  expect(storage.snapshot()).toEqual({ b: '2' });
});

it('cuts the connections of the dead, and makes no more', () => {
  const life = createLife();
  const told: string[] = [];
  let open = 0;
  const http = () =>
    new Observable<HttpEvent>((subscriber) => {
      open += 1;
      subscriber.next({ type: 'uploaded' });
      return () => (open -= 1);
    });
  const network = livingHttp({ http, requests: [] }, life);
  network.http(REQUEST).subscribe(({ type }) => told.push(type));
  const left = network.http(REQUEST).subscribe(({ type }) => told.push(type));
  left.unsubscribe();
  expect([open, told]).toEqual([1, ['uploaded', 'uploaded']]);
  life.end();
  network.http(REQUEST).subscribe(({ type }) => told.push(type));
  expect([open, told.length]).toEqual([0, 2]);
});

it('cuts the sockets of the dead, and opens no more', () => {
  const life = createLife();
  let open = 0;
  const webSocket = () => {
    open += 1;
    return new Observable<never>(() => () => (open -= 1));
  };
  const living = livingSockets(webSocket, life);
  living({ url: 'u', protocols: [] }).subscribe();
  living({ url: 'u', protocols: [] }).subscribe().unsubscribe();
  expect(open).toBe(1);
  life.end();
  living({ url: 'u', protocols: [] }).subscribe();
  expect(open).toBe(0);
});

it(
  'lets what the dead were uploading arrive, if that is wanted, and cuts the connection then',
  virtualTime(({ scheduler, pass }) => {
    const life = createLife();
    const [told, arrived, cut]: [string[], string[], string[]] = [[], [], []];
    const upload = (name: string, ms: number) =>
      new Observable<HttpEvent>((subscriber) => {
        subscriber.add(
          scheduler.schedule(() => {
            subscriber.next({ type: 'uploaded' });
            arrived.push(name);
          }, ms),
        );
        return () => cut.push(name);
      });
    const network = livingHttp({ http: ({ body }) => upload(body, Number(body)), requests: [] }, life);
    const hear = { next: ({ type }: HttpEvent) => told.push(type), error: () => told.push('error') };
    const [sent, fresh] = ['10', '20'].map((body) => network.http({ ...REQUEST, body }).subscribe(hear));
    pass(10);
    life.end({ arrives: true });
    expect(cut).toEqual(['10']);
    fresh?.unsubscribe();
    sent?.unsubscribe();
    pass(100);
    expect([told, arrived, cut]).toEqual([['uploaded'], ['10', '20'], ['10', '20']]);
  }),
);

it('remembers its own requests, though hardly more than the network does', () => {
  const { http, log } = createWire({
    ...{ scheduler: asapScheduler, uploads: true, latency: { upMs: 0, downMs: 0 }, remember: 3 },
    receive: () => undefined,
  });
  const page = livingHttp({ http, requests: log.all }, createLife());
  const bodies = Array.from({ length: 50 }, (_, n) => String(n));
  for (const body of bodies)
    page
      .http({ ...REQUEST, body })
      .subscribe()
      .unsubscribe();
  expect(page.requests.map(({ text }) => text)).toEqual(bodies.slice(-page.requests.length));
  expect(page.requests.length).toBeLessThanOrEqual(12);
  expect(page.requests.length).toBeGreaterThanOrEqual(3);
});

it('tells the dead of no failure either', () => {
  const life = createLife();
  const failing = new Subject<HttpEvent>();
  const errors: unknown[] = [];
  const { http } = livingHttp({ http: () => failing, requests: [] }, life);
  http(REQUEST).subscribe({ error: (error: unknown) => errors.push(error) });
  life.end({ arrives: true });
  failing.error(new Error('cut'));
  expect(errors).toEqual([]);
});

it('tells the living of a failure', () => {
  const errors: unknown[] = [];
  const { http } = livingHttp({ http: () => throwError(() => 'cut'), requests: [] }, createLife());
  http(REQUEST).subscribe({ error: (error: unknown) => errors.push(error) });
  expect(errors).toEqual(['cut']);
});

it(
  'lets the dead hold their marks for a while, if that is wanted, and gives them no new one',
  virtualTime(({ scheduler, pass }) => {
    const { locks, held } = memoryLocks();
    const [old, life] = [createLife(), createLife()];
    const given: string[] = [];
    livingLocks(locks, scheduler, old)('a').subscribe(() => given.push('old'));
    livingLocks(locks, scheduler, life)('a').subscribe(() => given.push('next'));
    life.end({ lockedMs: 50 });
    old.end({ lockedMs: 20 });
    pass(19);
    expect(held()).toEqual(['a']);
    pass(100);
    expect([given, held()]).toEqual([['old'], []]);
  }),
);

it('takes the marks from the dead', () => {
  const life = createLife();
  let held = 0;
  const locks = () => {
    held += 1;
    return new Observable<void>((subscriber) => {
      subscriber.next();
      return () => (held -= 1);
    });
  };
  const living = livingLocks(locks, asapScheduler, life);
  living('a').subscribe();
  living('b').subscribe().unsubscribe();
  expect(held).toBe(1);
  life.end();
  living('c').subscribe();
  expect(held).toBe(0);
});

it(
  'counts the timers that are still to come; the dead have none',
  virtualTime(({ scheduler, pass, now }) => {
    const life = createLife();
    const { clock, pending } = livingClock(scheduler, life);
    const rang: string[] = [];
    const ring = (name = '') => void rang.push(`${name} at ${clock.now()}`);
    clock.schedule(ring, 10, 'one');
    clock.schedule(ring, 20, 'two').unsubscribe();
    clock.schedule(ring, 30, 'three');
    expect(pending.length).toBe(2);
    pass(10);
    expect([pending.length, rang]).toEqual([1, ['one at 10']]);
    life.end();
    clock.schedule(ring, 0, 'late');
    pass(100);
    expect([now(), pending.length, rang.length]).toEqual([110, 0, 1]);
  }),
);
