// Counts what came and what did not, over all reloads of this tab.

/** Of one direction. Everything is numbered 1, 2, 3, …, so nobody has to be trusted. */
export interface Count {
  /** How many different ones have come. */
  readonly came: number;
  /** How many below the highest never did. */
  readonly lost: number;
  readonly doubled: number;
}

export const NOTHING: Count = { came: 0, lost: 0, doubled: 0 };

/** A counter that remembers, for as long as its storage does, which numbers have come. */
export interface Tally {
  /** False: it has come before. */
  readonly take: (number: number) => boolean;
  readonly count: () => Count;
}

/** Keeps the numbers under `key`; for numbers that come in order nearly always, which makes what is kept short. */
export const createTally = (storage: Pick<Storage, 'getItem' | 'setItem'>, key: string): Tally => {
  const kept = JSON.parse(storage.getItem(key) ?? 'null') as {
    highest: number;
    missing: number[];
    doubled: number;
  } | null;
  let { highest, missing, doubled } = kept ?? { highest: 0, missing: [], doubled: 0 };
  return {
    take(number) {
      const isNew = number > highest || missing.includes(number);
      for (let skipped = highest + 1; skipped < number; skipped += 1) missing.push(skipped);
      missing = missing.filter((one) => one !== number);
      highest = Math.max(highest, number);
      if (!isNew) doubled += 1;
      storage.setItem(key, JSON.stringify({ highest, missing, doubled }));
      return isNew;
    },
    count: () => ({ came: highest - missing.length, lost: missing.length, doubled }),
  };
};
