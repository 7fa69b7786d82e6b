import { setTimeout as delay } from 'node:timers/promises';

/**
 * The order in which requests reach the server: that of their rids, as on any single line. One that comes before a lower one
 * waits for it; should that have been lost and not come again soon, both are lost.
 */
export interface Order {
  /** Resolves when it may be passed on. */
  readonly turn: (sid: string, rid: number) => Promise<'next' | 'late' | 'lost'>;
  readonly passed: (sid: string, rid: number) => void;
  /** How many came before a lower one had come at all: what a client must not let happen. */
  readonly overtaken: () => number;
}

const PATIENCE_MS = 400;

interface Line {
  highest: number;
  readonly come: Set<number>;
  readonly waiting: Map<number, () => void>;
}

export const createOrder = (): Order => {
  const lines = new Map<string, Line>();
  let overtaken = 0;

  const lineOf = (sid: string, rid: number): Line => {
    const line = lines.get(sid) ?? { highest: rid - 1, come: new Set(), waiting: new Map() };
    lines.set(sid, line);
    return line;
  };

  return {
    async turn(sid, rid) {
      const line = lineOf(sid, rid);
      if (rid > line.highest + 1 && !line.come.has(rid - 1)) overtaken += 1;
      line.come.add(rid);
      if (rid <= line.highest + 1) return rid < line.highest ? 'late' : 'next';
      const passed = new Promise<'next'>((resolve) => line.waiting.set(rid - 1, () => resolve('next')));
      return Promise.race([passed, delay(PATIENCE_MS, 'lost' as const)]);
    },
    passed(sid, rid) {
      const line = lineOf(sid, rid);
      line.highest = Math.max(line.highest, rid);
      line.waiting.get(rid)?.();
      line.waiting.delete(rid);
    },
    overtaken: () => overtaken,
  };
};
