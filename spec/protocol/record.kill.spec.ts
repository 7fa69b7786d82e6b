import fc from 'fast-check';
import { acts, worldOptions } from './support/arbitraries.js';
import { createWorld } from './support/world.js';

it('nothing is lost, doubled or confused when the page dies at any instant and another goes on', () => {
  let lives = 0;
  const runs = fc.property(worldOptions(12), acts(true), (options, acts) => {
    const world = createWorld(options);
    world.open();
    for (const { after, what } of acts) {
      world.later(after);
      world.act(what);
    }
    world.heal();
    world.later(2_000);
    world.act({ do: 'resume' });
    world.later(90_000);
    const { server, accepted, given } = world;
    lives += world.lives();
    expect(server.violations).toEqual([]);
    if (world.watch.closings() > 0) {
      expect(world.page()?.all('closed')).toMatchObject([{ error: { condition: 'expired' } }]);
      expect(given).toEqual(server.said().filter((xml) => given.includes(xml)));
      return;
    }
    expect(server.processed).toEqual(accepted.map(({ n }) => `m${n}`));
    expect(given).toEqual(server.said());
    expect(world.page()?.state()).toMatchObject({ phase: 'open', online: true, inbox: [] });
  });
  fc.assert(runs, { numRuns: 250, endOnFailure: true });
  expect(lives).toBeGreaterThan(500);
}, 120_000);
