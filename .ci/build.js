// Builds lib/ into dist/esm and dist/cjs: the same files twice, declarations beside each, no bundle. The command line is ESM only.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

const tsc = (project) => {
  const command = ['node_modules/typescript/bin/tsc', '-p', project];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(`${root}dist`, { recursive: true, force: true });
tsc('lib');
tsc('lib/tsconfig.cjs.json');
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
chmodSync(`${root}dist/esm/cli/main.js`, 0o755);
