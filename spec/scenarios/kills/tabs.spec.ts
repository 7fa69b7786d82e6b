import { before } from './support/fuse.js';
import { heard, KEY, onPages, recordIn, text } from './support/pages.js';

const failedWith = (condition: string) => ({ type: 'failed', during: 'attach', error: { condition } });

describe('a duplicated tab', () => {
  it(
    'sends nothing at all, and the first one does not notice',
    onPages(({ world, domain, login, reload, pass, tell, received }) => {
      const first = login();
      const storage = world.storage.clone();
      const from = domain.requests.length;
      const copy = reload({ storage });
      copy.client.send(text('from the copy'));
      pass(1_499);
      expect(copy.status).toEqual({ type: 'connecting', how: 'restore' });
      pass(1);
      expect(copy.status).toMatchObject(failedWith('session-in-use'));
      expect(copy.status).toMatchObject({ unsent: [{ attrs: { id: 'from the copy' } }] });
      expect([domain.requests.length - from, storage.keys()]).toEqual([0, []]);

      first.client.send(text('from the first'));
      tell('to the first');
      pass(1000);
      expect([heard(first), heard(copy), received()]).toEqual([['to the first'], [], ['from the first']]);
      expect(first.statuses.filter(({ type }) => type !== 'online').at(-1)).toMatchObject({
        type: 'authenticating',
      });
    }),
  );

  it(
    'of a tab that has gone on and is gone itself is refused, also without any request',
    onPages(({ world, domain, login, reload, pass, received }) => {
      const first = login();
      const storage = world.storage.clone();
      first.client.send(text('one'));
      pass(1000);
      first.kill();
      const from = domain.requests.length;
      const stale = reload({ storage });
      pass(1000);
      expect(stale.status).toMatchObject(failedWith('stale'));
      expect([domain.requests.length - from, storage.keys()]).toEqual([0, []]);
      const next = reload();
      pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(received()).toEqual(['one']);
    }),
  );

  it(
    'is no stale copy when the page died between its commit and the mark that all tabs share',
    onPages(({ login, reload, pass, received }) => {
      const page = login();
      page.client.send(text('one'));
      page.fuse.arm(before(/:gen:/));
      pass(200);
      expect(page.fuse.blown).toBe(true);
      const next = reload();
      pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(received()).toEqual(['one']);
    }),
  );
});

describe('a document that is slow to die', () => {
  it(
    'is waited for',
    onPages(({ login, reload, pass, tell, domain }) => {
      const page = login({ dyingMs: 500 });
      page.kill();
      tell('meanwhile');
      const from = domain.requests.length;
      const next = reload();
      pass(499);
      expect(domain.requests).toHaveLength(from);
      pass(500);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(heard(next)).toEqual(['meanwhile']);
    }),
  );

  it(
    'is gone on from where it has come to by then',
    onPages(({ world, login, open, pass, received, tell }) => {
      const old = login();
      const next = open();
      next.client.restore();
      old.client.send(text('one'));
      tell('to the old one');
      pass(600);
      old.client.send(text('two'));
      old.kill();
      pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect([heard(old), heard(next), received()]).toEqual([['to the old one'], [], ['one', 'two']]);
      expect(recordIn(world)).toMatchObject({ inb: [] });
    }),
  );
});

describe('a page that comes back from the back/forward cache', () => {
  it(
    'goes on from what the page after it has kept, under rids that nobody has used',
    onPages(({ world, domain, login, reload, pass, received, tell }) => {
      const old = login();
      old.client.send(text('one'));
      pass(200);
      old.client.send(text('two'));
      old.happen('freeze');
      const kept = world.storage.snapshot();
      tell('to nobody');
      pass(100);
      expect(world.storage.snapshot()).toEqual(kept);

      const next = reload();
      pass(1000);
      next.client.send(text('three'));
      pass(1000);
      next.happen('freeze');
      old.happen('thaw');
      old.client.send(text('four'));
      pass(1000);
      expect(old.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(received()).toEqual(['one', 'two', 'three', 'four']);
      expect([heard(old), heard(next)]).toEqual([[], ['to nobody']]);
      const bodies = new Map<number, string>();
      for (const { rid = 0, text: body } of domain.requests) {
        expect(bodies.get(rid) ?? body).toBe(body);
        bodies.set(rid, body);
      }
    }),
  );

  it(
    'can be killed while it comes back',
    onPages(({ login, reload, pass, received, tell }) => {
      const old = login();
      old.happen('freeze');
      tell('while away');
      pass(500);
      old.fuse.arm(before(/^answered/));
      old.happen('thaw');
      old.client.send(text('one'));
      pass(500);
      expect(old.fuse.blown).toBe(true);
      const next = reload();
      pass(1000);
      expect([heard(next), received()]).toEqual([['while away'], ['one']]);
    }),
  );
});

it(
  'two connections of a page under two keys are restored each for itself',
  onPages(({ world, open, pass, tell, domain }) => {
    const keys = [KEY, `${KEY}-2`];
    const users = [
      { jid: 'romeo@example.com/orchard', password: 'montague' },
      { jid: 'juliet@example.com/tomb', password: 'capulet' },
    ];
    const pages = keys.map((key) => open({ keepalive: { key } }));
    pages.forEach((page, i) => page.client.connect(users[i]!));
    pass(500);
    const sids = keys.map((key) => recordIn(world, key)['sid']);
    expect(new Set(sids).size).toBe(2);
    pages[0]!.client.send(text('from romeo'));
    pages.forEach((page) => page.kill());
    tell('to romeo');
    pass(500);

    const next = keys.map((key) => open({ keepalive: { key } }));
    next.forEach((page, i) => page.client.restore(users[i]!.jid));
    pass(1000);
    expect(next.map(({ status }) => status)).toMatchObject(users.map(({ jid }) => ({ type: 'online', jid })));
    expect(next.map(heard)).toEqual([['to romeo'], []]);
    expect(domain.sessions.map(({ sid }) => sid)).toEqual(sids);
    next[0]!.client.disconnect();
    pass(1000);
    expect(world.storage.keys().filter((key) => !key.startsWith(keys[1]!))).toEqual([]);
    expect(recordIn(world, keys[1])).toMatchObject({ sid: sids[1] });
  }),
);
