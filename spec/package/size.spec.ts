import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { type Consumer, install } from './support/consumer.js';
import { ROOT } from './support/root.js';

jest.setTimeout(180_000);

let consumer: Consumer;

beforeAll(async () => {
  consumer = await install('spec/package/consumers/bundled', ['rxjs@7']);
});

afterAll(() => consumer.remove());

/**
 * What an app pays at most for the core: login, attach, restore, journal and parser over BOSH, in bytes, minified and
 * gzipped, beyond the rxjs that it uses.
 */
const CORE_BYTES = 44_300;

interface Bundle {
  /** Minified and gzipped: what a page loads before it runs. */
  readonly bytes: number;
  /** The same of what is loaded when it is needed. */
  readonly later: number;
  readonly inputs: readonly string[];
  /** Of each room of the library, in bytes: minified, not gzipped. */
  readonly rooms: ReadonlyMap<string, number>;
  /** What it imports of rxjs, where that is left out. */
  readonly rxjs: readonly string[];
}

const IMPORTS = /import\{([^}]*)\}from"rxjs"/g;

const importsIn = (text: string): readonly string[] =>
  [...text.matchAll(IMPORTS)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/ as .*/, '')),
  );

const roomOf = (file: string): string | undefined =>
  file.endsWith('/saxes.js') ? 'saxes' : /rxmpp\/dist\/esm\/(\w+)\//.exec(file)?.[1];

/** Split, as an app is; in one file where it is asked what is left out, since esbuild cuts before it leaves out. */
const bundle = async (
  contents: string,
  external: readonly string[] = ['rxjs'],
  splitting = true,
): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: consumer.directory },
    ...{ bundle: true, minify: true, splitting, format: 'esm', platform: 'browser', target: 'es2022' },
    ...{ write: false, metafile: true, outdir: 'out', absWorkingDir: consumer.directory, logLevel: 'error' },
    external: [...external],
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length]),
  );
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && path in metafile.outputs) need(path);
    }
  };
  const [entry = ''] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint) ?? [];
  need(entry);
  const isNeeded = (path: string): boolean => needed.has(relative(consumer.directory, path));
  const sum = (wanted: boolean): number =>
    [...sizes].filter(([path]) => isNeeded(path) === wanted).reduce((total, [, size]) => total + size, 0);
  const parts = [...needed].flatMap((name) => Object.entries(metafile.outputs[name]?.inputs ?? {}));
  const rooms = new Map<string, number>();
  for (const [name, { bytesInOutput }] of parts) {
    const room = roomOf(name);
    if (room !== undefined) rooms.set(room, (rooms.get(room) ?? 0) + bytesInOutput);
  }
  const inputs = [...needed].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
  const texts = outputFiles.filter(({ path }) => isNeeded(path)).map(({ text }) => text);
  const rxjs = [...new Set(texts.flatMap(importsIn))];
  return { bytes: sum(true), later: sum(false), inputs, rooms, rxjs };
};

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`.padStart(8);

const CORE = `import { createClient } from 'rxmpp'; globalThis.app = createClient;`;

it('the core stays within its budget, and the parts are told', async () => {
  const core = await bundle(CORE);
  const withRxjs = await bundle(CORE, []);
  // The same rxjs, in an app that has it already.
  const names = core.rxjs.join(', ');
  const rxjs = await bundle(`import { ${names} } from 'rxjs'; globalThis.app = [${names}];`, [], false);
  const bytes = withRxjs.bytes - rxjs.bytes;
  const doors = {
    'rxmpp, all of it': await bundle(`export * from 'rxmpp'`),
    'rxmpp/testing': await bundle(`export * from 'rxmpp/testing'`),
  };
  const strophe = await bundle(
    `import { Strophe } from 'rxmpp'; globalThis.app = new Strophe.Connection('');`,
  );
  const rows = [
    ['core: createClient', bytes],
    ['  later, when needed', core.later],
    [`  rxjs beside it: ${core.rxjs.length} names`, rxjs.bytes],
    ['core and Strophe.Connection', strophe.bytes],
    ...Object.entries(doors).map(([name, { bytes }]) => [name, bytes] as const),
  ] as const;
  process.stdout.write(`${rows.map(([name, bytes]) => `${kB(bytes)}  ${name}`).join('\n')}\n`);
  expect(core.rxjs.length).toBeGreaterThan(20);
  expect(bytes).toBeLessThanOrEqual(CORE_BYTES);
});

it('the README says where the bytes of the core are', async () => {
  const { rooms } = await bundle(CORE);
  const found = [...rooms].sort(([, a], [, b]) => b - a);
  process.stdout.write(found.map(([room, bytes]) => `${kB(bytes)}  ${room}, minified\n`).join(''));
  const told = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^\| `(\w+)` +\| +([\d.]+) \|/gm)];
  expect(told.map(([, room]) => room).sort()).toEqual([...rooms.keys()].sort());
  for (const [, room = '', size] of told) {
    const bytes = rooms.get(room) ?? 0;
    const off = Math.abs(Number(size) * 1000 - bytes);
    expect([room, size, bytes, off <= Math.max(500, bytes / 20)]).toEqual([room, size, bytes, true]);
  }
});

it('the core brings nothing that it does not use', async () => {
  const { inputs } = await bundle(CORE);
  expect(inputs.filter((name) => name.endsWith('/saxes.js')).length).toBe(1);
  const unwanted =
    /\/(strophe|testing|cli)\/|saslprep-tables|@noble|websocket|discover|look-up|node-(storage|http)|\/build\.js/;
  expect(inputs.filter((name) => unwanted.test(name))).toEqual([]);
});

it.each([
  ['nothing', `import 'rxmpp'; import 'rxmpp/testing';`, 100, /./],
  ['JIDs', `export { parseJid } from 'rxmpp';`, 1_500, /saxes|client|operators/],
  ['builders', `export { $msg, $iq } from 'rxmpp';`, 4_000, /client|operators|transport/],
  ['the parser', `export { parse } from 'rxmpp';`, 8_000, /client|operators|transport/],
])('who imports %s pays for that only', async (_what, contents, most, unwanted) => {
  const { bytes, inputs } = await bundle(contents, ['rxjs'], false);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(
    inputs.filter((name) => name.includes('rxmpp') && unwanted.test(name.split('rxmpp/').at(-1) ?? '')),
  ).toEqual([]);
});
