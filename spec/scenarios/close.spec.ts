import { NEVER, Observable, of, Subject } from 'rxjs';
import { $iq, $msg, type Lifecycle, NS, type Platform } from 'rxmpp';
import { memoryLocks } from 'rxmpp/testing';

import { kill, nextPage, prebound } from './support/pages.js';
import { type Actor, type DomainStage, inDomain, ROMEO } from './support/stage.js';

/** What a client may hold on to besides requests and timers. */
const watchedPorts = () => {
  const { locks, held } = memoryLocks();
  const lifecycle$ = new Subject<Lifecycle>();
  let listeners = 0;
  const watched$ = new Observable<Lifecycle>((subscriber) => {
    listeners += 1;
    subscriber.add(() => (listeners -= 1));
    return lifecycle$.subscribe(subscriber);
  });
  const platform: Partial<Platform> = { locks, lifecycle$: watched$ };
  return { platform, left: () => ({ locks: held(), listeners }) };
};

const page = (stage: DomainStage) => {
  const { platform, left } = watchedPorts();
  return { romeo: stage.actor({ keepalive: true, platform }), left };
};

const message = () => $msg({ to: 'juliet@example.com' }).c('body').t('hello');

type Scene = readonly [name: string, play: (stage: DomainStage, romeo: Actor, ms: number) => void];

const SCENES: readonly Scene[] = [
  ['a login', (_, { client }) => client.connect(ROMEO)],
  ['an attach', (stage, { client }) => client.attach(prebound(stage))],
  [
    'a chain of ways in',
    (_, { client }) => client.open({ restore: true, login: () => of(ROMEO), reopen: true }),
  ],
  ['a wait for credentials', (_, { client }) => client.open({ login: () => NEVER })],
  [
    'a login and a goodbye',
    (_, { client }) => {
      client.connect(ROMEO);
      client.disconnect('bye');
    },
  ],
  [
    'a login with everything that can wait',
    (_, { client }) => {
      client.connect(ROMEO);
      client.send(message(), { expiresIn: 100_000 });
      client.request($iq({ type: 'get' }).c('ping', { xmlns: NS.PING })).subscribe({ error: () => {} });
      client.send(message()).delivery$.subscribe();
    },
  ],
  [
    'a wait for the next attempt',
    ({ domain, pass }, { client }) => {
      client.open({ login: () => of(ROMEO), reopen: true });
      pass(500);
      domain.terminate(domain.sessions.at(-1)!.sid, 'system-shutdown');
    },
  ],
];

/** Before anything, in the middle of every step, and long after. */
const MOMENTS = [
  0, 1, 9, 10, 11, 19, 20, 21, 29, 30, 31, 39, 40, 41, 55, 60, 75, 80, 99, 100, 101, 150, 1_000, 70_000,
];

const NOTHING = { open: 0, timers: 0, locks: [], listeners: 0 };

describe('close() leaves no timer, request, listener or lock', () => {
  it.each(SCENES)('at no moment of %s', (_, play) => {
    for (const ms of MOMENTS) {
      inDomain(
        (stage) => {
          const { romeo, left } = page(stage);
          play(stage, romeo, ms);
          stage.pass(ms);
          romeo.client.close();
          expect({ ms, open: romeo.open.length, timers: romeo.timers, ...left() }).toEqual({
            ms,
            ...NOTHING,
          });
          const { length } = romeo.requests;
          stage.pass(100_000);
          expect(romeo.requests).toHaveLength(length);
        },
        { latencyMs: 10 },
      )();
    }
  });

  it('at no moment of a restore, whether the session is free or another page holds it', () => {
    for (const ms of [...MOMENTS, 1_499, 1_500, 1_501]) {
      inDomain(
        (stage) => {
          const first = page(stage);
          first.romeo.client.connect(ROMEO);
          stage.pass(1000);
          const { platform, left } = watchedPorts();
          const storage = kill(first.romeo);
          const holder = platform.locks!('rxmpp-other').subscribe();
          const romeo = nextPage(stage, storage, { platform });
          romeo.client.restore();
          stage.pass(ms);
          romeo.client.close();
          holder.unsubscribe();
          expect({ ms, open: romeo.open.length, timers: romeo.timers, ...left() }).toEqual({
            ms,
            ...NOTHING,
          });
        },
        { latencyMs: 10 },
      )();
    }
  });

  it(
    'after that the session is free for another page at once, and nothing can be opened',
    inDomain((stage) => {
      const { romeo, left } = page(stage);
      romeo.client.connect(ROMEO);
      stage.pass(1000);
      expect(left()).toMatchObject({ listeners: 1, locks: [expect.any(String)] });
      romeo.client.close();
      expect(left()).toEqual({ locks: [], listeners: 0 });
      expect(() => romeo.client.connect(ROMEO)).toThrow('closed');
      expect(() => romeo.client.open({ login: ROMEO })).toThrow('closed');
      romeo.client.close();
    }),
  );
});

describe('an idle client', () => {
  it(
    'has no timer but that of the request which waits with the server',
    inDomain((stage) => {
      const { romeo } = page(stage);
      romeo.client.connect(ROMEO);
      for (const ms of [1_000, 10_000, 48_000, 200_000]) {
        stage.pass(ms);
        expect({ open: romeo.open.length, timers: romeo.timers }).toEqual({ open: 1, timers: 1 });
      }
    }),
  );
});
