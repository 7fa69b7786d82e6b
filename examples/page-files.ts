// A page that lies in a directory, its program bundled: what both examples with a page serve.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

/** A path of the site and what is there. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

/** `index.html`, `style.css`, and `program.ts` as `/program.js`. */
export const readPage = async (directory: string, program: string): Promise<PageFiles> => {
  const { outputFiles } = await build({
    entryPoints: [join(directory, `${program}.ts`)],
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' },
    logLevel: 'warning',
  });
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await read('index.html') }],
    ['/style.css', { type: 'text/css; charset=utf-8', body: await read('style.css') }],
    [`/${program}.js`, { type: 'text/javascript; charset=utf-8', body: outputFiles[0]?.text ?? '' }],
  ]);
};
