import type { SchedulerLike } from 'rxjs';
import {
  createClient,
  type Credentials,
  type ClientOptions,
  prebind,
  type Prebound,
  type XmppError,
} from 'rxmpp';
import { createDomain, type Domain, type DomainOptions, memoryStorage, syncCrypto } from 'rxmpp/testing';

import { marbles } from '../marbles.js';

const ALICE = { jid: 'alice@example.com/page', password: 'secret' };

interface Setting {
  readonly domain: Domain;
  readonly options: ClientOptions;
  readonly scheduler: SchedulerLike;
  /** Lets everything happen that is still to happen. */
  readonly flush: () => void;
  /** Prebinds, and remembers what comes of it. */
  readonly bind: (more?: Partial<Credentials & ClientOptions>) => readonly unknown[];
}

const onDomain = (test: (setting: Setting) => void, options: DomainOptions = {}): (() => void) =>
  marbles(({ flush }, scheduler) => {
    const domain = createDomain({ scheduler, users: { alice: 'secret' }, latencyMs: 10, ...options });
    let byte = 0;
    const random = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => (byte += 7));
    const platform = { http: domain.http, uploads: true, crypto: syncCrypto, scheduler, random };
    test({
      ...{ domain, options: { platform }, scheduler, flush },
      bind(more = {}) {
        const seen: unknown[] = [];
        prebind(domain.url, { ...ALICE, platform, ...more }).subscribe({
          next: (tokens) => seen.push(tokens),
          error: (error: unknown) => seen.push((error as XmppError).condition),
          complete: () => seen.push('complete'),
        });
        return seen;
      },
    });
  });

describe('prebind', () => {
  it('has nothing to give away of a WebSocket', () => {
    const errors: unknown[] = [];
    prebind('wss://example.com/ws', ALICE).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toMatchObject([{ name: 'StropheSessionError', condition: 'not-bosh' }]);
  });

  it(
    'emits the tokens once, the rid the next valid one, with what the server granted',
    onDomain(({ domain, bind, flush }) => {
      const seen = bind({ wait: 20 });
      flush();
      const { rid = 0, at = 0 } = domain.requests.at(-1) ?? {};
      expect(seen).toEqual([
        {
          jid: 'alice@example.com/page',
          sid: 'sid-1',
          rid: rid + 1,
          wait: 20,
          hold: 1,
          inactivity: 30,
          expiresAt: at + 20 + 30_000,
        },
        'complete',
      ]);
    }),
  );

  it(
    'leaves no request open and no timer',
    onDomain(({ domain, bind, flush, scheduler }) => {
      const seen = bind();
      scheduler.schedule(() => {
        expect(seen).toHaveLength(2);
        expect(domain.open).toEqual([]);
        const { length } = domain.requests;
        scheduler.schedule(() => expect(domain.requests).toHaveLength(length), 20_000);
      }, 5_000);
      flush();
      expect(domain.requests.map(({ body }) => body.children[0]?.name)).toEqual([
        ...[undefined, 'auth', 'response', undefined, 'iq'],
      ]);
    }),
  );

  it(
    'gives tokens with which a page can go on at once',
    onDomain(({ domain, bind, flush, options, scheduler }) => {
      const seen = bind();
      const page = createClient(domain.url, options);
      const types: string[] = [];
      page.status$.subscribe(({ type }) => types.push(type));
      scheduler.schedule(() => page.attach(seen[0] as Prebound), 1_000);
      scheduler.schedule(() => page.close(), 2_000);
      flush();
      expect(types).toEqual(['offline', 'connecting', 'online']);
    }),
  );

  it(
    'knows no time of expiry where the server names none',
    onDomain(
      ({ bind, flush }) => {
        const seen = bind();
        flush();
        expect(seen[0]).toMatchObject({ inactivity: undefined, expiresAt: undefined });
      },
      { bosh: { inactivity: undefined } },
    ),
  );

  it(
    'is cold: a session for each subscription, none without',
    onDomain(({ domain, options, flush, scheduler }) => {
      const bound$ = prebind(domain.url, { ...ALICE, ...options, jid: 'alice@example.com' });
      expect(domain.requests).toEqual([]);
      const sids = new Set<string>();
      bound$.subscribe(({ sid }) => sids.add(sid));
      bound$.subscribe(({ sid }) => sids.add(sid));
      scheduler.schedule(() => expect(sids.size).toBe(2), 1_000);
      flush();
      expect(sids.size).toBe(2);
    }),
  );

  it.each<[string, Partial<Credentials>, string]>([
    ['the password is wrong', { password: 'wrong' }, 'not-authorized'],
    ['nobody has that name', { jid: 'nobody@example.com' }, 'not-authorized'],
    ['the domain is not served', { jid: 'alice@elsewhere.example' }, 'host-unknown'],
  ])('errors with the reason when %s, and leaves nothing', (_, credentials, condition) => {
    onDomain(({ domain, bind, flush }) => {
      const seen = bind(credentials);
      flush();
      expect(seen).toEqual([condition]);
      expect(domain.open).toEqual([]);
    })();
  });

  it(
    'errors with what is wrong with the JID',
    onDomain(({ bind }) => {
      expect(bind({ jid: '@' })).toEqual(['jid-malformed']);
    }),
  );

  it(
    'is given up when unsubscribed from',
    onDomain(({ domain, options, flush, scheduler }) => {
      const seen: unknown[] = [];
      const subscription = prebind(domain.url, { ...ALICE, ...options }).subscribe((tokens) =>
        seen.push(tokens),
      );
      scheduler.schedule(() => subscription.unsubscribe(), 30);
      scheduler.schedule(() => expect(domain.open).toEqual([]), 31);
      flush();
      expect([seen, domain.requests.length]).toEqual([[], 2]);
    }),
  );

  it(
    'keeps the session in a storage when it is told to',
    onDomain(({ bind, flush }) => {
      const storage = memoryStorage();
      const seen = bind({ keepalive: { storage } });
      flush();
      expect(seen).toHaveLength(2);
      expect(JSON.parse(storage.getItem('strophe-bosh-session') ?? '{}')).toMatchObject({
        jid: ALICE.jid,
        rid: (seen[0] as Prebound).rid,
      });
    }),
  );
});
