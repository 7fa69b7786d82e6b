/**
 * One thing that a page does or hears: `set <key>`, `remove <key>`, `post <rid>`, `uploaded <rid>`, `answered <rid>`,
 * `failed <rid>`, `farewell <rid>`, `given` (a stanza, to the app).
 */
export type Step = string;

/** Says before which step a page dies; `n` counts from 1 since it was armed. */
export type Kills = (step: Step, n: number) => boolean;

/** Counts what a page does, and cuts it off from everything when it blows. */
export interface Fuse {
  readonly blown: boolean;
  /** Every step that was done since it was armed last. */
  readonly steps: readonly Step[];
  /** The step that was not done any more; undefined for one that was blown between steps. */
  readonly last: Step | undefined;
  /** Whether the page may do this: false from the moment it is dead. */
  take(step: Step): boolean;
  /** From now on it blows just before the first step that `kills`. */
  arm(kills: Kills): void;
  blow(): void;
  /** Called when it blows. */
  onBlow(work: () => void): void;
}

/** Before the nth step that matches. */
export const before = (pattern: RegExp, nth = 1): Kills => {
  let left = nth;
  return (step) => pattern.test(step) && (left -= 1) === 0;
};

export const createFuse = (): Fuse => {
  const works: (() => void)[] = [];
  let kills: Kills = () => false;
  let blown = false;
  let steps: Step[] = [];
  let last: Step | undefined;

  const blow = (): void => {
    if (blown) return;
    blown = true;
    for (const work of works) work();
  };

  return {
    get blown() {
      return blown;
    },
    get steps() {
      return steps;
    },
    get last() {
      return last;
    },
    take(step) {
      if (blown) return false;
      if (!kills(step, steps.length + 1)) {
        steps.push(step);
        return true;
      }
      last = step;
      blow();
      return false;
    },
    arm(next) {
      kills = next;
      steps = [];
    },
    blow,
    onBlow: (work) => void works.push(work),
  };
};
