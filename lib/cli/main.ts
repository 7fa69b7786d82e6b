#!/usr/bin/env node
import { readFileSync } from 'node:fs';

import { askSecret } from './ask.js';
import { run } from './run.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

process.exitCode = await run(
  process.argv.slice(2),
  {
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    env: process.env,
    ask: (prompt) => askSecret(process.stdin, (text) => void process.stderr.write(text), prompt),
  },
  version,
);
