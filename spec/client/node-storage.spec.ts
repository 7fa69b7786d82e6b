import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { fileStorage } from '../../lib/client/node-storage.js';
import { forget, keysBeside, sideKeys } from '../../lib/session/storage.js';

let parent: string;
let directory: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'rxmpp-files-'));
  directory = join(parent, 'a', 'b');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const everything = (storage: ReturnType<typeof fileStorage>) =>
  Object.fromEntries(
    Array.from({ length: storage.length }, (_, i) => storage.key(i)!).map((key) => [
      key,
      storage.getItem(key),
    ]),
  );

describe('fileStorage', () => {
  it('touches nothing before it is used', () => {
    fileStorage(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it('gives the next process what this one has kept', () => {
    const storage = fileStorage(directory);
    storage.setItem('a', '1');
    storage.setItem('b', 'ü 😀 \n');
    storage.setItem('a', '2');
    storage.setItem('gone', '3');
    storage.removeItem('gone');
    storage.removeItem('never there');
    for (const one of [storage, fileStorage(directory)]) {
      expect(everything(one)).toEqual({ a: '2', b: 'ü 😀 \n' });
      expect(one.getItem('gone')).toBeNull();
      expect(one.key(2)).toBeNull();
    }
  });

  it('is a session storage with all that stands beside the record', () => {
    const storage = fileStorage(directory);
    const names = sideKeys('strophe-bosh-session');
    for (const key of ['strophe-bosh-session', names.body(7), names.answer(6), names.queued(1), 'other']) {
      storage.setItem(key, key);
    }
    const next = fileStorage(directory);
    expect(keysBeside(next, 'strophe-bosh-session')).toHaveLength(3);
    forget(next, 'strophe-bosh-session');
    expect(everything(fileStorage(directory))).toEqual({ other: 'other' });
  });

  it('keeps it from everybody else on the machine', () => {
    fileStorage(directory).setItem('a', '1');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([
      0o600,
    ]);
  });

  it('takes any key, and none leads out of the directory', () => {
    const storage = fileStorage(directory);
    for (const key of ['../../x', '..', '', '/etc/passwd', 'a:f:1', '%2e']) storage.setItem(key, key);
    expect(readdirSync(parent)).toEqual(['a']);
    expect(readdirSync(directory)).toHaveLength(6);
    const next = fileStorage(directory);
    for (const key of ['../../x', '..', '', '/etc/passwd', 'a:f:1', '%2e'])
      expect(next.getItem(key)).toBe(key);
  });

  it('behaves like a map', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'a:b');
    const move = fc.record({
      key: name,
      value: fc.option(fc.string({ unit: 'grapheme' })),
      again: fc.boolean(),
    });
    const run = fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
      rmSync(directory, { recursive: true, force: true });
      const model = new Map<string, string>();
      let storage = fileStorage(directory);
      for (const { key, value, again } of moves) {
        if (again) storage = fileStorage(directory);
        if (value === null) {
          storage.removeItem(key);
          model.delete(key);
        } else {
          storage.setItem(key, value);
          model.set(key, value);
        }
        expect(everything(storage)).toEqual(Object.fromEntries(model));
      }
    });
    fc.assert(run, { numRuns: 30 });
  });

  it('throws when it can not write, and still has what it had', () => {
    const storage = fileStorage(directory);
    storage.setItem('a', '1');
    rmSync(directory, { recursive: true });
    expect(() => storage.setItem('a', '2')).toThrow(/ENOENT/);
    expect(storage.getItem('a')).toBe('1');
  });

  it('does not take what was half written for an item, and clears it away', () => {
    fileStorage(directory).setItem('a', '1');
    writeFileSync(join(directory, 'a.item.draft'), 'ha');
    chmodSync(join(directory, 'a.item.draft'), 0o600);
    expect(everything(fileStorage(directory))).toEqual({ a: '1' });
    expect(readdirSync(directory)).toEqual(['a.item']);
  });

  it.each([false, true])(
    'has every item whole after the process was killed while it wrote (fsync: %s)',
    (fsync) => {
      const program = `
      import { fileStorage } from ${JSON.stringify(join(__dirname, '../../lib/client/node-storage.ts'))};
      const storage = fileStorage(${JSON.stringify(directory)}, { fsync: ${fsync} });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100).ref();
      for (let n = 0; ; n += 1) {
        storage.setItem('n', String(n).padStart(20000, '0'));
        if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }`;
      const file = join(parent, 'writer.mts');
      writeFileSync(file, program);
      const { signal } = spawnSync(process.execPath, ['--import', 'tsx', file], {
        cwd: join(__dirname, '../..'),
      });
      expect(signal).toBe('SIGKILL');
      expect(fileStorage(directory).getItem('n')).toMatch(/^\d{20000}$/);
    },
  );
});
