// What the specs need that npm cannot bring: two XMPP servers and a browser, as Debian packages them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PACKAGES = ['prosody', 'lua-unbound', 'ejabberd', 'chromium', 'firefox-esr'];

/** Asked by Debian's packages before they start a service; 101 means: do not. */
const POLICY = '/usr/sbin/policy-rc.d';
const ASIDE = `${POLICY}.aside`;

const run = (command, ...args) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: Infinity, stdio: ['ignore', 'pipe', 'pipe'] });

const isInstalled = (name) => run('dpkg-query', '-W', '-f=${db:Status-Status}', name).stdout === 'installed';

const missing = () => PACKAGES.filter((name) => !isInstalled(name));

/** The words to put before a command so that it runs as root; undefined when there is no way. */
const asRoot = () => {
  if (process.getuid?.() === 0) return [];
  return run('sudo', '-n', 'true').status === 0 ? ['sudo', '-n'] : undefined;
};

/** While `act` runs, no package starts a service; what is running already is left alone. */
const withoutServices = (root, act) => {
  const sudo = (...words) => run(...root, ...words);
  const had = existsSync(POLICY);
  if (had) sudo('mv', POLICY, ASIDE);
  sudo('sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`);
  try {
    return act();
  } finally {
    sudo('rm', '-f', POLICY);
    if (had) sudo('mv', ASIDE, POLICY);
  }
};

/** Installs what is missing. Returns one line that says what still is, or undefined. */
export const obtain = () => {
  const wanted = missing();
  if (wanted.length === 0) return undefined;
  const root = asRoot();
  const apt = (...args) =>
    run(
      ...root,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    );
  if (root !== undefined && run('apt-get', '--version').status === 0) {
    withoutServices(root, () => {
      apt('update');
      apt('install', '-y', '--no-install-recommends', ...wanted);
    });
  }
  const still = missing();
  if (still.length === 0) return undefined;
  return `missing: ${still.join(' ')} (install with: apt-get install ${still.join(' ')})`;
};
