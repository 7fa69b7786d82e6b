import { inspect } from 'node:util';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

interface Happening {
  readonly frame: number;
  readonly notification: {
    readonly kind: 'N' | 'E' | 'C';
    readonly value?: unknown;
    readonly error?: unknown;
  };
}

interface Watching {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

const show = (value: unknown): string =>
  Array.isArray(value) && isHappening(value[0])
    ? `{ ${value.map(line).join(', ')} }`
    : inspect(value, { depth: 8, breakLength: Infinity });

const isHappening = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && 'notification' in entry;

/** One line of a timeline: `120: 'value'`, `120: complete`, `120: error …` or `0 to 120`, in milliseconds. */
const line = (entry: Happening | Watching): string => {
  if ('subscribedFrame' in entry) return `${entry.subscribedFrame} to ${entry.unsubscribedFrame}`;
  const { kind, value, error } = entry.notification;
  const what = { N: () => show(value), E: () => `error ${show(error)}`, C: () => 'complete' }[kind]();
  return `${entry.frame}: ${what}`;
};

/** A timeline for people: what happened when, or who watched from when to when. */
export const timeline = (entries: readonly (Happening | Watching)[]): string => entries.map(line).join('\n');

const assertSame = (actual: readonly Happening[], expected: readonly Happening[]): void => {
  expect(timeline(actual)).toBe(timeline(expected));
  expect(actual).toEqual(expected);
};

/**
 * Runs a marble test in virtual time: one frame is one millisecond and nothing sleeps.
 *
 * The default schedulers run in virtual time as well; `scheduler` is for what takes one explicitly. A test that expects
 * nothing fails.
 */
export const marbles =
  (test: (helpers: RunHelpers, scheduler: TestScheduler) => void): (() => void) =>
  () => {
    expect.hasAssertions();
    const scheduler = new TestScheduler(assertSame);
    scheduler.run((helpers) => test(helpers, scheduler));
  };
