import fc from 'fast-check';
import type { Fate } from './network.js';
import type { Act, WorldOptions } from './world.js';

const fate = (): fc.Arbitrary<Fate> =>
  fc.record({
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constant('fine' as const) },
      {
        weight: 4,
        arbitrary: fc.constantFrom('lost', 'unheard', 'cut', 'gateway', 'repeat', 'busy', 'twice'),
      },
    ),
    up: fc.nat(400),
    down: fc.nat(600),
    breaksAfter: fc.option(fc.nat(2_000), { nil: undefined }),
  });

/** A server's parameters, and what the network does to at most so many requests. */
export const worldOptions = (maxFates: number): fc.Arbitrary<WorldOptions> =>
  fc
    .record({
      window: fc.constantFrom([1, 0], [2, 1], [2, 1], [3, 1], [3, 2]),
      wait: fc.constantFrom(3, 10),
      echoes: fc.boolean(),
      forgets: fc.boolean(),
      endsOnOlder: fc.boolean(),
      fates: fc.array(fate(), { maxLength: maxFates }),
      uploads: fc.boolean(),
      inactivity: fc.constantFrom(8, 30),
      maxBodySize: fc.constantFrom(50, 120, 10_000),
      seed: fc.nat(),
    })
    .map(({ window: [requests = 2, hold = 1], ...rest }) => ({ ...rest, requests, hold }));

const some = <T extends Act['do']>(what: T) =>
  fc.record({ do: fc.constant(what), count: fc.integer({ min: 1, max: 3 }) });

const act = (): fc.Arbitrary<Act> =>
  fc.oneof(
    { weight: 4, arbitrary: some('send') },
    { weight: 4, arbitrary: some('say') },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('pause', 'resume', 'retry', 'release', 'releaseLast') }),
    },
  );

const kill = (): fc.Arbitrary<Act> =>
  fc.record({ do: fc.constant('kill' as const), commits: fc.nat(6), arrives: fc.boolean() });

/** Something that happens, and how long after the last thing, in ms. */
export interface Timed {
  readonly after: number;
  readonly what: Act;
}

export const acts = (kills: boolean): fc.Arbitrary<readonly Timed[]> =>
  fc.array(
    fc.record({
      after: fc.oneof(fc.nat(30), fc.nat(300), fc.nat(12_000)),
      what: kills ? fc.oneof({ weight: 3, arbitrary: act() }, { weight: 2, arbitrary: kill() }) : act(),
    }),
    { minLength: kills ? 5 : 0, maxLength: 30 },
  );
