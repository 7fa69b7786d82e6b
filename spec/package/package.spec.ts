import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { tarball } from './support/consumer.js';
import { ROOT } from './support/root.js';
import { run, succeed } from './support/run.js';

jest.setTimeout(180_000);

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

describe('what is packed', () => {
  let files: readonly string[];

  beforeAll(async () => {
    const { out } = await succeed(ROOT, 'tar', ['-tzf', tarball()]);
    files = out
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
  });

  it('is the built library and what everybody expects beside it', () => {
    const beside = files.filter((name) => !name.startsWith('dist/'));
    expect([...beside].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files.filter((name) => /\.(ts|js|json)$/.test(name) && name.startsWith('dist/')).length).toBe(
      files.length - beside.length,
    );
    expect(files.filter((name) => /spec|\.map$|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  it('has every file that a door leads to, once as ESM and once as CommonJS', () => {
    const paths = [...JSON.stringify(manifest.exports).matchAll(/"\.\/([^"]+\.[jt]s(?:on)?)"/g)];
    const named = paths.map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThanOrEqual(12);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const { preinstall, install, postinstall, prepare } = manifest.scripts;
    expect([preinstall, install, postinstall, prepare]).toEqual(Array(4).fill(undefined));
  });

  it('brings two small packages, and takes the rxjs that the app has', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['@noble/hashes', 'saxes']);
    expect(manifest.peerDependencies['rxjs']).toBe('^7.2.0');
  });
});

describe('what others say of it', () => {
  it('publint finds nothing', async () => {
    const { code, out, err } = await run(ROOT, bin('publint'), ['run', tarball(), '--strict']);
    expect(`${out}${err}`).toMatch(/All good!/);
    expect(code).toBe(0);
  });

  it('attw finds nothing: types resolve through every door, as ESM and as CommonJS', async () => {
    const args = [tarball(), '--profile', 'node16', '--format', 'json'];
    const { code, out } = await run(ROOT, bin('attw'), args);
    const { analysis } = JSON.parse(out) as {
      readonly analysis: {
        readonly problems: readonly unknown[];
        readonly entrypoints: Readonly<Record<string, { readonly resolutions: object }>>;
      };
    };
    expect(analysis.problems.filter((problem) => !isNode10(problem))).toEqual([]);
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports));
    expect(code).toBe(0);
  });
});

/** The resolution of before Node 12 sees no doors but the main one; the profile leaves it out of the verdict, not of the list. */
const isNode10 = (problem: unknown): boolean =>
  (problem as { readonly resolutionKind?: string }).resolutionKind === 'node10';
