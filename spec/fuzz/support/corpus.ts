import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(process.cwd(), 'spec', 'fuzz', 'corpus');

/** What real servers have answered to test accounts of ours, by the name of the server: one answer a line. */
export const corpus: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  readdirSync(ROOT).map((file) => [
    file.replace(/\.\w+$/, ''),
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  ]),
);
