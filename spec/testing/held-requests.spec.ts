import { TestScheduler } from 'rxjs/testing';
import type { Exchange } from '../../lib/testing/connection.js';
import { createHeldRequests, type HeldRequests } from '../../lib/testing/held-requests.js';

/** What timed out, and when, with 100 ms of wait. */
const timeouts = (
  play: (held: HeldRequests, exchange: Exchange, scheduler: TestScheduler) => void,
): string[] => {
  const seen: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const held = createHeldRequests(scheduler, 100, ({ rid }) => seen.push(`${rid} at ${scheduler.now()}`));
    play(held, {} as Exchange, scheduler);
  });
  return seen;
};

it('times each request', () => {
  const seen = timeouts((held, exchange, scheduler) => {
    held.add(1, exchange);
    scheduler.schedule(() => held.add(2, exchange), 30);
  });
  expect(seen).toEqual(['1 at 100', '2 at 130']);
});

it('times a renewed one anew, and none that is answered or lost', () => {
  const seen = timeouts((held, exchange, scheduler) => {
    const [renewed, removed, lost] = [held.add(1, exchange), held.add(2, exchange), held.add(3, exchange)];
    scheduler.schedule(() => {
      held.renew(renewed, exchange);
      held.remove(removed);
      held.lose(lost);
      expect(held.slots.map(({ rid }) => rid)).toEqual([1, 3]);
      expect(held.live.map(({ rid }) => rid)).toEqual([1]);
    }, 50);
  });
  expect(seen).toEqual(['1 at 150']);
});

it('times nothing any more once it is cleared', () => {
  const seen = timeouts((held, exchange) => {
    held.add(1, exchange);
    held.clear();
  });
  expect(seen).toEqual([]);
});
