import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Where the contenders are installed and the programs that run them lie: apart from the library's own packages. */
export const WORKSHOP = resolve('.cache/bench');

const SOURCE = resolve('spec/bench');
const CONTENDERS = join(SOURCE, 'contenders');
const FILES = ['package.json', 'package-lock.json'] as const;

const text = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;

/** Installs the contenders at the versions of the lock file, unless they are there. */
export const installContenders = (): void => {
  const marker = join(WORKSHOP, 'installed-lock.json');
  if (text(marker) === text(join(CONTENDERS, 'package-lock.json'))) return;
  mkdirSync(WORKSHOP, { recursive: true });
  for (const file of FILES) copyFileSync(join(CONTENDERS, file), join(WORKSHOP, file));
  const { status, stderr } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: WORKSHOP,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The contenders can not be installed:\n${stderr}`);
  copyFileSync(join(WORKSHOP, 'package-lock.json'), marker);
};

/** The version of a contender that is installed, or of one of the library's own packages. */
export const versionOf = (name: string): string => {
  const at = [join(WORKSHOP, 'node_modules'), resolve('node_modules')];
  const manifest = at.map((directory) => text(join(directory, name, 'package.json'))).find(Boolean) ?? '{}';
  return (JSON.parse(manifest) as { readonly version?: string }).version ?? '?';
};

/**
 * Bundles a program and the library, from its sources or as `npm run build` has made it; the contenders, loaded by name when
 * it runs, stay outside. Returns where it lies.
 */
export const bundleProgram = async (name: string, from: 'sources' | 'build' = 'sources'): Promise<string> => {
  const outfile = join(WORKSHOP, `${name}.mjs`);
  await build({
    entryPoints: [join(SOURCE, 'programs', `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['ws'],
    // Without its paths, `rxmpp` is the package.
    ...(from === 'build' && { tsconfigRaw: {} }),
    logLevel: 'error',
  });
  return outfile;
};
