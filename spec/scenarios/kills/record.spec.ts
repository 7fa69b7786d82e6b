import { StropheSessionError } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';
import { KEY, onPages, recordIn, text } from './support/pages.js';

type Json = Readonly<Record<string, unknown>>;

describe('a record that makes no sense', () => {
  it.each([
    '',
    'null',
    '[]',
    '7',
    '"text"',
    '{',
    '{}',
    '{"jid":"a@b/c","sid":"s"}',
    '{"jid":"a@b/c","rid":7}',
  ])('is no session: %s', (record) => {
    onPages(({ open, pass, domain }) => {
      const page = open({ storage: memoryStorage({ [KEY]: record }) });
      expect(() => page.client.restore()).toThrow(StropheSessionError);
      pass(1000);
      expect([page.status.type, domain.requests]).toEqual(['offline', []]);
    })();
  });

  it.each<Json>([
    { jid: 7 },
    { jid: '' },
    { sid: null },
    { sid: '' },
    { rid: 0 },
    { rid: -1 },
    { rid: 1.5 },
    { rid: 'x' },
    { rid: 1e300 },
  ])('is no session: %j', (wrong) => {
    onPages(({ world, login, open }) => {
      login().kill();
      world.storage.setItem(KEY, JSON.stringify({ ...recordIn(world), ...wrong }));
      expect(() => open().client.restore()).toThrow(StropheSessionError);
    })();
  });
});

describe('a record of which only the tokens can be used', () => {
  it.each<readonly [string, Json]>([
    ['of a newer version', { v: 99 }],
    ['of no version', { v: undefined }],
    ['with requests that are no list', { fl: 'none' }],
    ['with requests that are no requests', { fl: [null] }],
    ['with requests of an unknown kind', { fl: [{ r: 1, k: 'new', n: 1 }] }],
    ['with endless requests', { fl: Array.from({ length: 1000 }, () => ({})) }],
  ])('is taken over by those: %s', (_, wrong) => {
    onPages(({ world, login, reload, pass, received, domain }) => {
      const page = login();
      page.client.send(text('one'));
      pass(200);
      page.kill();
      world.storage.setItem(KEY, JSON.stringify({ ...recordIn(world), ...wrong }));
      const from = domain.requests.length;
      const next = reload();
      pass(2000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(domain.requests[from]!.body.child('iq')?.child('ping')).toBeDefined();
      expect(received()).toEqual(['one']);
    })();
  });

  it(
    'is taken over by those when the body of a request is missing',
    onPages(({ world, login, reload, pass }) => {
      login().kill();
      for (const key of world.storage.keys()) if (key.includes(':f:')) world.storage.removeItem(key);
      const next = reload();
      pass(2000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
    }),
  );

  it.each<Json>([
    { inb: 'x', q: 'x', ts: 'x', paused: 'x', done: 'x', url: 7, ver: 7 },
    { inb: [null, 7, { r: 1 }, { r: 1, c: 5 }, { r: -1, c: 0 }] },
    { wait: 'x', hold: -1, requests: 0, inactivity: 'x' },
  ])('is taken as it is where the rest is wrong: %j', (wrong) => {
    onPages(({ world, login, reload, pass, received }) => {
      login().kill();
      world.storage.setItem(KEY, JSON.stringify({ ...recordIn(world), ...wrong }));
      const next = reload();
      next.client.send(text('one'));
      pass(2000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(received()).toEqual(['one']);
    })();
  });

  it(
    'does not stumble over a queue or answers that make no sense',
    onPages(({ world, login, reload, pass, received }) => {
      const page = login();
      page.client.send(text('one'));
      page.kill();
      const garbage = {
        'q:7': 'x',
        'q:8': '{}',
        'q:9': '{"xml":"<"}',
        'q:9007199254740991': 'x',
        'i:3': '<',
        'f:3': '<',
      };
      for (const [name, value] of Object.entries(garbage)) world.storage.setItem(`${KEY}:${name}`, value);
      const next = reload();
      next.client.send(text('two'));
      pass(2000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(received()).toEqual(['one', 'two']);
      expect(world.storage.keys().filter((key) => !/:f:\d+$/.test(key))).toEqual([KEY]);
    }),
  );
});
