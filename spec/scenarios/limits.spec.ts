import { Subject } from 'rxjs';
import { $iq, $msg, type Lifecycle, type RetryFailure } from 'rxmpp';
import { NEVER, of, timer } from 'rxjs';
import { body } from 'rxmpp/testing';
import { logInByHand } from './support/by-hand.js';
import { thrownBy } from './support/expected.js';
import { inDomain, ROMEO, withServer } from './support/stage.js';

const text = (content: string) => $msg({ to: 'juliet@example.com/balcony' }).c('body').t(content);

describe('limits', () => {
  it(
    'bound what waits to be sent',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor({ limits: { maxQueued: 2 } });
      romeo.client.pause();
      romeo.client.send([text('one'), text('two')]);
      expect(thrownBy(() => romeo.client.send(text('three')))).toMatchObject({
        name: 'LimitError',
        condition: 'queue-full',
        retryable: true,
      });
      romeo.client.connect(ROMEO);
      romeo.client.resume();
      pass(1_000);
      expect(domain.received(ROMEO.jid)).toHaveLength(2);
      romeo.client.send(text('three'));
      pass(1_000);
      expect(domain.received(ROMEO.jid)).toHaveLength(3);
    }),
  );

  it(
    'bound what the client would answer by itself, so that a flood of requests fills nothing up',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor({ limits: { maxQueued: 3 } });
      logInByHand(stage, romeo);
      romeo.client.pause();
      const asks = Array.from(
        { length: 50 },
        (_, i) =>
          `<iq xmlns="jabber:client" type="get" id="q${i}" from="example.com"><x xmlns="urn:x"/></iq>`,
      );
      server.answer('oldest', body({}, ...asks));
      pass(1_000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(romeo.stanzas).toHaveLength(50);
      romeo.client.resume();
      pass(1_000);
      expect(romeo.requests.at(-1)?.body.children.length).toBeLessThanOrEqual(3);
    }),
  );

  it(
    'bound how many requests wait for their answers',
    inDomain(({ actor, pass }) => {
      const romeo = actor({ limits: { maxRequests: 1 } });
      const errors: unknown[] = [];
      const iq = () => $iq({ type: 'get', to: 'example.com' }).c('query', { xmlns: 'urn:x' });
      const first = romeo.client.request(iq()).subscribe({ error: () => undefined });
      romeo.client.request(iq()).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toMatchObject([{ name: 'LimitError', condition: 'too-many-requests' }]);
      first.unsubscribe();
      romeo.client.request(iq()).subscribe({ error: (error: unknown) => errors.push(error) });
      pass(0);
      expect(errors).toHaveLength(1);
    }),
  );

  it(
    'bound what is kept: the session goes on, and says that it is degraded',
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor({ keepalive: true, limits: { maxStored: 2_000 } });
      romeo.client.connect(ROMEO);
      pass(1_000);
      domain.deliver(ROMEO.jid, text('x'.repeat(5_000)).tree());
      pass(1_000);
      expect(romeo.stanzas).toHaveLength(1);
      expect(romeo.wire).toContainEqual(
        expect.objectContaining({
          type: 'degraded',
          error: expect.objectContaining({ condition: 'storage-full' }) as unknown,
        }),
      );
      const kept = Object.entries(romeo.storage.snapshot()).filter(([name]) => name.includes(':'));
      expect(kept.reduce((sum, [name, value]) => sum + name.length + value.length, 0)).toBeLessThanOrEqual(
        2_000,
      );
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );
});

describe('a retry policy', () => {
  it(
    'says when a lost request is sent again',
    inDomain(({ actor, domain, pass, scheduler }) => {
      const asked: RetryFailure[] = [];
      const romeo = actor({ retry: (failure) => (asked.push(failure), timer(7_000, scheduler)) });
      romeo.client.connect(ROMEO);
      pass(0);
      domain.failNext(502, 1);
      romeo.client.send(text('hello'));
      pass(100);
      const before = romeo.requests.length;
      pass(6_999);
      expect(romeo.requests).toHaveLength(before);
      pass(1);
      expect(domain.received(ROMEO.jid)).toHaveLength(1);
      expect(asked).toMatchObject([{ attempt: 1, error: { condition: 'http', status: 502 } }]);
    }),
  );

  it.each([
    ['completes', () => of()],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ])('that %s ends the session with the failure', (_, retry) => {
    inDomain(({ actor, domain, pass }) => {
      const romeo = actor({ retry });
      romeo.client.connect(ROMEO);
      pass(0);
      domain.offline(true);
      pass(1_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'session',
        error: { condition: 'network' },
      });
    })();
  });

  it(
    'that never speaks is not waited for beyond the end of the session, nor when the network is back',
    inDomain(({ actor, domain, pass }) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = actor({ retry: () => NEVER, platform: { lifecycle$ } });
      romeo.client.connect(ROMEO);
      pass(0);
      domain.offline(true);
      lifecycle$.next('offline');
      pass(20_000);
      domain.offline(false);
      lifecycle$.next('online');
      pass(100);
      expect(romeo.open).toHaveLength(1);
      domain.offline(true);
      pass(300_000);
      expect(romeo.status).toMatchObject({ type: 'failed', error: { condition: 'expired' } });
    }),
  );
});
