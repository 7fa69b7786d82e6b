import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { WORKSHOP } from './workshop.js';

/** What is bundled: a program as an app would have it (of ours what `npm run build` has made), and what of it is not counted. */
interface Parcel {
  readonly name: string;
  readonly program: string;
  readonly external?: readonly string[];
  /** Where its packages are found. Default: with the contenders. */
  readonly from?: string;
}

const HERE = resolve('.');

const PARCELS: readonly Parcel[] = [
  {
    name: 'rxmpp: createClient, rxjs not counted',
    program: `export { createClient } from './dist/esm/index.js';`,
    external: ['rxjs', '@noble/hashes'],
    from: HERE,
  },
  {
    name: 'rxmpp: createClient with rxjs',
    program: `export { createClient } from './dist/esm/index.js';`,
    external: ['@noble/hashes'],
    from: HERE,
  },
  {
    name: 'rxmpp: Strophe.Connection with rxjs',
    program: `export { Strophe, $msg } from './dist/esm/index.js';`,
    external: ['@noble/hashes'],
    from: HERE,
  },
  { name: 'strophe.js', program: `export { Strophe, $msg } from 'strophe.js';` },
  { name: 'stanza', program: `export { createClient } from 'stanza';` },
  { name: '@xmpp/client', program: `export { client, xml } from '@xmpp/client';` },
];

/** What Node has and a browser has not: left out on both sides. */
const BUILT_IN = [
  'events',
  'crypto',
  'util',
  'buffer',
  'stream',
  'dns',
  'net',
  'tls',
  'os',
  'url',
  'ws',
  'node:*',
];

/** The files of a bundle for browsers, minified; those that are loaded only when needed are not the first. */
export const bundleOf = async ({ program, external = [], from = WORKSHOP }: Omit<Parcel, 'name'>) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: from, loader: 'ts' },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: join(WORKSHOP, 'size'),
    external: [...BUILT_IN, ...external],
    logLevel: 'silent',
  });
  return { outputFiles, metafile };
};

/** How large each is that is loaded at once, in kB (1,000 bytes). */
export const measureSizes = async (): Promise<readonly { readonly name: string; readonly kB: number }[]> => {
  const sizes = [];
  for (const parcel of PARCELS) {
    const { outputFiles, metafile } = await bundleOf(parcel);
    const eager = (path: string): boolean => {
      const output = Object.entries(metafile.outputs).find(([name]) => path.endsWith(name));
      return output?.[1].entryPoint === '<stdin>' || isShared(metafile, output?.[0] ?? '');
    };
    const bytes = outputFiles
      .filter(({ path }) => eager(path))
      .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
    sizes.push({ name: parcel.name, kB: bytes / 1000 });
  }
  return sizes;
};

type Metafile = Awaited<ReturnType<typeof bundleOf>>['metafile'];

/** Whether the entry, or a chunk that it needs at once, imports this chunk by a statement. */
const isShared = ({ outputs }: Metafile, wanted: string): boolean => {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement') visit(path);
  };
  visit(Object.keys(outputs).find((name) => outputs[name]?.entryPoint === '<stdin>') ?? '');
  return seen.has(wanted);
};
