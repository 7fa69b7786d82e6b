// The files of the page, the program bundled.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import type { Files } from './server.js';

/** `directory` is that of this file. */
export const readFiles = async (directory: string): Promise<Files> => {
  const { outputFiles } = await build({
    entryPoints: [join(directory, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await read('index.html') }],
    ['/style.css', { type: 'text/css; charset=utf-8', body: await read('style.css') }],
    ['/main.js', { type: 'text/javascript; charset=utf-8', body: outputFiles[0]?.text ?? '' }],
  ]);
};
