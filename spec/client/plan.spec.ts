import { TestScheduler } from 'rxjs/testing';
import { body, syncCrypto } from 'rxmpp/testing';

import type { Kept } from '../../lib/client/kept.js';
import { type Credentials, saslCredentials } from '../../lib/client/credentials.js';
import { planAttach, planLogin } from '../../lib/client/plan.js';
import { type Platform, platformOf } from '../../lib/client/platform.js';
import type { Restored } from '../../lib/protocol/record.js';

const SERVICE = 'https://example.com/http-bind';
const TOKENS = { jid: 'alice@example.com/home', sid: 'abc', rid: 12 };

let bytes = 0;
const platform = (more: Partial<Platform> = {}): Platform =>
  platformOf({
    crypto: syncCrypto,
    scheduler: new TestScheduler(() => undefined),
    uploads: true,
    random: (count) => Uint8Array.from({ length: count }, () => (bytes = (bytes * 7 + 3) % 251)),
    ...more,
  });

const login = (
  jid: string,
  options: Parameters<typeof planLogin>[3] = {},
  more: Partial<Platform> = {},
  service = SERVICE,
) => {
  const given = { jid, password: 'secret' };
  return planLogin(service, given, saslCredentials(given), options, platform(more), true);
};

describe('planLogin', () => {
  it('has the documented defaults', () => {
    const { plan, initial, gen } = login('alice@example.com/home');
    expect(plan).toMatchObject({
      ...{ how: 'login', jid: 'alice@example.com/home', anonymous: false, resource: 'home' },
      ...{ mechanisms: undefined, plainAllowed: true, timeoutMs: 30_000, polling: true },
      bindWhenTold: false,
    });
    expect(initial()).toMatchObject({ phase: 'creating', jid: undefined });
    expect(initial().settings).toMatchObject({
      ...{
        to: 'example.com',
        lang: 'en',
        wait: 60,
        hold: 1,
        maxBodySize: 262_144,
        uploads: true,
        disconnectMs: 3_000,
      },
    });
    expect(gen).toBeUndefined();
  });

  it('takes every option', () => {
    const { plan, initial } = login('alice@example.com', {
      ...{ wait: 20, hold: 2, maxBodySize: 1_000, disconnectTimeout: 7, connectTimeout: 8, lang: 'de' },
      ...{ mechanisms: ['PLAIN'], explicitResourceBinding: true },
    });
    expect(plan).toMatchObject({
      resource: undefined,
      mechanisms: ['PLAIN'],
      timeoutMs: 8,
      bindWhenTold: true,
    });
    expect(initial().settings).toMatchObject({
      lang: 'de',
      wait: 20,
      hold: 2,
      maxBodySize: 1_000,
      disconnectMs: 7,
    });
  });

  it('translates mechanisms of the app’s own, and leaves those out that do not fit', () => {
    const start = (): never => {
      throw new Error('not yet');
    };
    const mechanisms = [
      { name: 'X-ONE', start },
      'PLAIN',
      {
        name: 'X-TWO',
        safeUnencrypted: true,
        fits: ({ jid }: Credentials) => jid.startsWith('alice'),
        start,
      },
      { name: 'X-THREE', fits: () => false, start },
    ];
    expect(login('alice@example.com', { mechanisms }).plan.mechanisms).toEqual([
      { name: 'X-ONE', kind: 'own', clear: false },
      'PLAIN',
      { name: 'X-TWO', kind: 'own', clear: true },
    ]);
  });

  it('is anonymous without a node', () => {
    expect(login('example.com').plan).toMatchObject({ anonymous: true, credentials: { username: '' } });
  });

  it.each([
    [SERVICE, undefined, false, true],
    ['http://example.com/http-bind', undefined, false, false],
    ['http://example.com/http-bind', undefined, true, true],
    ['/http-bind', 'http://example.com/', false, false],
    ['/http-bind', 'https://example.com/', false, true],
  ])(
    'to %s on a page at %s, PLAIN asked for: %s, allows PLAIN: %s',
    (service, baseUrl, allowUnencryptedPlain, expected) => {
      const { plan } = login('alice@example.com', { allowUnencryptedPlain }, { baseUrl }, service);
      expect(plan.plainAllowed).toBe(expected);
    },
  );

  it('makes everything anew that must be unpredictable', () => {
    const all = Array.from({ length: 20 }, () => login('alice@example.com'));
    const texts = all.flatMap(({ plan }) => [plan.nonce, plan.iqId]);
    const rids = all.flatMap(({ initial }) => initial().settings.rids);
    expect(new Set(texts).size).toBe(40);
    expect(new Set(rids).size).toBe(60);
  });
});

const kept = (restored: Partial<Restored> | undefined): Kept => ({
  tokens: TOKENS,
  restored: restored && {
    ...{
      params: undefined,
      flights: [],
      inbox: [],
      paused: false,
      moved: 0,
      ts: undefined,
      gen: 0,
      closing: false,
    },
    ...restored,
  },
  isDone: () => true,
});

describe('planAttach', () => {
  it('has the documented defaults', () => {
    const { plan, initial, gen } = planAttach(TOKENS, {}, undefined, {}, platform());
    expect(plan).toMatchObject({ how: 'attach', tokens: TOKENS, verify: true, timeoutMs: 20_000 });
    expect(initial()).toMatchObject({ phase: 'open', jid: TOKENS.jid, rid: 12, dispatching: false });
    expect(initial().params).toMatchObject({ sid: 'abc', wait: 60, hold: 1, requests: 2 });
    expect(gen).toBeUndefined();
  });

  it('prefers what the call says, then the client’s options', () => {
    const options = { wait: 20, hold: 2, verifyAttach: false, attachTimeout: 9 };
    const { plan, initial } = planAttach(TOKENS, {}, undefined, options, platform());
    expect(plan).toMatchObject({ verify: false, timeoutMs: 9 });
    expect(initial().params).toMatchObject({ wait: 20, hold: 2 });
    const given = planAttach(TOKENS, { wait: 5, hold: 1, wind: 1 }, undefined, options, platform());
    expect(given.initial().params).toMatchObject({ wait: 5, hold: 1, requests: 1 });
  });

  it('goes on with a kept session where it was', () => {
    const params = { sid: 'abc', wait: 30, hold: 1, requests: 4, inactivity: 60 };
    const inbound = { rid: 9, text: body(), children: [], next: 0, given: 0, restoredAt: 0 };
    const restored = { params, inbox: [inbound], paused: true, moved: 3, gen: 7 };
    const { plan, initial, gen } = planAttach(TOKENS, {}, kept(restored), {}, platform());
    expect(plan.how).toBe('restore');
    expect(initial()).toMatchObject({ paused: true, moved: 3, released: 3, inbox: [inbound], params });
    expect(gen).toBe(7);
  });

  it('goes by the tokens of a session that was kept without more', () => {
    const { plan, initial, gen } = planAttach(TOKENS, {}, kept(undefined), {}, platform());
    expect(plan.how).toBe('restore');
    expect(initial()).toMatchObject({ rid: 12, flights: [], inbox: [] });
    expect(gen).toBeUndefined();
  });

  it.each([
    ['just used', 0, 20_000],
    ['used as long ago as the server may keep it', 180_000, 20_000],
    ['used longer ago', 180_001, 5_000],
    ['used in the future: the clock was set back', -1_000_000, 20_000],
  ])('waits for the proof of a session that was %s', (_, agoMs, expected) => {
    const scheduler = new TestScheduler(() => undefined);
    const params = { sid: 'abc', wait: 60, hold: 1, requests: 2, inactivity: 60 };
    const { plan } = planAttach(TOKENS, {}, kept({ ts: -agoMs, params }), {}, platform({ scheduler }));
    expect(plan.timeoutMs).toBe(expected);
    const short = planAttach(
      TOKENS,
      {},
      kept({ ts: -agoMs, params }),
      { attachTimeout: 9 },
      platform({ scheduler }),
    );
    expect(short.plan.timeoutMs).toBe(9);
  });

  it.each([
    ['while it is', 200_000, 20_000],
    ['until the server may have given it up again', 380_000, 20_000],
    ['not after that', 380_001, 5_000],
  ])('waits patiently for a session that was parked %s', (_, atMs, expected) => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.frame = atMs;
    const params = { sid: 'abc', wait: 60, hold: 1, requests: 2, inactivity: 60 };
    const parked = { ts: 0, parked: 200_000, params };
    const { plan } = planAttach(TOKENS, {}, kept(parked), {}, platform({ scheduler }));
    expect(plan.timeoutMs).toBe(expected);
  });
});
