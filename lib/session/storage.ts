/** Where sessions are kept: `sessionStorage`, or anything that behaves like it. Synchronous; may throw. */
export interface StoragePort {
  readonly length: number;
  /** The name of the n-th item, counted from 0; null beyond the last. */
  key(index: number): string | null;
  /** Null where there is no such item. */
  getItem(key: string): string | null;
  /** Either all of the value is there afterwards or it throws. */
  setItem(key: string, value: string): void;
  /** Does nothing where there is no such item. */
  removeItem(key: string): void;
}

/** Names of what is kept for one session. The texts and the queue stand beside the record, so that it stays small. */
export const sideKeys = (key: string) => ({
  body: (rid: number): string => `${key}:f:${rid}`,
  answer: (rid: number): string => `${key}:i:${rid}`,
  queued: (n: number | ''): string => `${key}:q:${n}`,
});

/** Every key of the session stored under `key` besides the record. */
export const keysBeside = (storage: StoragePort, key: string): readonly string[] =>
  Array.from({ length: storage.length }, (_, i) => storage.key(i)).filter(
    (name) => name !== null && /^:[fiq]:\d+$/.test(name.startsWith(key) ? name.slice(key.length) : ''),
  ) as readonly string[];

/** Removes a session and all that was kept for it. */
export const forget = (storage: StoragePort, key: string): void => {
  storage.removeItem(key);
  for (const name of keysBeside(storage, key)) storage.removeItem(name);
};

/** Storage for a client that keeps nothing: the same way out and in, without a trace. */
export const unkept = (): StoragePort => {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
};
