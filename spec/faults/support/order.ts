/**
 * The order in which requests reach the server: that of their rids, as on any single line. One that comes before a lower one
 * waits for it, though not for long.
 */
export interface Order {
  /** `turn` resolves when it may be passed on; late: a higher one has been passed on before. */
  readonly enter: (sid: string, rid: number) => { readonly isLate: boolean; readonly turn: Promise<void> };
  readonly passed: (sid: string, rid: number) => void;
  /** How many came before a lower one. */
  readonly overtaken: () => number;
}

const PATIENCE_MS = 400;

export const createOrder = (): Order => {
  const highest = new Map<string, number>();
  const waiting = new Map<string, Map<number, () => void>>();
  let overtaken = 0;

  return {
    enter(sid, rid) {
      const before = highest.get(sid) ?? rid - 1;
      if (rid <= before + 1) return { isLate: rid < before, turn: Promise.resolve() };
      overtaken += 1;
      const turn = new Promise<void>((resolve) => {
        const queue = waiting.get(sid) ?? new Map<number, () => void>();
        waiting.set(sid, queue);
        queue.set(rid - 1, resolve);
        setTimeout(resolve, PATIENCE_MS);
      });
      return { isLate: false, turn };
    },
    passed(sid, rid) {
      highest.set(sid, Math.max(highest.get(sid) ?? 0, rid));
      const queue = waiting.get(sid);
      queue?.get(rid)?.();
      queue?.delete(rid);
    },
    overtaken: () => overtaken,
  };
};
