/** A numbered message that has arrived; `redelivered`: with the mark that it may have come before. */
export interface Arrival {
  readonly n: number;
  readonly redelivered: boolean;
}

/** What became of numbered messages on their way. */
export interface Delivered {
  readonly sent: number;
  readonly lost: readonly number[];
  /** Came again without a mark. */
  readonly doubled: readonly number[];
  /** Came again, and said so. */
  readonly redelivered: readonly number[];
  /** Came for the first time, though after a later one. */
  readonly reordered: readonly number[];
}

/** Compares the numbers 1 to `sent` with what arrived. */
export const compare = (sent: number, arrivals: readonly Arrival[]): Delivered => {
  const seen = new Set<number>();
  const doubled: number[] = [];
  const redelivered: number[] = [];
  const reordered: number[] = [];
  let highest = 0;
  for (const arrival of arrivals) {
    const { n } = arrival;
    if (seen.has(n)) (arrival.redelivered ? redelivered : doubled).push(n);
    else if (n < highest) reordered.push(n);
    seen.add(n);
    highest = Math.max(highest, n);
  }
  const lost = Array.from({ length: sent }, (_, i) => i + 1).filter((n) => !seen.has(n));
  return { sent, lost, doubled, redelivered, reordered };
};
