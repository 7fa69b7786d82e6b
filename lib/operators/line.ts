import type { Observer } from 'rxjs';

/** Values that wait to be handled, first come, first served. */
export interface Line<T> {
  /** Lets a value join at the end. Nothing is handled before `run`. */
  readonly add: (value: T) => void;
  /** Forgets those that wait. */
  readonly clear: () => void;
  /** Says that no value will join any more. */
  readonly end: () => void;
  /** Handles what waits for as long as `ready`; at once done when called from inside a handling. */
  readonly run: () => void;
}

const always = (): boolean => true;

/**
 * A line whose values go to `out` strictly one at a time, in order, while `ready()` says so (default: always).
 *
 * One loop handles them all: a value that joins while another is being handled waits its turn, and however many
 * wait, the stack stays flat and the work linear. `out` completes after `end`, once nobody waits.
 */
export const inLine = <T>(
  out: Pick<Observer<T>, 'next' | 'complete'>,
  ready: () => boolean = always,
): Line<T> => {
  // Two stacks make a queue: `pop` is cheap where `shift` is not, and forgets what has left.
  let entering: T[] = [];
  let leaving: T[] = [];
  let ended = false;
  let busy = false;

  const run = (): void => {
    if (busy) return;
    busy = true;
    while (leaving.length + entering.length > 0 && ready()) {
      if (leaving.length === 0) [leaving, entering] = [entering.reverse(), leaving];
      out.next(leaving.pop() as T);
    }
    busy = false;
    if (ended && leaving.length + entering.length === 0) out.complete();
  };

  const end = (): void => {
    ended = true;
    run();
  };

  const clear = (): void => {
    entering.length = 0;
    leaving.length = 0;
  };

  return { add: (value) => void entering.push(value), clear, end, run };
};
