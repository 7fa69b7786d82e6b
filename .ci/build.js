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

rmSync(`${root}dist`, { recursive: true, force: true });
tsc('lib');
tsc('lib/tsconfig.cjs.json');
/** Beside the ES modules lies what they use of saxes, which is CommonJS; who requires takes the package. */
const parser = `${root}dist/esm/xml/parse.js`;
const text = readFileSync(parser, 'utf8');
if (!text.includes(`from 'saxes'`)) throw new Error('The parser imports no saxes');
writeFileSync(parser, text.replace(`from 'saxes'`, `from './saxes.js'`));
await bringSaxes(root, `${root}dist/esm/xml/saxes.js`);
/** The same once more for who requires: a package.json of its own says what is CommonJS. */
const { imports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const required = { type: 'commonjs', sideEffects: false, imports };
writeFileSync(`${root}dist/cjs/package.json`, JSON.stringify(required).replaceAll('./dist/esm/', './'));
chmodSync(`${root}dist/esm/cli/main.js`, 0o755);
