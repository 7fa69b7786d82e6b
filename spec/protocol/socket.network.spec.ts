import fc from 'fast-check';
import { createWorld } from './support/socket-world.js';

const moves = fc.array(
  fc.constantFrom(
    'send',
    'send',
    'push',
    'push',
    'up',
    'up',
    'up',
    'down',
    'down',
    'down',
    'cut',
    'reload',
    'die',
    'pass',
  ),
  { maxLength: 120 },
);

it('loses nothing and doubles nothing, both ways and in order, wherever connections break and pages die', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const world = createWorld();
      world.settle();
      expect(world.server.isReady()).toBe(true);
      const [sent, pushed]: [string[], string[]] = [[], []];
      for (const [i, move] of script.entries()) {
        if (move === 'send') world.send(sent[sent.push(`o${i}`) - 1]!);
        else if (move === 'push') world.push(pushed[pushed.push(`i${i}`) - 1]!);
        else if (move === 'up') world.up();
        else if (move === 'down') world.down();
        else if (move === 'die') world.down(true);
        else if (move === 'pass') world.pass(300);
        else world[move]();
      }
      world.settle();
      expect(world.server.heard).toEqual(sent);
      expect(world.seen).toEqual(pushed);
      expect(world.server.sessions()).toBe(1);
    }),
    { numRuns: 500 },
  );
});
