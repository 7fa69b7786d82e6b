// Builds lib/ into dist/esm and dist/cjs: the same files twice, declarations beside each, no bundle. The command line is ESM only.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { bringSaxes } from './saxes.js';

const root = new URL('..', import.meta.url).pathname;

const tsc = (project) => {
  const command = ['node_modules/typescript/bin/tsc', '-p', project];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

const replaceIn = (file, from, to) => {
  const text = readFileSync(`${root}dist/${file}`, 'utf8');
  if (!text.includes(from)) throw new Error(`There is no ${from} in ${file}`);
  writeFileSync(`${root}dist/${file}`, text.replace(from, to));
};

rmSync(`${root}dist`, { recursive: true, force: true });
tsc('lib');
tsc('lib/tsconfig.cjs.json');
/** Beside the ES modules lies what they use of saxes, which is CommonJS; who requires takes the package. */
replaceIn('esm/xml/parse.js', `from 'saxes'`, `from './saxes.js'`);
await bringSaxes(root, `${root}dist/esm/xml/saxes.js`);
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
// That is a package of its own, in which `imports` do not count: CommonJS has Node's port wherever it runs.
replaceIn('cjs/client/platform.js', '"#runtime-http"', '"./platform-runtime-http.js"');
chmodSync(`${root}dist/esm/cli/main.js`, 0o755);
