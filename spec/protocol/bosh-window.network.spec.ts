import fc from 'fast-check';
import { acts, type Timed, worldOptions } from './support/arbitraries.js';
import { createWorld, type World } from './support/world.js';

const idsOf = ({ accepted }: World): readonly string[] => accepted.map(({ n }) => `m${n}`);

/** The client has given the server up: what it says of each stanza must be true. */
const checkExpired = (world: World): void => {
  const { server, given, watch } = world;
  const page = world.page();
  const [closed] = page?.all('closed') ?? [];
  const closedAt = page?.log.find(({ effect }) => effect.type === 'closed')?.at ?? 0;
  expect(closed?.error).toMatchObject({ condition: 'expired' });
  expect(closedAt - watch.provenAt()).toBeGreaterThanOrEqual(world.patienceMs);
  const waiting = page?.queue().map(({ n }) => `m${n}`) ?? [];
  const uncertain = closed?.leftovers.uncertain.map(({ attrs }) => attrs['id'] ?? '') ?? [];
  expect(server.processed).toEqual(idsOf(world).slice(0, server.processed.length));
  expect(server.processed.filter((id) => waiting.includes(id))).toEqual([]);
  expect(new Set([...server.processed, ...uncertain, ...waiting])).toEqual(new Set(idsOf(world)));
  expect(given).toEqual(server.said().filter((xml) => given.includes(xml)));
};

/** Lets everything happen that is to happen. */
const run = (world: World, acts: readonly Timed[]): void => {
  world.open();
  for (const { after, what } of acts) {
    world.later(after);
    world.act(what);
  }
};

it('loses, doubles and confuses nothing, and keeps the rules of BOSH, whatever the network does', () => {
  const runs = fc.property(worldOptions(40), acts(false), (options, acts) => {
    const world = createWorld(options);
    run(world, acts);
    world.heal();
    world.act({ do: 'resume' });
    world.later(120_000);
    const { server, accepted, given, watch } = world;
    expect(server.violations).toEqual([]);
    if (watch.closings() > 0) {
      checkExpired(world);
      return;
    }
    expect(server.processed).toEqual(idsOf(world));
    expect(given).toEqual(server.said());
    expect(world.page()?.state()).toMatchObject({ phase: 'open', inbox: [] });
    world.leave(2);
    world.later(10_000);
    expect(world.page()?.all('closed')).toMatchObject([{ error: undefined }]);
    expect(server.processed).toEqual(accepted.map(({ n }) => `m${n}`));
    expect(server.isOver()).toBe(true);
  });
  fc.assert(runs, { numRuns: 200, endOnFailure: true });
}, 120_000);

it('gives up when the server must have done so too, not before, and says what became of every stanza', () => {
  const runs = fc.property(worldOptions(10), acts(false), fc.nat(20_000), (options, acts, breaksAfter) => {
    const world = createWorld(options);
    run(world, acts);
    world.act({ do: 'resume' });
    world.cut(breaksAfter);
    world.act({ do: 'send', count: 2 });
    world.later(180_000);
    expect(world.watch.closings()).toBe(1);
    checkExpired(world);
  });
  fc.assert(runs, { numRuns: 100, endOnFailure: true });
}, 120_000);

it('says a goodbye that is bounded, and tells the truth, on a network that does not heal', () => {
  const runs = fc.property(worldOptions(60), acts(false), (options, acts) => {
    const world = createWorld(options);
    run(world, acts);
    const before = world.watch.closings();
    world.leave(2);
    world.later(3_000);
    expect(world.server.violations).toEqual([]);
    expect(world.watch.closings()).toBe(1);
    if (before === 0) expect(world.page()?.all('closed')).toMatchObject([{ error: undefined }]);
    expect(world.server.processed).toEqual(idsOf(world).slice(0, world.server.processed.length));
    const { given } = world;
    expect(given).toEqual(world.server.said().filter((xml) => given.includes(xml)));
  });
  fc.assert(runs, { numRuns: 100, endOnFailure: true });
}, 120_000);
