import { Subject } from 'rxjs';
import { $msg, type HttpRequest, type Lifecycle, StropheSessionError } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';

import { inDomain, ROMEO } from './support/stage.js';

const message = (text: string) => $msg({ to: 'juliet@example.com/balcony' }).c('body').t(text);
const page = () => {
  const lifecycle$ = new Subject<Lifecycle>();
  const farewells: HttpRequest[] = [];
  const farewell = (request: HttpRequest): void => void farewells.push(request);
  return { lifecycle$, farewells, platform: { lifecycle$, farewell } };
};
const bodies = (
  stanzas: readonly { child(name: string): { text: string } | undefined }[],
): readonly string[] => stanzas.flatMap((stanza) => stanza.child('body')?.text ?? []);

describe('a page that is put aside and taken out again', () => {
  it(
    'cuts its requests and touches nothing, then goes on and loses nothing either way',
    inDomain(({ domain, actor, pass }) => {
      const { lifecycle$, platform } = page();
      const juliet = domain.user('juliet@example.com/balcony');
      const romeo = actor({ keepalive: true, platform });
      romeo.client.connect(ROMEO);
      pass(1_000);
      romeo.client.send(message('before'));
      pass(50);
      lifecycle$.next('freeze');
      expect({ open: romeo.open.length, timers: romeo.timers }).toEqual({ open: 0, timers: 0 });
      const before = romeo.storage.snapshot();
      juliet.send($msg({ to: ROMEO.jid }).c('body').t('while away').tree());
      pass(5_000);
      expect(romeo.storage.snapshot()).toEqual(before);

      lifecycle$.next('thaw');
      pass(2_000);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'restored', resumed: true });
      expect(bodies(romeo.stanzas)).toEqual(['while away']);
      expect(bodies(juliet.received)).toEqual(['before']);
      romeo.client.send(message('after'));
      pass(200);
      expect(bodies(juliet.received)).toEqual(['before', 'after']);
    }),
  );

  it(
    'goes on without keepalive too, from what it remembers',
    inDomain(({ domain, actor, pass }) => {
      const { lifecycle$, platform } = page();
      const juliet = domain.user('juliet@example.com/balcony');
      const romeo = actor({ platform });
      romeo.client.connect(ROMEO);
      pass(1_000);
      romeo.client.send(message('queued'));
      lifecycle$.next('freeze');
      pass(2_000);
      lifecycle$.next('thaw');
      pass(2_000);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(bodies(juliet.received)).toEqual(['queued']);
      expect(romeo.storage.length).toBe(0);
    }),
  );

  it(
    'goes on from what another page has kept meanwhile, and repeats nothing of its own',
    inDomain(({ domain, actor, pass }) => {
      const { lifecycle$, platform } = page();
      const storage = memoryStorage();
      const juliet = domain.user('juliet@example.com/balcony');
      const old = actor({ keepalive: true, storage, platform });
      old.client.connect(ROMEO);
      pass(1_000);
      old.client.send(message('from the old page'));
      lifecycle$.next('freeze');

      const next = actor({ keepalive: true, storage });
      next.client.restore();
      pass(1_000);
      next.client.send(message('from the new page'));
      pass(1_000);
      next.client.close();

      lifecycle$.next('thaw');
      pass(1_000);
      old.client.send(message('back again'));
      pass(1_000);
      expect(old.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(bodies(juliet.received)).toEqual(['from the old page', 'from the new page', 'back again']);
      const rids = domain.requests.filter(({ sid }) => sid === domain.sessions[0]?.sid).map(({ rid }) => rid);
      expect(Math.max(...(rids as number[])) - Math.min(...(rids as number[])) + 1).toBe(new Set(rids).size);
    }),
  );

  it(
    'says so when the session has been ended meanwhile',
    inDomain(({ actor, pass }) => {
      const { lifecycle$, platform } = page();
      const storage = memoryStorage();
      const old = actor({ keepalive: true, storage, platform });
      old.client.connect(ROMEO);
      pass(1_000);
      lifecycle$.next('freeze');
      const next = actor({ keepalive: true, storage });
      next.client.restore();
      pass(1_000);
      next.client.disconnect();
      pass(1_000);
      lifecycle$.next('thaw');
      expect(old.status).toMatchObject({
        type: 'failed',
        during: 'session',
        error: { condition: 'no-session' },
      });
    }),
  );

  it(
    'is left alone when there is no session',
    inDomain(({ actor, pass }) => {
      const { lifecycle$, platform } = page();
      const romeo = actor({ keepalive: true, platform });
      romeo.client.connect({ ...ROMEO, password: 'wrong' });
      pass(1_000);
      const { length } = romeo.statuses;
      lifecycle$.next('freeze');
      lifecycle$.next('thaw');
      pass(1_000);
      expect(romeo.statuses).toHaveLength(length);
    }),
  );
});

describe('a network that comes back', () => {
  it(
    'is tried at once',
    inDomain(({ domain, actor, pass, now }) => {
      const { lifecycle$, platform } = page();
      const romeo = actor({ platform });
      romeo.client.connect(ROMEO);
      pass(1_000);
      domain.offline(true);
      pass(20_000);
      domain.offline(false);
      const before = romeo.requests.length;
      const since = now();
      lifecycle$.next('online');
      expect(romeo.requests.length).toBe(before + 1);
      pass(100);
      expect(romeo.status.type).toBe('online');
      expect(now() - since).toBeLessThan(1_000);
    }),
  );
});

describe('a page that ends', () => {
  it(
    'says nothing by default, since it may be a reload',
    inDomain(({ actor, pass }) => {
      const { lifecycle$, farewells, platform } = page();
      const romeo = actor({ keepalive: true, platform });
      romeo.client.connect(ROMEO);
      pass(1_000);
      lifecycle$.next('end');
      expect(farewells).toEqual([]);
      expect(romeo.storage.getItem('strophe-bosh-session')).not.toBeNull();
    }),
  );

  it(
    'ends its session with terminateOnClose, with what is still queued, under the next rid',
    inDomain(({ domain, actor, pass }) => {
      const { lifecycle$, farewells, platform } = page();
      const juliet = domain.user('juliet@example.com/balcony');
      const romeo = actor({ keepalive: true, terminateOnClose: true, platform });
      romeo.client.connect(ROMEO);
      pass(1_000);
      romeo.client.send(message('last words'));
      lifecycle$.next('end');
      expect(farewells).toHaveLength(1);
      expect(romeo.storage.keys()).toEqual([]);
      domain.http(farewells[0]!).subscribe();
      pass(1_000);
      expect(bodies(juliet.received)).toEqual(['last words']);
      expect(domain.sessions).toEqual([]);
    }),
  );
});

describe('a goodbye that a reload has cut off', () => {
  it(
    'is finished by the next page, which has no session to restore then',
    inDomain(({ domain, actor, pass }) => {
      const storage = memoryStorage();
      const juliet = domain.user('juliet@example.com/balcony');
      const romeo = actor({ keepalive: true, storage });
      romeo.client.connect(ROMEO);
      pass(1_000);
      romeo.client.send(message('last words'));
      domain.offline(true);
      romeo.client.disconnect();
      pass(10);
      const kept = storage.clone();
      romeo.client.close();
      domain.offline(false);

      const next = actor({ keepalive: true, storage: kept });
      expect(() => next.client.restore()).toThrow(StropheSessionError);
      pass(1_000);
      expect(bodies(juliet.received)).toEqual(['last words']);
      expect(domain.sessions).toEqual([]);
      expect(kept.keys()).toEqual([]);
      expect(() => next.client.restore()).toThrow('There is no session to restore');
    }),
  );
});
