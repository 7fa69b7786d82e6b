import { serverProfiles, type DomainOptions } from 'rxmpp/testing';
import { ROMEO } from './support/stage.js';
import { heard, onPages, recordIn, text, type Pages } from './kills/support/pages.js';
import type { Page } from './kills/support/page.js';

const { prosody, ejabberd, openfire, mongooseim } = serverProfiles;

/** The requests since there were `before`, by what they say of a pause. */
const pausesIn = ({ domain }: Pages, before: number): readonly (string | undefined)[] =>
  domain.requests.slice(before).map(({ body }) => body.attrs['pause']);

const isAlive = ({ domain }: Pages): boolean => domain.sessions.length === 1;

/** Logs in, is parked for so long, and lets time go by. */
const parkedFor = (pages: Pages, ms: number, seconds?: number): Page => {
  const page = pages.login();
  pages.tell('before');
  pages.pass(100);
  expect(page.client.park(seconds)).toBe(true);
  pages.pass(ms);
  return page;
};

describe.each<readonly [string, DomainOptions]>([
  ['MongooseIM, which answers', mongooseim],
  ['ejabberd, which does not', ejabberd],
])('a parked page, on %s', (_, options) => {
  it(
    'has asked for the longest pause once, in a request of its own, and asks for nothing more',
    onPages((pages) => {
      const page = pages.login();
      pages.pass(500);
      const before = pages.domain.requests.length;
      page.client.send(text('held'));
      expect(page.client.park()).toBe(true);
      pages.pass(110_000);
      expect(pausesIn(pages, before)).toEqual(['120']);
      expect(pages.domain.requests.at(-1)?.body.children).toEqual([]);
      expect(pages.received()).toEqual([]);
      expect([isAlive(pages), page.status]).toMatchObject([true, { type: 'online', stalled: false }]);
    }, options),
  );

  it(
    'is left alone by a reload for longer than the server is patient, and loses nothing either way',
    onPages((pages) => {
      const page = parkedFor(pages, 300);
      page.client.send(text('held'));
      page.kill();
      pages.pass(50_000);
      pages.tell('away');
      pages.pass(60_000);
      const next = pages.reload();
      pages.pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
      expect([heard(page), heard(next)]).toEqual([['before'], ['away']]);
      expect(pages.received()).toEqual([]);
      next.client.resume();
      pages.pass(500);
      expect(pages.received()).toEqual(['held']);
    }, options),
  );

  it(
    'goes on when it is resumed: what was held leaves at once, what was said meanwhile comes',
    onPages((pages) => {
      const page = parkedFor(pages, 60_000);
      page.client.send(text('held'));
      pages.tell('away');
      pages.pass(100);
      page.client.resume();
      pages.pass(200);
      expect([heard(page), pages.received()]).toEqual([['before', 'away'], ['held']]);
      page.client.send(text('one'));
      pages.pass(150);
      page.client.send(text('two'));
      pages.tell('later');
      pages.pass(300);
      expect([heard(page), pages.received()]).toEqual([
        ['before', 'away', 'later'],
        ['held', 'one', 'two'],
      ]);
    }, options),
  );

  it(
    'does not lose its session when it stays longer: it asks again in time, and is paused like any other',
    onPages((pages) => {
      const page = parkedFor(pages, 600_000);
      expect([isAlive(pages), page.status]).toMatchObject([true, { type: 'online', stalled: false }]);
      pages.tell('after');
      page.client.resume();
      pages.pass(500);
      expect(heard(page)).toEqual(['before', 'after']);
    }, options),
  );

  it('dies at any step of it, and the next page goes on', () => {
    for (let step = 1; step < 12; step++) {
      onPages((pages) => {
        const page = pages.login();
        pages.tell('one');
        page.client.send(text('out'));
        page.fuse.arm((__, n) => n >= step);
        pages.pass(50);
        page.client.park(60);
        pages.pass(500);
        page.kill();
        pages.tell('two');
        pages.pass(20_000);
        const next = pages.reload();
        pages.pass(1500);
        next.client.resume();
        pages.pass(500);
        expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
        expect([...new Set([...heard(page), ...heard(next).map((said) => said.replace('*', ''))])]).toEqual([
          'one',
          'two',
        ]);
        expect(pages.received()).toEqual(['out']);
      }, options)();
    }
  });
});

describe('park()', () => {
  it.each([
    ['Prosody does not offer it', prosody],
    ['Openfire offers it and loses count', openfire],
  ])('does nothing where it does not work: %s', (_, options) => {
    onPages((pages) => {
      const page = pages.login();
      const before = pages.domain.requests.length;
      let paused: boolean | undefined;
      page.client.paused$.subscribe((now) => (paused = now));
      expect([page.client.park(), paused]).toEqual([false, false]);
      pages.pass(1000);
      expect(pausesIn(pages, before)).not.toContain('120');
    }, options)();
  });

  it(
    'does nothing without a session',
    onPages((pages) => {
      const page = pages.open();
      expect(page.client.park()).toBe(false);
      page.client.connect(ROMEO);
      pages.pass(5);
      expect(page.client.park()).toBe(false);
      pages.pass(1000);
      expect(page.status).toMatchObject({ type: 'online' });
    }, mongooseim),
  );

  it.each([0, -1, 1.5, NaN, Infinity])('throws for %s seconds', (seconds) => {
    onPages((pages) => {
      const page = pages.login();
      expect(() => page.client.park(seconds)).toThrow(
        expect.objectContaining({ name: 'UsageError', condition: 'bad-pause' }) as Error,
      );
    }, mongooseim)();
  });

  it(
    'asks for as long as it is told, though never for more than the server allows',
    onPages((pages) => {
      const page = pages.login();
      pages.pass(100);
      const before = pages.domain.requests.length;
      page.client.park(45);
      pages.pass(1000);
      page.client.resume();
      pages.pass(1000);
      page.client.park(100_000);
      pages.pass(1000);
      expect(pausesIn(pages, before).filter((seconds) => seconds !== undefined)).toEqual(['45', '120']);
      expect(isAlive(pages)).toBe(true);
    }, mongooseim),
  );

  it(
    'says in the record until when, so that a page which comes late asks as patiently as one that comes early',
    onPages((pages) => {
      parkedFor(pages, 1000, 100);
      expect(Number(recordIn(pages.world)['parked'])).toBeGreaterThan(pages.now() + 98_000);
    }, mongooseim),
  );

  it(
    'is sent again when it broke, until the server has it',
    onPages((pages) => {
      const page = pages.login();
      pages.pass(100);
      let broken = 0;
      pages.domain.intercept(({ body }) =>
        body.attrs['pause'] !== undefined && (broken += 1) < 3 ? { drop: true } : undefined,
      );
      page.client.park();
      pages.pass(100_000);
      expect(broken).toBe(3);
      expect([isAlive(pages), page.status]).toMatchObject([true, { type: 'online' }]);
    }, mongooseim),
  );
});
