import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TARBALL } from './pack.js';
import { ROOT } from './root.js';
import { run, type Run, succeed } from './run.js';

/** A project of a user, somewhere on the disk, with the packed package installed. */
export interface Consumer {
  readonly directory: string;
  readonly run: (command: string, ...args: readonly string[]) => Promise<Run>;
  readonly succeed: (command: string, ...args: readonly string[]) => Promise<Run>;
  /** Runs a program that the project has installed. */
  readonly tool: (name: string, ...args: readonly string[]) => Promise<Run>;
  readonly remove: () => Promise<void>;
}

export const tarball = (): string => {
  const file = process.env[TARBALL];
  if (file === undefined) throw new Error('Nothing was packed');
  return file;
};

/** Nothing of this may run a script of a package, ask anybody anything, or look around; what stands still is asked for again. */
const NPM = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--no-update-notifier',
  '--loglevel=error',
  '--fetch-timeout=20000',
  '--fetch-retries=3',
];

/**
 * Copies a project out of the repository, so that it finds nothing but what it installs, and installs the package and
 * `also` besides what it asks for itself.
 */
export const install = async (source: string, also: readonly string[] = []): Promise<Consumer> => {
  const directory = await mkdtemp(join(tmpdir(), 'rxmpp-consumer-'));
  const leave = /\/(node_modules|dist|\.angular)(\/|$)/;
  await cp(join(ROOT, source), directory, {
    recursive: true,
    filter: (name) => !leave.test(name.slice(ROOT.length)),
  });
  await succeed(directory, 'npm', ['install', ...NPM, tarball(), ...also]);
  return {
    directory,
    run: (command, ...args) => run(directory, command, args),
    succeed: (command, ...args) => succeed(directory, command, args),
    tool: (name, ...args) => succeed(directory, join(directory, 'node_modules/.bin', name), args),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};
