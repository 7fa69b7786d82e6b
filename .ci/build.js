// Builds lib/ into dist/esm and dist/cjs: the same files twice, declarations beside each, no bundle. The command line is ESM only.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { buildSync } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

const tsc = (project) => {
  const command = ['node_modules/typescript/bin/tsc', '-p', project];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(`${root}dist`, { recursive: true, force: true });
tsc('lib');
tsc('lib/tsconfig.cjs.json');
/**
 * saxes is CommonJS, which bundlers of ES modules warn of and can't see into (Angular does). Beside the ES modules lies the
 * same code as one of them; who requires takes the package.
 */
const bringSaxes = () => {
  const { license, author } = JSON.parse(readFileSync(`${root}node_modules/saxes/package.json`, 'utf8'));
  buildSync({
    stdin: { contents: `export { SaxesParser } from 'saxes';`, resolveDir: root },
    ...{ bundle: true, format: 'esm', target: 'es2022', outfile: `${root}dist/esm/xml/saxes.js` },
    banner: {
      js: `/* saxes, by ${author}, licence ${license}; xmlchars, by Louis-Dominique Dubeau, licence MIT */`,
    },
  });
  const parser = `${root}dist/esm/xml/parse.js`;
  const text = readFileSync(parser, 'utf8');
  if (!text.includes(`from 'saxes'`)) throw new Error('The parser imports no saxes');
  writeFileSync(parser, text.replace(`from 'saxes'`, `from './saxes.js'`));
};
bringSaxes();
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
chmodSync(`${root}dist/esm/cli/main.js`, 0o755);
