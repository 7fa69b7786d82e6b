import { of, Subject } from 'rxjs';
import { $iq, $msg, $pres, type Delivery, element, type Lifecycle, NS, type XmppError } from 'rxmpp';

import { kill, nextPage } from './support/pages.js';
import { type Actor, type DomainStage, inDomain, ROMEO } from './support/stage.js';

const message = (id: string) => $msg({ to: 'juliet@example.com/balcony', id }).c('body').t(id);
const ping = (id: string) => $iq({ type: 'get', id, to: 'example.com' }).c('ping', { xmlns: NS.PING });

const inWords = (delivery: Delivery): string => {
  const { id, state } = delivery;
  return state === 'unsent' ? `${id} unsent ${delivery.reason}` : `${id} ${state}`;
};
const fates = ({ deliveries }: Actor): readonly string[] => deliveries.map(inWords);

const online = ({ actor, pass }: DomainStage, options: Parameters<typeof actor>[0] = {}): Actor => {
  const romeo = actor(options);
  romeo.client.connect(ROMEO);
  pass(1000);
  return romeo;
};

/** What becomes of one stanza, as it is told. */
const followed = (sent: ReturnType<Actor['client']['send']>) => {
  const [one] = [sent].flat();
  const told: string[] = [];
  one!.delivery$.subscribe({ next: ({ state }) => told.push(state), complete: () => told.push('|') });
  return told;
};

describe('what becomes of a stanza', () => {
  it(
    'queued, dispatched in a request, acknowledged once that is answered: in order, for all and for each',
    inDomain((stage) => {
      const romeo = online(stage);
      const told = followed(romeo.client.send(message('m1')));
      romeo.client.send([message('m2'), $pres()]);
      expect(fates(romeo)).toEqual(['m1 queued', 'm2 queued', ' queued']);
      stage.pass(100);
      const rid = romeo.requests.at(-1)!.rid;
      expect(romeo.deliveries.slice(3)).toEqual([
        { state: 'dispatched', id: 'm1', rid },
        { state: 'dispatched', id: 'm2', rid },
        { state: 'dispatched', id: '', rid },
      ]);
      expect(told).toEqual(['queued', 'dispatched']);
      stage.pass(100_000);
      expect(fates(romeo).slice(6)).toEqual(['m1 acknowledged', 'm2 acknowledged', ' acknowledged']);
      expect(told).toEqual(['queued', 'dispatched', 'acknowledged', '|']);
    }),
  );

  it(
    'is told late subscribers too',
    inDomain((stage) => {
      const romeo = online(stage);
      const sent = romeo.client.send(message('m1'));
      stage.pass(100);
      expect(followed(sent)).toEqual(['dispatched']);
      stage.pass(100_000);
      expect(followed(sent)).toEqual(['acknowledged', '|']);
    }),
  );

  it(
    'unsent when it is taken back, which works until it has left',
    inDomain((stage) => {
      const romeo = online(stage);
      const [first, second] = romeo.client.send([message('m1'), message('m2')]);
      expect(first!.cancel()).toBe(true);
      expect(first!.cancel()).toBe(false);
      stage.pass(100);
      expect(second!.cancel()).toBe(false);
      expect(fates(romeo)).toEqual(['m1 queued', 'm2 queued', 'm1 unsent cancelled', 'm2 dispatched']);
    }),
  );

  it(
    'unsent when its time is over before it could leave, even if no timer says so',
    inDomain((stage) => {
      const romeo = online(stage, { keepalive: true });
      romeo.client.pause();
      const told = followed(romeo.client.send(message('short'), { expiresIn: 5_000 }));
      romeo.client.send(message('long'), { expiresIn: 2 ** 40 });
      romeo.client.send(message('patient'));
      const { timers } = romeo;
      stage.pass(4_999);
      expect(fates(romeo)).toEqual(['short queued', 'long queued', 'patient queued']);
      stage.pass(1);
      expect(told).toEqual(['queued', 'unsent', '|']);
      expect(romeo.timers).toBe(timers - 1);
      romeo.client.resume();
      stage.pass(200);
      expect(fates(romeo).slice(3)).toEqual([
        'short unsent expired',
        'long dispatched',
        'patient dispatched',
      ]);
    }),
  );

  it(
    'costs no timer once it has left',
    inDomain((stage) => {
      const romeo = online(stage);
      const { timers } = romeo;
      const sent = romeo.client.send(message('m1'), { expiresIn: 500_000 });
      stage.pass(10_000);
      expect(romeo.timers).toBeLessThanOrEqual(timers + 1);
      stage.pass(60_000);
      expect(romeo.timers).toBe(timers);
      expect(followed(sent)).toEqual(['acknowledged', '|']);
    }),
  );

  it(
    'unsent when the session ends before it has left, uncertain when it had left and was not answered',
    inDomain((stage) => {
      const romeo = online(stage);
      stage.domain.intercept(() => ({ drop: true }));
      romeo.client.send(message('left'));
      stage.pass(100);
      romeo.client.pause();
      romeo.client.send(message('waits'));
      romeo.client.resume();
      stage.pass(400_000);
      expect(romeo.status).toMatchObject({ type: 'failed', error: { condition: 'expired' } });
      const ends = fates(romeo).filter((fate) => !/queued|dispatched/.test(fate));
      const { status } = romeo;
      const left = status.type === 'failed' ? status.uncertain.map(({ attrs }) => attrs['id']) : [];
      const unsent = status.type === 'failed' ? status.unsent.map(({ attrs }) => attrs['id']) : [];
      expect([...ends].sort()).toEqual(
        [...left.map((id) => `${id} uncertain`), ...unsent.map((id) => `${id} unsent ended`)].sort(),
      );
      expect(ends).toHaveLength(2);
    }),
  );

  it(
    'acknowledged by the end of a session that answered it, and by a goodbye',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.send(message('last'));
      romeo.client.disconnect();
      stage.pass(1000);
      expect(fates(romeo)).toEqual(['last queued', 'last dispatched', 'last acknowledged']);
    }),
  );

  it(
    'uncertain when the goodbye that it went with was not answered',
    inDomain((stage) => {
      const romeo = online(stage);
      stage.domain.intercept(({ text }) => (text.includes('id="last"') ? { hang: true } : undefined));
      romeo.client.send(message('last'));
      romeo.client.disconnect();
      stage.pass(10_000);
      expect(romeo.status.type).toBe('offline');
      expect(fates(romeo)).toEqual(['last queued', 'last dispatched', 'last uncertain']);
    }),
  );

  it.each([
    [ROMEO, ['last queued', 'last dispatched']],
    [{ jid: 'juliet@example.com', password: 'capulet' }, ['last queued', 'last unsent']],
  ])(
    'that a goodbye could not take along waits for the next session of the same account only: %s',
    (next, fate) =>
      inDomain((stage) => {
        const romeo = online(stage);
        stage.domain.offline(true);
        stage.pass(10);
        romeo.client.send(message('last'));
        romeo.client.disconnect();
        stage.pass(10_000);
        stage.domain.offline(false);
        romeo.client.send(message('since'));
        romeo.client.connect(next);
        stage.pass(1_000);
        expect(romeo.status.type).toBe('online');
        expect(
          fates(romeo)
            .filter((one) => one.startsWith('last'))
            .map((one) => one.replace(' ended', '')),
        ).toEqual(fate);
        expect(fates(romeo)).toContain('since dispatched');
      })(),
  );

  it(
    'waits through a lost session for the next one',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({ login: () => of(ROMEO), reopen: true });
      stage.pass(1000);
      const error = element('error', NS.STREAM, {}, [element('reset', NS.STREAMS)]);
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'remote-stream-error', error);
      stage.pass(10);
      romeo.client.send(message('meanwhile'));
      stage.pass(100_000);
      expect(fates(romeo)).toEqual(['meanwhile queued', 'meanwhile dispatched', 'meanwhile acknowledged']);
    }),
  );

  it(
    'is forgotten by close(), which completes all',
    inDomain((stage) => {
      const romeo = online(stage);
      const told = followed(romeo.client.send(message('m1')));
      romeo.client.close();
      expect(told).toEqual(['queued', '|']);
    }),
  );
});

describe('what becomes of a stanza across a reload', () => {
  it(
    'is told by the next page',
    inDomain(
      (stage) => {
        const page = online(stage, { keepalive: true });
        stage.domain.intercept(({ text }) => (text.includes('id="left"') ? { hang: true } : undefined));
        page.client.send(message('left'));
        stage.pass(100);
        page.client.pause();
        page.client.send(message('waits'));
        page.client.send(message('expires'), { expiresIn: 60_000 });
        const next = nextPage(stage, kill(page));
        stage.pass(100_000);
        next.client.restore();
        next.client.resume();
        stage.pass(200_000);
        const of_ = (id: string) => fates(next).filter((fate) => fate.startsWith(`${id} `));
        expect(of_('left')[0]).toBe('left dispatched');
        expect(of_('waits')[0]).toBe('waits queued');
        expect(of_('expires')).toEqual(['expires queued', expect.stringMatching(/^expires unsent/)]);
      },
      { bosh: { inactivity: 300 } },
    ),
  );

  it(
    'goes on in a page that was put aside, also when another one has sent it meanwhile',
    inDomain((stage) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const old = online(stage, { keepalive: true, platform: { lifecycle$ } });
      const told = followed(old.client.send(message('m1')));
      const kept = followed(old.client.send(message('m2')));
      lifecycle$.next('freeze');
      const other = stage.actor({ keepalive: true, storage: old.storage });
      other.client.restore();
      stage.pass(1000);
      other.client.close();
      lifecycle$.next('thaw');
      stage.pass(100_000);
      expect(old.status.type).toBe('online');
      expect(told.at(-1)).toBe('|');
      expect(told).toEqual(kept);
      const again = followed(old.client.send(message('m3')));
      lifecycle$.next('freeze');
      lifecycle$.next('thaw');
      stage.pass(100_000);
      expect(again).toEqual(['queued', 'queued', 'dispatched', 'acknowledged', '|']);
    }),
  );
});

describe('a request', () => {
  it(
    'that nobody waits for any more is not sent, if it has not left',
    inDomain((stage) => {
      const romeo = online(stage);
      const waiting = romeo.client.request(ping('p1')).subscribe();
      waiting.unsubscribe();
      stage.pass(1000);
      expect(fates(romeo)).toEqual(['p1 queued', 'p1 unsent cancelled']);
    }),
  );

  it(
    'fails with a session that is lost if it has left, else it goes with the next one',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({ login: () => of(ROMEO), reopen: true });
      stage.pass(1000);
      const results: string[] = [];
      const ask = (id: string) =>
        romeo.client.request(ping(id), { timeout: Infinity }).subscribe({
          next: () => results.push(`${id} answered`),
          error: (error: unknown) => results.push(`${id} ${(error as XmppError).condition}`),
        });
      const { sid } = stage.domain.sessions[0]!;
      const stop = stage.domain.intercept(({ text }) => (text.includes('p1') ? { hang: true } : undefined));
      ask('p1');
      stage.pass(200);
      ask('p2');
      stage.domain.terminate(sid, 'system-shutdown');
      stage.pass(20);
      expect(results).toEqual(['p1 system-shutdown']);
      stop();
      stage.pass(20_000);
      expect(results).toEqual(['p1 system-shutdown', 'p2 answered']);
    }),
  );
});
