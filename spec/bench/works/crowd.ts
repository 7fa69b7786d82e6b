import { RECRUITS } from './members.js';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

/** `size` clients in one process, each of which gets an answer with one message. */
const crowd =
  (contender: string, size: number): Prepare =>
  async () => {
    const recruit = await RECRUITS[contender]?.();
    if (!recruit) throw new Error(`There is no contender ${contender}`);
    const all = Array.from({ length: size }, recruit);
    const body = answerOf(1);
    let received = 0;
    for (const { hear } of all) hear(() => (received += 1));
    const run = (): void => {
      const before = received;
      for (const { answer } of all) answer(body);
      if (received !== before + size) throw new Error(`${received - before} of ${size} messages have come`);
    };
    return { run, amount: size };
  };

/** What a crowd is called: sizes are compared as contenders are, in turn. */
export const crowdOf = (contender: string, size: number): string => `${contender}, ${size} clients`;

const SIZES = [10, 100, 1_000];

export const crowds: Readonly<Record<string, Prepare>> = Object.fromEntries(
  Object.keys(RECRUITS).flatMap((contender) =>
    SIZES.map((size) => [crowdOf(contender, size), crowd(contender, size)]),
  ),
);
