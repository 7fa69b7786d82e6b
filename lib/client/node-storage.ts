import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import type { StoragePort } from '../session/storage.js';

/** How {@link fileStorage} writes. */
export interface FileStorageOptions {
  /**
   * Waits until the disk has what was written: it outlives a power cut too, and each request costs milliseconds. Default
   * false: what was written outlives this process, however that ends.
   */
  readonly fsync?: boolean;
}

const ITEM = '.item';
const DRAFT = '.draft';

/** Any key as a name of a file; no key can leave the directory. */
const fileOf = (key: string): string => `${encodeURIComponent(key)}${ITEM}`;

const keyOf = (file: string): string => decodeURIComponent(file.slice(0, -ITEM.length));

/** What an earlier process has left; a draft is what it was writing when it died. */
const load = (directory: string): Map<string, string> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = readdirSync(directory).sort();
  for (const file of files.filter((name) => name.endsWith(DRAFT)))
    rmSync(join(directory, file), { force: true });
  const items = files.filter((name) => name.endsWith(ITEM));
  return new Map(items.map((file) => [keyOf(file), readFileSync(join(directory, file), 'utf8')]));
};

/** Whole or not at all: what is half written has another name. */
const replace = (file: string, value: string, fsync: boolean): void => {
  const draft = `${file}${DRAFT}`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(handle, value);
    if (fsync) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
};

/**
 * Keeps sessions in a directory, for Node: a process that is started again goes on with the session of the one before it,
 * even if that was killed.
 *
 * One file for each item (UTF-8), each written whole or not at all. The files are tokens, and who has them has the
 * session: the directory is made with mode 0700, the files with 0600. It belongs to one process at a time. Nothing is
 * touched before the first use; from then on all is read from memory.
 *
 * @param directory Made, with those above it, if it is missing.
 * @throws What `node:fs` throws, from the methods: where the directory can't be read or made, or the disk is full.
 */
export const fileStorage = (directory: string, { fsync = false }: FileStorageOptions = {}): StoragePort => {
  let loaded: Map<string, string> | undefined;
  const items = (): Map<string, string> => (loaded ??= load(directory));
  return {
    get length() {
      return items().size;
    },
    key: (index) => [...items().keys()][index] ?? null,
    getItem: (key) => items().get(key) ?? null,
    setItem(key, value) {
      const all = items();
      replace(join(directory, fileOf(key)), value, fsync);
      all.set(key, value);
    },
    removeItem(key) {
      if (!items().has(key)) return;
      rmSync(join(directory, fileOf(key)), { force: true });
      items().delete(key);
    },
  };
};
