/** What of the Web Storage interface a session needs, as `sessionStorage` has it. */
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

/** What can be done to a storage and made to fail. */
export type StorageOperation = 'getItem' | 'setItem' | 'removeItem';

/** One call, in the order they were made; those that failed too. */
export interface StorageCall {
  readonly operation: StorageOperation;
  readonly key: string;
  /** What was written; undefined for the others. */
  readonly value: string | undefined;
  readonly failed: boolean;
}

/** A `sessionStorage` that can be looked at, copied and broken. */
export interface MemoryStorage extends StoragePort {
  /** The last 200 calls at least. */
  readonly calls: readonly StorageCall[];
  /** The names of all items, in the order they were first written. */
  keys(): readonly string[];
  /** What it holds now. */
  snapshot(): Readonly<Record<string, string>>;
  /** Another storage with the same content: the page after a reload, or a duplicated tab. */
  clone(): MemoryStorage;
  /**
   * Makes the operation throw (a QuotaExceededError unless `error` is given), for all keys or those that match. Returns
   * what ends it.
   */
  failOn(
    operation: StorageOperation,
    options?: { readonly key?: RegExp; readonly error?: Error },
  ): () => void;
}

const quotaExceeded = (): Error =>
  Object.assign(new Error('The quota is exceeded'), { name: 'QuotaExceededError' });

/** A long test would drown in what nobody looks at any more. */
const REMEMBERED = 200;

/** Makes a storage that holds `content`. */
export const memoryStorage = (content: Readonly<Record<string, string>> = {}): MemoryStorage => {
  const items = new Map(Object.entries(content));
  const calls: StorageCall[] = [];
  const faults = new Set<{ operation: StorageOperation; key: RegExp; error: Error }>();

  const faultOf = (operation: StorageOperation, key: string): { readonly error: Error } | undefined => {
    for (const known of faults) if (known.operation === operation && known.key.test(key)) return known;
    return undefined;
  };

  const call = (operation: StorageOperation, key: string, value?: string): void => {
    const fault = faultOf(operation, key);
    calls.push({ operation, key, value, failed: fault !== undefined });
    if (calls.length > 2 * REMEMBERED) calls.splice(0, REMEMBERED);
    if (fault) throw fault.error;
  };
  const snapshot = (): Readonly<Record<string, string>> => Object.fromEntries(items);

  return {
    calls,
    snapshot,
    keys: () => [...items.keys()],
    clone: () => memoryStorage(snapshot()),
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem(key) {
      call('getItem', key);
      return items.get(key) ?? null;
    },
    setItem(key, value) {
      call('setItem', key, value);
      items.set(key, value);
    },
    removeItem(key) {
      call('removeItem', key);
      items.delete(key);
    },
    failOn(operation, { key = /^/, error = quotaExceeded() } = {}) {
      const fault = { operation, key, error };
      faults.add(fault);
      return () => void faults.delete(fault);
    },
  };
};
