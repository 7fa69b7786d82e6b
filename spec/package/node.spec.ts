import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Consumer, install } from './support/consumer.js';
import { ROOT } from './support/root.js';
import { succeed } from './support/run.js';

jest.setTimeout(180_000);

/** The oldest that `engines` allows, every line that is kept up, and the newest. */
const VERSIONS = ['20.19.0', '22', '24', 'latest'];

/** Where they stay between runs: each weighs a hundred megabytes. */
const CACHE = join(ROOT, '.cache/node');

/** The program of a version of Node, from npm. */
const obtain = async (version: string): Promise<string> => {
  const directory = join(CACHE, version);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "private": true }');
  const name = `node-${process.platform}-${process.arch}`;
  const options = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    '--fetch-timeout=20000',
  ];
  await succeed(directory, 'npm', ['install', ...options, `${name}@${version}`]);
  return join(directory, 'node_modules', name, 'bin/node');
};

let consumer: Consumer;

beforeAll(async () => {
  consumer = await install('spec/package/consumers/node', ['rxjs@7']);
});

afterAll(() => consumer.remove());

const LIVED = 'connected, restored';

describe.each(VERSIONS)('on Node %s', (version) => {
  let node: string;

  beforeAll(async () => {
    node = await obtain(version);
  });

  const out = async (...args: readonly string[]): Promise<string> => {
    const done = await consumer.succeed(node, ...args);
    expect(done.err).toBe('');
    return done.out.trim();
  };

  it('is the version it says', async () => {
    const wanted = version === 'latest' ? /^v(2[6-9]|[3-9]\d)\./ : new RegExp(`^v${version}(\\.|$)`);
    expect(await out('--version')).toMatch(wanted);
  });

  it('is imported, and lives through a reload', async () => {
    expect(await out('esm.mjs')).toBe(`${LIVED} kept function`);
  });

  it('is required, and lives through a reload', async () => {
    expect(await out('require.cjs')).toBe(`${LIVED} function function`);
  });

  it('runs in a worker', async () => {
    expect(await out('worker.mjs')).toBe(LIVED);
  });

  it('is imported and constructed where nothing is around, and touches nothing', async () => {
    expect(await out('bare.mjs')).toBe('offline 0');
  });

  it('has a command line', async () => {
    expect(await out('node_modules/.bin/rxmpp', '--version')).toMatch(/^\d+\.\d+\.\d+/);
  });
});

it('has no other doors', async () => {
  const { out } = await consumer.succeed(process.execPath, 'inside.cjs');
  expect(out.trim().split('\n')).toEqual(Array(3).fill('ERR_PACKAGE_PATH_NOT_EXPORTED'));
});

it('is found by npx', async () => {
  const { out, code } = await consumer.run('npx', '--no', '--', 'rxmpp', '--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^usage: rxmpp/);
});
