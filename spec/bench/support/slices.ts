import { type ChildProcess, fork } from 'node:child_process';

/** What one slice of one contender came to: how often the work was done, and the time it took in ms. */
export interface Slice {
  readonly runs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The slices of one contender, the n-th of each taken right after one another. */
export interface Sliced {
  readonly contender: string;
  /** What one run of the work counts for. */
  readonly amount: number;
  readonly slices: readonly Slice[];
}

export interface SliceOptions {
  /** How often each contender has its turn. */
  readonly rounds: number;
  readonly sliceMs: number;
  readonly warmupMs: number;
}

/** Work that takes far longer than a slice has fewer rounds: no further one begins after so long, once there are some. */
const LONGEST_MS = 12_000;
const FEWEST_ROUNDS = 12;

interface Seat {
  readonly contender: string;
  readonly child: ChildProcess;
  readonly amount: number;
}

/** One question, one answer; a program that ends instead fails it. */
const answer = <T>(child: ChildProcess, question: object): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('A program of the bench has ended early'));
    child.once('exit', ended);
    child.once('message', (reply) => {
      child.off('exit', ended);
      resolve(reply as T);
    });
    child.send(question);
  });

const seat = async (program: string, work: string, contender: string, warmupMs: number): Promise<Seat> => {
  const child = fork(program, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  });
  const [name = '', size = '0'] = work.split(':');
  const { amount } = await answer<{ readonly amount: number }>(child, {
    prepare: { work: name, size: Number(size), contender },
    sliceMs: warmupMs,
  });
  return { contender, child, amount };
};

/**
 * Lets the contenders do the same work in turn, each in a process of its own: what disturbs the machine for longer than a
 * slice hits them all. `work` is a name and a size: `parse:100`.
 */
export const sliceInTurn = async (
  program: string,
  work: string,
  contenders: readonly string[],
  { rounds, sliceMs, warmupMs }: SliceOptions,
): Promise<readonly Sliced[]> => {
  const seats: Seat[] = [];
  const slices = new Map<string, Slice[]>(contenders.map((contender) => [contender, []]));
  try {
    for (const contender of contenders) seats.push(await seat(program, work, contender, warmupMs));
    const begun = performance.now();
    const isLong = (): boolean => performance.now() - begun > LONGEST_MS;
    for (let round = 0; round < rounds && (round < FEWEST_ROUNDS || !isLong()); round++) {
      for (const { contender, child } of seats) {
        slices.get(contender)?.push(await answer<Slice>(child, { sliceMs }));
      }
    }
  } finally {
    for (const { child } of seats) child.kill();
  }
  return seats.map(({ contender, amount }) => ({ contender, amount, slices: slices.get(contender) ?? [] }));
};
