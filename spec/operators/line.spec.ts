import * as fc from 'fast-check';
import { inLine } from '../../lib/operators/line.js';

/** A line that writes down what it does; `meanwhile` is called during every handling. */
const observe = (ready: () => boolean = () => true, meanwhile: (value: number) => void = () => undefined) => {
  const log: (number | string)[] = [];
  const next = (value: number): void => {
    log.push(value);
    meanwhile(value);
    log.push(`/${value}`);
  };
  return { log, line: inLine<number>({ next, complete: () => log.push('complete') }, ready) };
};

describe('inLine', () => {
  it('handles nothing before it runs', () => {
    const { log, line } = observe();

    line.add(1);
    line.add(2);
    expect(log).toEqual([]);
    line.run();

    expect(log).toEqual([1, '/1', 2, '/2']);
  });

  it('handles one at a time what joins from inside', () => {
    const { log, line } = observe(undefined, (value) => {
      if (value < 3) line.add(value + 1);
      line.run();
    });

    line.add(1);
    line.run();

    expect(log).toEqual([1, '/1', 2, '/2', 3, '/3']);
  });

  it('forgets those that wait, whether some have left before or not', () => {
    let places = 1;
    const { log, line } = observe(
      () => places > 0,
      () => (places -= 1),
    );

    [1, 2, 3].forEach(line.add);
    line.run();
    line.add(4);
    line.clear();
    line.add(5);
    places = 9;
    line.run();

    expect(log).toEqual([1, '/1', 5, '/5']);
  });

  it('stops when it is not ready any more, and goes on where it stopped', () => {
    let places = 2;
    const { log, line } = observe(
      () => places > 0,
      () => (places -= 1),
    );

    [1, 2, 3].forEach(line.add);
    line.run();
    expect(log).toEqual([1, '/1', 2, '/2']);
    line.run();
    expect(log).toEqual([1, '/1', 2, '/2']);
    places = 5;
    line.add(4);
    line.run();

    expect(log.slice(4)).toEqual([3, '/3', 4, '/4']);
  });

  it('completes at the end once nobody waits', () => {
    let open = false;
    const { log, line } = observe(() => open);

    line.add(1);
    line.end();
    expect(log).toEqual([]);
    open = true;
    line.run();

    expect(log).toEqual([1, '/1', 'complete']);
  });

  it('completes at once when nobody waits, ready or not', () => {
    const { log, line } = observe(() => false);

    line.end();

    expect(log).toEqual(['complete']);
  });

  it('finishes the handling it is ended from before it completes', () => {
    const { log, line } = observe(undefined, () => line.end());

    line.add(1);
    line.run();

    expect(log).toEqual([1, '/1', 'complete']);
  });

  it('keeps the order of arrival, however arrivals, runs and pauses mix', () => {
    const moves = fc.array(fc.oneof(fc.constantFrom('add' as const, 'run' as const), fc.nat({ max: 5 })), {
      maxLength: 80,
    });

    fc.assert(
      fc.property(moves, (moves) => {
        let places = 0;
        let added = 0;
        const handled: number[] = [];
        const next = (value: number): void => {
          places -= 1;
          handled.push(value);
        };
        const line = inLine<number>({ next, complete: () => undefined }, () => places > 0);

        for (const move of moves) {
          if (move === 'add') line.add((added += 1));
          else if (move === 'run') line.run();
          else places = move;
        }
        places = Infinity;
        line.run();

        expect(handled).toEqual(Array.from({ length: added }, (_, index) => index + 1));
      }),
    );
  });

  it('handles a million waiting values in linear time', () => {
    const total = 1_000_000;
    let last = 0;
    const line = inLine<number>({ next: (value) => (last = value), complete: () => undefined });
    const startMs = performance.now();

    for (let value = 1; value <= total; value += 1) line.add(value);
    line.run();

    expect(last).toBe(total);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
