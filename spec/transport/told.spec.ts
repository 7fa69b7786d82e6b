import type { Outgoing } from '../../lib/protocol/stream.js';
import { createTold } from '../../lib/transport/told.js';

const released = (upTo: number): Outgoing => ({ type: 'released', upTo });

it('keeps what comes before somebody listens, then passes on, in order', () => {
  const { told$, send } = createTold();
  const heard: Outgoing[] = [];
  send(released(1));
  send(released(2));
  told$.subscribe((outgoing) => {
    heard.push(outgoing);
    // Whoever hears the first may have more to say at once: it comes after what has been said already.
    if (heard.length === 1) send(released(3));
  });
  send(released(4));
  expect(heard).toEqual([1, 2, 3, 4].map(released));
});

it('drops what comes once nobody listens any more', () => {
  const { told$, send } = createTold();
  const heard: Outgoing[] = [];
  told$.subscribe((outgoing) => heard.push(outgoing)).unsubscribe();
  send(released(1));
  expect(heard).toEqual([]);
});
