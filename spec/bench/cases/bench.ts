import type { TestServer, TestUser } from '../../servers/support/servers.js';
import type { Manner } from '../seats/seat.js';
import type { Line, Section } from '../support/line.js';
import { runTask } from '../support/run.js';
import type { Figures, Task } from '../tasks/task.js';

/** What every case works with. */
export interface Bench {
  readonly quick: boolean;
  readonly servers: readonly TestServer[];
  /** The bundled programs: tasks on clients that log in, and slices of work without a server. */
  readonly programs: { readonly tasks: string; readonly slices: string };
  readonly say: (text: string) => void;
}

/** One part of the bench. */
export interface Case {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Section[]>;
}

/** Who takes part, by the name in the table, and how. */
export interface Entry {
  readonly contender: string;
  readonly label?: string;
  readonly manner?: Manner;
  readonly flush?: boolean;
}

/** A task for several contenders on every server. */
export interface Contest {
  readonly task: Pick<Task, 'name'> & Partial<Task>;
  readonly user: (server: TestServer) => TestUser;
  readonly entries: readonly Entry[];
  readonly rounds: number;
  /** Called once the client of the task is ready. */
  readonly begin?: (server: TestServer, jid: string, task: Task) => void;
}

/** Everything that came of a contest: by label, then by server, one entry for each round. */
export type Outcome = Readonly<Record<string, Readonly<Record<string, readonly Figures[]>>>>;

const DEFAULTS = { flush: false, count: 1, gapMs: 0, length: 40, manner: {} };

/** The contenders in turn, each in a fresh process, round after round, on one server after the other. */
export const contest = async (
  bench: Bench,
  { task, user, entries, rounds, begin }: Contest,
): Promise<Outcome> => {
  const outcome: Record<string, Record<string, Figures[]>> = {};
  const failed = new Set<string>();
  for (const server of bench.servers) {
    for (let round = 0; round < rounds; round++) {
      for (const { contender, label = contender, manner = {}, flush = false } of entries) {
        // What fails once fails again.
        if (failed.has(`${server.name} ${label}`)) continue;
        const account = { service: server.service, websocket: server.websocket, ...user(server) };
        const whole: Task = { ...DEFAULTS, ...task, contender, manner, flush, account };
        bench.say(`${server.name}: ${label}, ${task.name} ${round + 1}/${rounds}`);
        try {
          const figures = await runTask(bench.programs.tasks, whole, (jid) => begin?.(server, jid, whole));
          ((outcome[label] ??= {})[server.name] ??= []).push(figures);
        } catch (error) {
          failed.add(`${server.name} ${label}`);
          bench.say(String(error));
        }
      }
    }
  }
  return outcome;
};

/** Which figure of each, from all its values. */
export type Figure = (values: readonly number[]) => number;

const valuesOf = (all: readonly Figures[] | undefined): readonly number[] =>
  (all ?? []).flatMap((figures) => figures['ms'] ?? []);

/** A line with what takes longer than bare requests do at the same server: a figure of `outcome` less one of `bare`. */
export const beyondBare = (outcome: Outcome, of: Figure, bare: Outcome, from: Figure, what: string): Line => {
  const values = Object.entries(outcome).map(([label, byServer]) => [
    label,
    Object.fromEntries(
      Object.entries(byServer).map(([server, all]) => [
        server,
        [of(valuesOf(all)) - from(valuesOf(bare['bare']?.[server]))],
      ]),
    ),
  ]);
  return { what, unit: 'ms', better: 'less', values: Object.fromEntries(values) as Line['values'] };
};

/** One line of a table from the figure `key` of an outcome. */
export const lineOf = (outcome: Outcome, key: string, line: Omit<Line, 'values'>): Line => {
  const values = Object.entries(outcome).map(([label, byServer]) => [
    label,
    Object.fromEntries(
      Object.entries(byServer).map(([server, all]) => [server, all.flatMap((figures) => figures[key] ?? [])]),
    ),
  ]);
  return { ...line, values: Object.fromEntries(values) as Line['values'] };
};
