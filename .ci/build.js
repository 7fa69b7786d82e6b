// Builds lib/ into dist/esm and dist/cjs: the same files twice, declarations beside each, no bundle.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

const tsc = (...args) => {
  const command = ['node_modules/typescript/bin/tsc', '-p', 'lib', ...args];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(`${root}dist`, { recursive: true, force: true });
tsc();
tsc(
  ...['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
  ...['--outDir', 'dist/cjs'],
);
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
