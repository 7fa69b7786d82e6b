/** What the network does to a request and its answer. */
export type Fault =
  /** The connection breaks before the request has passed. */
  | { readonly kind: 'cut-request' | 'reset-request' }
  /** The request has passed; `afterMs` later its connection breaks, held or not, and the answer with it. */
  | { readonly kind: 'cut-held' | 'reset-held'; readonly afterMs: number; readonly tellServer: boolean }
  /** The answer has come, and is lost. */
  | { readonly kind: 'lose-answer' }
  /** A part of the answer comes: as if it were all, or with the connection broken behind it. */
  | { readonly kind: 'truncate'; readonly part: number; readonly breaks: boolean }
  /** The server gets the request twice; the answer to the second copy comes back. */
  | { readonly kind: 'duplicate'; readonly afterMs: number }
  /** A page of a gateway instead of an answer, with the request passed on or not. */
  | { readonly kind: 'gateway'; readonly status: 502 | 503 | 504; readonly passes: boolean }
  /** The answer takes longer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is closed right behind the answer, though it was to be kept alive. */
  | { readonly kind: 'close' };

export type FaultKind = Fault['kind'];

export const FAULT_KINDS: readonly FaultKind[] = [
  'cut-request',
  'reset-request',
  'cut-held',
  'reset-held',
  'lose-answer',
  'truncate',
  'duplicate',
  'gateway',
  'delay',
  'close',
];

const GATEWAY = [502, 503, 504] as const;

/** Decides for one connection manager session after the other, from one seed. */
export interface FaultPlan {
  /** What happens to this attempt of this request; undefined: nothing. */
  readonly next: (rid: number) => Fault | undefined;
}

const faultOf = (kind: FaultKind, random: () => number): Fault => {
  switch (kind) {
    case 'cut-held':
    case 'reset-held':
      return { kind, afterMs: Math.floor(random() * 120), tellServer: random() < 0.5 };
    case 'truncate':
      return { kind, part: random(), breaks: random() < 0.5 };
    case 'duplicate':
      return { kind, afterMs: Math.floor(random() * 60) };
    case 'gateway':
      return { kind, status: GATEWAY[Math.floor(random() * 3)] ?? 502, passes: random() < 0.5 };
    case 'delay':
      return { kind, ms: Math.floor(random() * 600) };
    default:
      return { kind };
  }
};

/**
 * Every request has the same chance to be hit, a repeated one too. Not to be survived by any client, and so left out: a
 * request that the network doubles besides being repeated by the client, since the server then answers a copy that nobody
 * knows to be dead.
 */
export const planFaults = (random: () => number, share: number): FaultPlan => {
  const hit = new Map<number, FaultKind[]>();
  return {
    next(rid) {
      if (random() >= share) return undefined;
      const before = hit.get(rid) ?? [];
      const kind = FAULT_KINDS[Math.floor(random() * FAULT_KINDS.length)] ?? 'close';
      if (before.includes('duplicate') || (kind === 'duplicate' && before.length > 0)) return undefined;
      hit.set(rid, [...before, kind]);
      return faultOf(kind, random);
    },
  };
};
