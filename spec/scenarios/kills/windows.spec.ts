import type { Client, Stanza } from 'rxmpp';
import { memoryStorage, serverProfiles } from 'rxmpp/testing';
import { ROMEO } from '../support/stage.js';
import { before } from './support/fuse.js';
import { heard, KEY, onPages, text } from './support/pages.js';

/** What no client can do anything about, and what the app is told of it. */
describe('what can still go wrong', () => {
  it(
    'a handler runs twice when the page dies before it is committed that it has run: the stanza is marked',
    onPages(({ world, login, reload, pass, tell }) => {
      const page = login({
        handler: () => page.fuse.arm(before(new RegExp(`^set ${KEY}$`))),
      });
      tell('one');
      pass(500);
      expect(page.fuse.blown).toBe(true);
      expect(world.storage.keys().some((key) => key.includes(':i:'))).toBe(true);
      const next = reload();
      pass(1000);
      expect([heard(page), heard(next)]).toEqual([['one'], ['one*']]);
    }),
  );

  it.each([
    ['answers', /:i:/],
    ['anything', /^/],
  ])('a storage that takes no %s is reported, and the same page loses nothing', (_, key) => {
    onPages(({ world, login, pass, tell, received }) => {
      const page = login();
      const degraded: unknown[] = [];
      page.client.wire$.subscribe((event) => event.type === 'degraded' && degraded.push(event.error));
      world.storage.failOn('setItem', { key });
      page.client.send(text('out'));
      tell('in');
      pass(1000);
      expect([heard(page), received()]).toEqual([['in'], ['out']]);
      expect(degraded[0]).toMatchObject({ name: 'QuotaExceededError' });
    })();
  });

  it(
    'an answer that the storage had no room for is asked for again: still one handler runs twice, and no more',
    onPages((pages) => {
      const { world, login, reload, pass, tell, received } = pages;
      const handler = (stanza: Stanza, client: Client): void => {
        const said = stanza.child('body')?.text ?? '';
        client.send(text(`re ${said}`));
        if (said === 'two') page.kill();
      };
      const page = login({ handler });
      tell('first');
      pass(5);
      world.storage.failOn('setItem', { key: /:i:/ });
      tell('one', 'two', 'three');
      pass(500);
      const next = reload({ handler });
      pass(1000);
      expect(heard(page)).toEqual(['first', 'one', 'two']);
      expect(heard(next)).toEqual(['two*', 'three']);
      expect(received()).toEqual(['re first', 're one', 're two', 're three']);
    }),
  );

  it.each([
    ['in time', 29_000, 'online'],
    ['later than the server is patient', 31_000, 'failed'],
  ])('a reload that comes %s', (_, gapMs, type) => {
    onPages(
      ({ world, domain, login, reload, pass, received }) => {
        const page = login();
        page.client.send(text('sent'));
        pass(95);
        page.fuse.arm(before(/^uploaded/));
        pass(20);
        page.kill();
        // The held request and what came to it last: then the server waits for `inactivity`.
        pass(gapMs);
        const next = reload();
        next.client.send(text('waits'));
        pass(30_000);
        expect(next.status).toMatchObject({ type });
        if (next.status.type !== 'failed') {
          expect(received()).toEqual(['sent', 'waits']);
          return;
        }
        expect(next.status).toMatchObject({
          during: 'attach',
          error: { condition: 'item-not-found' },
          unsent: [{ attrs: { id: 'waits' } }],
          uncertain: [{ attrs: { id: 'sent' } }],
        });
        expect([world.storage.keys(), domain.sessions]).toEqual([[], []]);
        next.client.connect(ROMEO);
        pass(500);
        expect(next.status).toMatchObject({ type: 'online', how: 'connected' });
      },
      { manner: { lostConnection: 'noticed' } },
    )();
  });

  it(
    'a stanza that went to a dead connection is gone with the session; the failure says that there may be one',
    onPages(({ login, reload, pass, tell, domain }) => {
      const page = login();
      page.kill();
      tell('to the dead');
      pass(31_000);
      expect(domain.sessions).toEqual([]);
      const next = reload();
      pass(1000);
      expect(next.status).toMatchObject({
        type: 'failed',
        during: 'attach',
        error: { condition: 'item-not-found' },
      });
      expect(heard(next)).toEqual([]);
    }),
  );

  it(
    'a record that is older than the session, out of a browser that crashed, is refused: by the mark if that survived',
    onPages(({ world, login, reload, pass, domain, received }) => {
      const page = login();
      const old = world.storage.snapshot();
      page.client.send(text('one'));
      pass(1000);
      page.kill();
      const from = domain.requests.length;
      const next = reload({ storage: memoryStorage(old) });
      pass(1000);
      expect(next.status).toMatchObject({ type: 'failed', during: 'attach', error: { condition: 'stale' } });
      expect([domain.requests.length, received()]).toEqual([from, ['one']]);
    }),
  );

  it.each(Object.entries(serverProfiles))(
    'and by the server (%s) if the mark is gone too: nothing of the app is swallowed under a used rid',
    (_, profile) => {
      onPages(({ world, login, reload, pass, received }) => {
        const page = login();
        const old = world.storage.snapshot();
        for (const one of ['one', 'two', 'three']) {
          page.client.send(text(one));
          pass(300);
        }
        page.kill();
        for (const key of world.shared.keys()) world.shared.removeItem(key);
        const next = reload({ storage: memoryStorage(old) });
        next.client.send(text('four'));
        pass(30_000);
        expect(next.status).toMatchObject({
          ...{ type: 'failed', during: 'attach' },
          unsent: [{ attrs: { id: 'four' } }],
          uncertain: [],
        });
        expect(received()).toEqual(['one', 'two', 'three']);
      }, profile)();
    },
  );

  it(
    'a creation answer that got lost leaves a session behind that nobody drives; the login goes on with another',
    onPages(({ open, pass, domain }) => {
      domain.intercept(({ sid }) =>
        sid === undefined && domain.requests.length < 2 ? { dropAnswer: true } : undefined,
      );
      const page = open();
      page.client.connect(ROMEO);
      pass(2000);
      expect(page.status).toMatchObject({ type: 'online', how: 'connected' });
      expect(domain.sessions).toHaveLength(2);
      pass(40_000);
      expect(domain.sessions.map(({ jid }) => jid)).toEqual([ROMEO.jid]);
    }),
  );

  it(
    'Openfire does not remember what made room for a later request: the session is over, and the app knows what may be lost',
    onPages(({ login, reload, pass, until, tell, received }) => {
      const page = login();
      page.client.send(text('one'));
      until(() => received().length === 1);
      page.kill();
      tell('to the dead');
      pass(500);
      const next = reload();
      next.client.send(text('two'));
      pass(2000);
      expect(next.status).toMatchObject({
        ...{ type: 'failed', during: 'attach', error: { condition: 'item-not-found' } },
        unsent: [{ attrs: { id: 'two' } }],
        uncertain: [{ attrs: { id: 'one' } }],
      });
    }, serverProfiles.openfire),
  );
});
