import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Jest loads this file without its name mapping: it imports no other.
const ROOT = join(__dirname, '../../..');

/** Where the specs find what was packed. */
export const TARBALL = 'RXMPP_TARBALL';

/** Packs the package as it would be published, built afresh; once for all specs of this room. */
const pack = (): void => {
  const directory = mkdtempSync(join(tmpdir(), 'rxmpp-tarball-'));
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--pack-destination', directory], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const name = /rxmpp-[^"]*\.tgz/.exec(stdout)?.[0];
  if (name === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  process.env[TARBALL] = join(directory, name);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
};

// What jest calls.
export default pack;
