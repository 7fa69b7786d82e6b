/** Makes names that are unique within one domain and the same in every run. */
export type Ids = (prefix: string) => string;

/** Counts each prefix: `sid-1`, `sid-2`. With `random` (in [0, 1)) each name gets eight hex digits of it as well. */
export const createIds = (random?: () => number): Ids => {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    if (!random) return `${prefix}-${count}`;
    const digits = Math.floor(random() * 2 ** 32).toString(16);
    return `${prefix}-${count}-${digits.padStart(8, '0')}`;
  };
};
