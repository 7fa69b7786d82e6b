import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuarded } from './guarded.js';
import { DOMAINS, USERS, passwordOf, type Software, type TestServerOptions } from './server.js';

const configuration = (directory: string, port: number, options: TestServerOptions): string => `
run_as_root = true
daemonize = false
pidfile = "${directory}/prosody.pid"
data_path = "${directory}/data"
certificates = "${directory}/certs"
log = { { levels = { min = "info" }, to = "console" } }
modules_enabled = {
  "roster", "saslauth", "disco", "ping", "version", "time", "offline", "carbons", "smacks", "bosh", "websocket"
}
modules_disabled = { "s2s", "tls", "limits", "register" }
http_ports = { ${port} }
http_interfaces = { "127.0.0.1" }
http_default_host = "${DOMAINS.all}"
https_ports = {}
c2s_ports = {}
c2s_direct_tls_ports = {}
legacy_ssl_ports = {}
s2s_ports = {}
component_ports = {}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_bosh_secure = true
consider_websocket_secure = true
c2s_stanza_size_limit = 1024 * 1024
${options.inactivity === undefined ? '' : `bosh_max_inactivity = ${options.inactivity}`}
${options.maxWait === undefined ? '' : `bosh_max_wait = ${options.maxWait}`}
authentication = "internal_plain"
storage = "internal"

VirtualHost "${DOMAINS.all}"
VirtualHost "${DOMAINS.plain}"
  disable_sasl_mechanisms = { "SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5" }
VirtualHost "${DOMAINS.sha1}"
  authentication = "internal_hashed"
VirtualHost "${DOMAINS.sha256}"
  authentication = "internal_hashed"
  password_hash = "SHA-256"
VirtualHost "${DOMAINS.anonymous}"
  authentication = "anonymous"
`;

/** What is no letter and no digit stands in a file name byte by byte. */
const fileName = (user: string): string =>
  Array.from(Buffer.from(user), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }).join('');

/** Accounts as its internal storage keeps them. A plain password is hashed at the first login, where the domain hashes. */
const writeAccounts = async (directory: string): Promise<void> => {
  for (const domain of [DOMAINS.all, DOMAINS.plain, DOMAINS.sha1, DOMAINS.sha256]) {
    const folder = join(directory, 'data', domain.replaceAll('.', '%2e'), 'accounts');
    await mkdir(folder, { recursive: true });
    for (const user of USERS) {
      await writeFile(
        join(folder, `${fileName(user)}.dat`),
        `return { ["password"] = "${passwordOf(user)}"; };\n`,
      );
    }
  }
};

export const prosody: Software = {
  name: 'prosody',
  launch: async (directory, port, options) => {
    const file = join(directory, 'prosody.cfg.lua');
    await mkdir(join(directory, 'certs'));
    await writeAccounts(directory);
    await writeFile(file, configuration(directory, port, options));
    return startGuarded(directory, '/usr/bin/prosody', ['-F', '--config', file]);
  },
  isReady: (output) => output.includes("Activated service 'http'"),
};
