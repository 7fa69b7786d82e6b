import { LimitError } from '../protocol/errors.js';
import { keysBeside, type StoragePort } from './storage.js';

/**
 * The same storage, in which what is kept beside the record of `key` takes at most `maxSize` characters, names included. What
 * would be too much is refused with a `LimitError` (`storage-full`); the record itself, which is small, never is.
 */
export const bounded = (storage: StoragePort, key: string, maxSize: number): StoragePort => {
  let sizes: Map<string, number> | undefined;
  let total = 0;

  const known = (): Map<string, number> => {
    if (sizes) return sizes;
    const found = new Map<string, number>();
    for (const name of keysBeside(storage, key)) {
      found.set(name, name.length + (storage.getItem(name)?.length ?? 0));
    }
    total = [...found.values()].reduce((sum, size) => sum + size, 0);
    return (sizes = found);
  };

  const note = (name: string, size: number): void => {
    total += size - (known().get(name) ?? 0);
    if (size > 0) known().set(name, size);
    else known().delete(name);
  };

  return {
    get length() {
      return storage.length;
    },
    key: (index) => storage.key(index),
    getItem: (name) => storage.getItem(name),
    setItem(name, value) {
      if (name === key) {
        storage.setItem(name, value);
        return;
      }
      const size = name.length + value.length;
      if (total + size - (known().get(name) ?? 0) > maxSize) {
        throw new LimitError(
          'storage-full',
          `A session takes more than ${maxSize} characters in the storage`,
        );
      }
      storage.setItem(name, value);
      note(name, size);
    },
    removeItem(name) {
      storage.removeItem(name);
      if (name !== key) note(name, 0);
    },
  };
};
