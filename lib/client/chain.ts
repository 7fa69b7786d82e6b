import {
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  timer,
} from 'rxjs';

import { canReopen, reopenDelayMs } from '../protocol/reopen.js';
import type { Failure, SessionEvent } from '../protocol/session-state.js';
import { cancellable } from './cancellable.js';
import type { Platform } from './platform.js';
import type { SessionNews } from './session.js';

/** How a lost session is opened anew. */
export interface ReopenOptions {
  /** Wait before the first attempt, in ms; it doubles with each, and half of it is random. Default 1,000. */
  readonly firstDelay?: number;
  /** Longest wait between two attempts, in ms. Default 60,000. */
  readonly maxDelay?: number;
  /** How many attempts in a row may fail. Default: no limit. */
  readonly attempts?: number;
  /** Whether to go on after a failure. Default: unless its reason would meet every further session, as `conflict` does. */
  readonly when?: (failure: Failure) => boolean;
}

/** One way into a session. Cold. */
export type Step = () => Observable<SessionNews>;

export interface ChainPorts {
  readonly platform: () => Platform;
  readonly command$: Observable<SessionEvent>;
  /** Tried in order, each at most once, until a session is online. */
  readonly first: readonly Step[];
  /** The same when a session was lost that had been online. */
  readonly again: readonly Step[];
  /** Undefined: a lost session stays lost. */
  readonly reopen: ReopenOptions | undefined;
}

/** Ways into a session, one after the other. */
export interface Chain {
  readonly begin: () => Observable<SessionNews>;
  /** The same with a session that is there already, or was. */
  readonly goOnWith: (session$: Observable<SessionNews>) => Observable<SessionNews>;
}

type End = Extract<SessionNews, { type: 'end' }>;
type Lost = Extract<SessionNews, { type: 'lost' }>;

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/** What to do after a failure: the next step after `delayMs`, or nothing. */
const createCourse = ({ platform, first, again, reopen }: ChainPorts) => {
  let left = first;
  let attempt = 0;

  const jitter = (): number => (platform().random(1)[0] ?? 0) / 256;

  const delayAfter = (failure: Failure): number | undefined => {
    if (left.length > 0) return 0;
    const { firstDelay = FIRST_DELAY_MS, maxDelay = MAX_DELAY_MS, attempts = Infinity } = reopen ?? {};
    const may = reopen && again.length > 0 && attempt < attempts && (reopen.when ?? canReopen)(failure);
    if (!may) return undefined;
    left = again;
    return reopenDelayMs(attempt + 1, jitter(), { firstDelay, maxDelay });
  };

  return {
    next: (): Observable<SessionNews> => {
      const [step, ...rest] = left;
      left = rest;
      return step ? step() : EMPTY;
    },
    hear: (news: SessionNews): void => {
      if (news.type !== 'status' || news.status.type !== 'online') return;
      left = [];
      attempt = 0;
    },
    lost: ({ failure, leftovers }: End): Lost | undefined => {
      const delayMs = failure && delayAfter(failure);
      if (!failure || delayMs === undefined) return undefined;
      attempt += 1;
      const nextAttemptAt = platform().scheduler.now() + delayMs;
      return { type: 'lost', error: failure.error, attempt, nextAttemptAt, leftovers };
    },
  };
};

/**
 * Tries the steps in order, each at most once, and opens a lost session anew if that is wanted. Every failure that another
 * attempt follows is `lost`; only the last one is an end.
 */
export const createChain = (ports: ChainPorts): Chain => {
  const { platform, command$ } = ports;
  const course = createCourse(ports);

  /** Until the time has come, or the network is back. */
  const pause = (untilMs: number): Observable<SessionNews> => {
    const { scheduler } = platform();
    const waitMs = untilMs - scheduler.now();
    if (waitMs <= 0) return EMPTY;
    const back$ = command$.pipe(filter(({ type }) => type === 'retry'));
    return merge(timer(waitMs, scheduler), back$).pipe(take(1), ignoreElements());
  };

  /** Says what was lost, waits, and goes on; whoever is told may leave at any moment of that, the first one too. */
  const goOn = (lost: Lost): Observable<SessionNews> =>
    cancellable(command$, concat(of(lost), pause(lost.nextAttemptAt), defer(course.next)));

  const goOnWith = (session$: Observable<SessionNews>): Observable<SessionNews> =>
    new Observable((subscriber) => {
      const turn$ = new Subject<Observable<SessionNews>>();

      const hear = (news: SessionNews): void => {
        course.hear(news);
        const lost = news.type === 'end' ? course.lost(news) : undefined;
        if (lost) {
          turn$.next(goOn(lost));
          return;
        }
        subscriber.next(news);
        if (news.type === 'end') subscriber.complete();
      };

      const turns$ = turn$.pipe(switchMap((news$) => news$));
      subscriber.add(turns$.subscribe({ next: hear, error: (cause: unknown) => subscriber.error(cause) }));
      turn$.next(session$);
    });

  return { begin: () => goOnWith(defer(course.next)), goOnWith };
};
