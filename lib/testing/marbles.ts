import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { isEqual, kindOf } from './equal.js';
import { expectNothingLeft, LONGEST_MS } from './virtual-time.js';

interface Timed {
  readonly frame: number;
  readonly notification: {
    readonly kind: 'N' | 'E' | 'C';
    readonly value?: unknown;
    readonly error?: unknown;
  };
}

interface Watch {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

const isWatch = (entry: unknown): entry is Watch =>
  typeof entry === 'object' && entry !== null && 'unsubscribedFrame' in entry;

const isTimed = (entry: unknown): entry is Timed =>
  typeof entry === 'object' && entry !== null && 'notification' in entry && 'frame' in entry;

const describeValue = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(describeEntry).join(', ')}]`;
  const isPlain = typeof value === 'object' && value !== null && kindOf(value) === 'Object';
  if (!isPlain) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${describeValue(field)}`);
  return `{ ${fields.join(', ')} }`;
};

/** One line for a notification or for a subscription. */
function describeEntry(entry: unknown): string {
  if (isWatch(entry)) return `${entry.subscribedFrame}ms to ${entry.unsubscribedFrame}ms`;
  if (!isTimed(entry)) return describeValue(entry);
  const { kind, value, error } = entry.notification;
  const what =
    kind === 'N' ? describeValue(value) : kind === 'E' ? `error ${describeValue(error)}` : 'complete';
  return `${entry.frame}ms ${what}`;
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const difference = (actual: unknown, expected: unknown): string => {
  const [left, right] = [asList(expected), asList(actual)];
  const texts = left.map((entry) => describeEntry(entry));
  const width = Math.min(60, Math.max('expected'.length, ...texts.map(({ length }) => length)));
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const mark =
      index < left.length && index < right.length && isEqual(left[index], right[index]) ? ' ' : '!';
    const shown = index < right.length ? describeEntry(right[index]) : '';
    return `${mark} ${(texts[index] ?? '').padEnd(width)} | ${shown}`;
  });
  return ['Marbles differ', `  ${'expected'.padEnd(width)} | actual`, ...rows].join('\n');
};

/**
 * Makes a test of a marble test: `it('…', marbles(({ hot, expectObservable }, scheduler) => { … }))`.
 *
 * Runs in virtual time, one frame is one millisecond, nothing sleeps. Needs no test framework: a difference is thrown as an
 * Error that shows both sides in columns and marks what differs. Values are compared by structure. The
 * scheduler is for whatever takes one.
 *
 * What still runs after a virtual hour (a client that polls and is never closed) is an Error rather than a test that
 * hangs; `longestMs` says how long a test may take if that is too short.
 */
export const marbles =
  (test: (helpers: RunHelpers, scheduler: TestScheduler) => void, longestMs = LONGEST_MS) =>
  (): void => {
    const scheduler = new TestScheduler((actual, expected) => {
      if (!isEqual(actual, expected)) throw new Error(difference(actual, expected));
    });
    scheduler.run((helpers) => {
      test(helpers, scheduler);
      scheduler.maxFrames = longestMs;
    });
    expectNothingLeft(scheduler, longestMs);
  };
