import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { createClient, type Status } from 'rxmpp';
import { memoryBrowser, memoryStorage, parse, scriptedServer } from 'rxmpp/testing';
import { URL } from '../support/stage.js';
import { before } from './support/fuse.js';
import { KEY, onPages, text } from './support/pages.js';

type Items = Readonly<Record<string, string>>;

/** What a page leaves that dies with everything in its storage: requests, an answer not handled, a queue. */
const left = (): Items => {
  const items: Record<string, string> = {};
  onPages(({ world, login, tell, pass }) => {
    const page = login({ handler: () => page.fuse.arm(before(/./)) });
    page.client.send(text('on its way'));
    pass(101);
    page.client.send(text('queued'));
    tell('one', 'two');
    pass(15);
    page.kill();
    for (const key of world.storage.keys()) items[key] = world.storage.getItem(key) ?? '';
  })();
  return items;
};

/** `RECORDS=10000 npx jest spec/scenarios/kills/mutated` for more. */
const RUNS = Number(process.env['RECORDS'] ?? 500);

const WHOLE = left();
const NAMES = Object.keys(WHOLE);

const SCRAPS = ['', '"', '{', '}', ',', '0', '9', '-', 'é', '[', '<', '/>', '&', 'null', '\u0000'];

/** Pieces of a text taken out and others put in. */
const edited = (whole: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat(whole.length), fc.nat(4), fc.constantFrom(...SCRAPS)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((edits) =>
      edits.reduce((now, [at, length, by]) => now.slice(0, at) + by + now.slice(at + length), whole),
    );

/** Fields of a record with other values, of the same kind or not. */
const altered = (whole: string): fc.Arbitrary<string> => {
  const record = JSON.parse(whole) as Record<string, unknown>;
  const value = fc.oneof(fc.jsonValue(), fc.nat(), fc.constantFrom(...Object.values(record)));
  return fc
    .dictionary(fc.constantFrom(...Object.keys(record)), value, { minKeys: 1, maxKeys: 3 })
    .map((change) => JSON.stringify({ ...record, ...change }));
};

const damaged = (name: string): fc.Arbitrary<Items> => {
  const whole = WHOLE[name] ?? '';
  const others = name === KEY ? [altered(whole), altered(whole)] : [fc.constantFrom(...Object.values(WHOLE))];
  return fc.oneof(edited(whole), fc.string(), ...others).map((value) => ({ ...WHOLE, [name]: value }));
};

/** A storage in which one thing, mostly the record itself, or all is not as it was. */
const storages: fc.Arbitrary<Items> = fc.oneof(
  damaged(KEY),
  fc.constantFrom(...NAMES).chain(damaged),
  fc
    .tuple(...NAMES.map(damaged))
    .map((all) => Object.assign({}, ...all.map((items, i) => ({ [NAMES[i]!]: items[NAMES[i]!] }))) as Items),
);

/** What a page does that finds this in its storage, and is not answered. */
const restoreFrom = (items: Items) => {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const server = scriptedServer({ scheduler, uploads: 'never' });
  const { platform, requests } = memoryBrowser(server).page(memoryStorage(items));
  const client = createClient(URL, { keepalive: true, platform: { ...platform, uploads: false } });
  let status: Status | undefined;
  client.status$.subscribe((now) => (status = now));
  let thrown: unknown;
  try {
    client.restore();
  } catch (error) {
    thrown = error;
  }
  scheduler.maxFrames = 25_000;
  scheduler.flush();
  client.close();
  return { posted: requests.map(({ text }) => text), thrown, status };
};

const sidIn = (record: string | undefined): unknown => {
  try {
    return (JSON.parse(record ?? '') as { sid?: unknown } | null)?.sid;
  } catch {
    return undefined;
  }
};

describe('a storage that was damaged', () => {
  it('is a good one before', () => {
    expect(NAMES.map((name) => name.replace(/\d+$/, ''))).toEqual(
      expect.arrayContaining([KEY, `${KEY}:f:`, `${KEY}:i:`, `${KEY}:q:`]),
    );
    const { posted, status } = restoreFrom(WHOLE);
    expect(posted.length).toBeGreaterThan(1);
    expect(status).toMatchObject({ type: 'failed', during: 'attach', error: { name: 'TimeoutError' } });
  });

  it('is no session, or one whose requests all have the sid that is kept: nothing crashes, nothing is invented', () => {
    let sessions = 0;
    fc.assert(
      fc.property(storages, (items) => {
        const { posted, thrown, status } = restoreFrom(items);
        if (thrown !== undefined) {
          expect(thrown).toMatchObject({ name: 'StropheSessionError' });
          // The end of a session that was being ended is said as it was kept.
          expect(
            posted.every((body) => Object.values(items).includes(body) || body.includes('terminate')),
          ).toBe(true);
        } else {
          sessions += 1;
          expect(status).toMatchObject({ type: 'failed', during: 'attach' });
        }
        const sid = sidIn(items[KEY]);
        for (const body of posted) expect(parse(body).attrs['sid']).toBe(sid);
      }),
      { seed: 3, numRuns: RUNS },
    );
    expect(sessions).toBeGreaterThan(RUNS / 20);
  });
});
