import { serverProfiles } from 'rxmpp/testing';
import { before } from './support/fuse.js';
import { heard, KEY, onPages, recordIn, text } from './support/pages.js';

/** The page dies, without noticing, while something of its own is on its way; the next one restores. */
describe.each(Object.entries(serverProfiles))('what a page sends to %s before it dies', (_, profile) => {
  it(
    'reaches the server once when it had only been taken by send()',
    onPages(({ login, reload, pass, received }) => {
      const page = login();
      page.client.send([text('one'), text('two')]);
      page.kill();
      pass(500);
      const next = reload();
      pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored', resumed: true });
      expect(received()).toEqual(['one', 'two']);
    }, profile),
  );

  it(
    'is the same body under the same rid when it had been kept and never posted',
    onPages(({ login, reload, pass, received, world, domain }) => {
      const page = login();
      page.client.send(text('one'));
      page.fuse.arm(before(/^post/));
      pass(500);
      const rid = Number(recordIn(world)['rid']) - 1;
      const kept = world.storage.getItem(`${KEY}:f:${rid}`);
      expect(kept).toContain('one');
      expect(domain.requests.filter((request) => request.rid === rid)).toEqual([]);
      reload();
      pass(1000);
      const posted = domain.requests.filter((request) => request.rid === rid);
      expect(posted.map((request) => request.text)).toEqual([kept]);
      expect(received()).toEqual(['one']);
    }, profile),
  );

  it(
    'is processed once when it had arrived and its answer had not',
    onPages(({ login, reload, pass, received, tell, domain }) => {
      const page = login();
      page.client.send(text('one'));
      pass(110);
      expect(received()).toEqual(['one']);
      tell('answer');
      page.kill();
      pass(500);
      const next = reload();
      pass(1000);
      expect([received(), heard(next)]).toEqual([['one'], ['answer']]);
      expect(domain.sessions).toHaveLength(1);
    }, profile),
  );

  it.each([
    ['had not arrived', false],
    ['was still arriving when the page was gone', true],
  ])('is processed once when it %s', (__, lingers) => {
    onPages(({ login, reload, pass, received, domain }) => {
      const page = login({ lingers });
      page.client.send(text('one'));
      page.fuse.arm(before(/^uploaded/));
      pass(105);
      page.kill();
      const [older, newer] = domain.requests.slice(-2).map(({ rid }) => rid);
      expect(newer).toBe(older! + 1);
      const before_ = domain.requests.length;
      reload();
      pass(1000);
      expect(received()).toEqual(['one']);
      expect(domain.requests.slice(before_, before_ + 2).map(({ rid }) => rid)).toEqual([older, newer]);
    }, profile)();
  });

  it(
    'comes in the order of send(), also what the next page sends before it is online',
    onPages(({ login, reload, pass, received }) => {
      const page = login();
      page.client.send(text('one'));
      pass(100);
      page.client.send(text('two'));
      pass(30);
      page.client.send(text('three'));
      page.kill();
      const next = reload();
      next.client.send(text('four'));
      next.kill();
      const last = reload();
      last.client.send(text('five'));
      pass(1000);
      expect(received()).toEqual(['one', 'two', 'three', 'four', 'five']);
    }, profile),
  );

  it(
    'is not sent when it had been taken back, whatever its number has become',
    onPages(({ login, reload, pass, received }) => {
      const page = login();
      page.client.send([text('one'), text('two')])[0]!.cancel();
      page.kill();
      const next = reload();
      const [three] = next.client.send([text('three'), text('four')]);
      expect(three!.cancel()).toBe(true);
      pass(1000);
      expect(received()).toEqual(['two', 'four']);
    }, profile),
  );
});
