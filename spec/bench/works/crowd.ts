import { attached } from './manager.js';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

/** `size` clients in one process, each of which gets an answer with one message. */
const crowd: Prepare = (size) => {
  const all = Array.from({ length: size }, () => attached({}));
  const body = answerOf(1);
  let received = 0;
  for (const { client } of all) client.stanza$.subscribe(() => (received += 1));
  const run = (): void => {
    const before = received;
    for (const { manager } of all) manager.answer(body);
    if (received !== before + size) throw new Error(`${received - before} of ${size} messages have come`);
  };
  return { run, amount: size };
};

/** The same crowd under the names of its sizes, so that sizes can be compared as contenders are. */
export const crowds: Readonly<Record<string, Prepare>> = {
  '10 clients': () => crowd(10),
  '100 clients': () => crowd(100),
  '1000 clients': () => crowd(1_000),
};
