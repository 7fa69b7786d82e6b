import { Subject } from 'rxjs';
import { $msg, type Credentials, type Lifecycle } from 'rxmpp';
import { memoryStorage, type MemoryStorage } from 'rxmpp/testing';
import { kill, KEY, nextPage } from './support/pages.js';
import { type Actor, type ActorOptions, type DomainStage, inDomain, ROMEO } from './support/stage.js';

const JULIET = 'juliet@example.com/balcony';
const message = (text: string) => $msg({ to: JULIET, type: 'chat', id: text }).c('body').t(text);

/** A page that comes back some seconds after its session was lost, or the one after it. */
const open = ({ client }: Actor, login: Credentials = ROMEO): void =>
  client.open({ restore: true, login, reopen: { firstDelay: 10_000 } });

const beside = (storage: MemoryStorage): readonly string[] =>
  storage.keys().filter((key) => key !== KEY && !key.includes(':f:'));

/** Nobody has a session, and two messages wait for one. */
const waiting = (stage: DomainStage, options: ActorOptions = {}) => {
  const page = stage.actor({ keepalive: true, ...options });
  open(page);
  stage.pass(1000);
  page.client.pause();
  page.client.send(message('before'));
  stage.domain.terminate(ROMEO.jid, 'system-shutdown');
  stage.pass(100);
  expect(page.status.type).toBe('retrying');
  page.client.resume();
  page.client.send(message('meanwhile'));
  return page;
};

const received = ({ domain }: DomainStage) =>
  domain.user(JULIET).received.map((stanza) => stanza.child('body')?.text);

const play = (scene: (stage: DomainStage) => void): (() => void) =>
  inDomain((stage) => {
    stage.domain.user(JULIET);
    scene(stage);
  });

describe('what waits while a lost session is to be opened anew', () => {
  it(
    'is sent by the page after a reload, once and in order, ahead of what that page sends',
    play((stage) => {
      const next = nextPage(stage, kill(waiting(stage)));
      next.client.send(message('after'));
      open(next);
      stage.pass(2000);
      expect(next.status.type).toBe('online');
      expect(received(stage)).toEqual(['before', 'meanwhile', 'after']);
      expect(
        next.deliveries
          .map(({ id, state }) => `${id} ${state}`)
          .filter((one) => /^(before|after) /.test(one)),
      ).toEqual(['after queued', 'before queued', 'before dispatched', 'after dispatched']);
      expect(beside(next.storage)).toEqual([]);
    }),
  );

  it(
    'is sent once by the same page when there is no reload',
    play((stage) => {
      const page = waiting(stage);
      stage.pass(20_000);
      expect(page.status.type).toBe('online');
      expect(received(stage)).toEqual(['before', 'meanwhile']);
      expect(beside(page.storage)).toEqual([]);
    }),
  );

  it.each([0, 1, 30, 60, 90, 120])('survives the death of the next page too, %d ms into its login', (ms) =>
    inDomain(
      (stage) => {
        stage.domain.user(JULIET);
        const second = nextPage(stage, kill(waiting(stage)));
        open(second);
        stage.pass(ms);
        const third = nextPage(stage, kill(second));
        third.client.send(message('third'));
        open(third);
        stage.pass(5000);
        expect(received(stage)).toEqual(['before', 'meanwhile', 'third']);
        expect(beside(third.storage)).toEqual([]);
      },
      { latencyMs: 10 },
    )(),
  );

  it(
    'survives a second loss, before there was a session again',
    play((stage) => {
      const second = nextPage(stage, kill(waiting(stage)));
      stage.domain.offline(true);
      open(second);
      stage.pass(120_000);
      expect(second.status).toMatchObject({ type: 'retrying', error: { condition: 'network' } });
      second.client.send(message('second'));
      const third = nextPage(stage, kill(second));
      stage.domain.offline(false);
      open(third);
      stage.pass(2000);
      expect(received(stage)).toEqual(['before', 'meanwhile', 'second']);
    }),
  );

  it(
    'is not sent in the name of another account, and not kept for later either',
    play((stage) => {
      const next = nextPage(stage, kill(waiting(stage)));
      open(next, { jid: 'juliet@example.com/garden', password: 'capulet' });
      stage.pass(2000);
      expect(next.status).toMatchObject({ type: 'online', jid: 'juliet@example.com/garden' });
      expect(received(stage)).toEqual([]);
      expect(beside(next.storage)).toEqual([]);
    }),
  );

  it.each([
    ['the duplicate comes first', 0, 3000],
    ['the duplicate comes last', 30_000, 0],
  ])('is sent once when the tab was duplicated, and %s', (_, pageMs, copyMs) => {
    play((stage) => {
      const page = waiting(stage);
      const copy = nextPage(stage, page.storage.clone());
      page.client.send(message('page'));
      stage.pass(pageMs);
      copy.client.send(message('copy'));
      open(copy, { ...ROMEO, jid: 'romeo@example.com/copy' });
      stage.pass(copyMs);
      stage.pass(30_000);
      expect([...received(stage)].sort()).toEqual(['before', 'copy', 'meanwhile', 'page']);
      expect([page.status.type, copy.status.type]).toEqual(['online', 'online']);
    })();
  });

  it(
    'is not sent once more by a page that finds it again after it was sent',
    play((stage) => {
      const old = kill(waiting(stage));
      const next = nextPage(stage, old.clone());
      open(next);
      stage.pass(2000);
      const third = nextPage(stage, old);
      open(third, { ...ROMEO, jid: 'romeo@example.com/third' });
      stage.pass(2000);
      expect(received(stage)).toEqual(['before', 'meanwhile']);
      expect(beside(third.storage)).toEqual([]);
    }),
  );

  it(
    'is not sent once more by a page that was put aside, after the next one in its tab has sent it',
    play((stage) => {
      const life$ = new Subject<Lifecycle>();
      const page = waiting(stage, { platform: { lifecycle$: life$ } });
      life$.next('freeze');
      const next = nextPage(stage, page.storage);
      open(next);
      stage.pass(2000);
      next.client.disconnect();
      stage.pass(2000);
      next.client.close();
      stage.domain.offline(true);
      life$.next('thaw');
      stage.pass(120_000);
      expect(page.status.type).toBe('retrying');
      stage.domain.offline(false);
      stage.pass(120_000);
      expect(page.status.type).toBe('online');
      expect(received(stage)).toEqual(['before', 'meanwhile']);
    }),
  );

  it(
    'goes with the page without keepalive',
    play((stage) => {
      const page = waiting(stage, { keepalive: false });
      expect(page.storage.keys()).toEqual([]);
      stage.pass(20_000);
      expect(received(stage)).toEqual(['before', 'meanwhile']);
    }),
  );

  it(
    'is kept no longer once the app wants no session any more',
    play((stage) => {
      const page = waiting(stage);
      expect(beside(page.storage)).not.toEqual([]);
      page.client.disconnect();
      stage.pass(1000);
      expect(page.status.type).toBe('offline');
      expect(beside(page.storage)).toEqual([]);
    }),
  );

  it(
    'is sent by the same page also where the storage refuses to keep it',
    play((stage) => {
      const storage = memoryStorage();
      storage.failOn('setItem', { key: /:w/ });
      const page = waiting(stage, { storage });
      stage.pass(20_000);
      expect(received(stage)).toEqual(['before', 'meanwhile']);
      expect(beside(page.storage)).toEqual([]);
    }),
  );
});
