import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuarded } from './guarded.js';
import { DOMAINS, USERS, passwordOf, type Software, type TestServerOptions } from './server.js';

const READY = 'accounts-are-there';

const configuration = (port: number, options: TestServerOptions): string => `
loglevel: info
log_rotate_count: 0
hosts: [${Object.values(DOMAINS).join(', ')}]
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /http-bind: mod_bosh
      /xmpp-websocket: ejabberd_http_ws
auth_method: internal
auth_password_format: plain
disable_sasl_mechanisms: [DIGEST-MD5, X-OAUTH2]
host_config:
  ${DOMAINS.plain}:
    disable_sasl_mechanisms: [SCRAM-SHA-1, SCRAM-SHA-256, SCRAM-SHA-512, DIGEST-MD5, X-OAUTH2]
  ${DOMAINS.sha1}:
    auth_password_format: scram
    auth_scram_hash: sha
  ${DOMAINS.sha256}:
    auth_password_format: scram
    auth_scram_hash: sha256
  ${DOMAINS.anonymous}:
    auth_method: anonymous
    disable_sasl_mechanisms: [PLAIN]
    anonymous_protocol: sasl_anon
    allow_multiple_connections: true
s2s_access: none
modules:
  mod_bosh: ${options.inactivity === undefined ? '{}' : `{ max_inactivity: ${options.inactivity} }`}
  mod_carboncopy: {}
  mod_disco: {}
  mod_offline: {}
  mod_ping: {}
  mod_roster: {}
  mod_stream_mgmt: { resend_on_timeout: if_offline }
  mod_time: {}
  mod_version: {}
`;

const binary = (text: string): string => `<<${[...Buffer.from(text)].join(',')}>>`;

/** Registers the accounts in the node itself: without distribution there is no other way in, and no epmd to leave behind. */
const REGISTER = `
[ok = ejabberd_auth:try_register(User, Host, Password)
  || Host <- [${[DOMAINS.all, DOMAINS.plain, DOMAINS.sha1, DOMAINS.sha256].map(binary).join(', ')}],
     {User, Password} <- [${USERS.map((user) => `{${binary(user)}, ${binary(passwordOf(user))}}`).join(', ')}]],
io:format("${READY}~n").
`;

/** Where Debian puts the library, by the machine's architecture. */
const LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

export const ejabberd: Software = {
  name: 'ejabberd',
  launch: async (directory, port, options) => {
    const file = join(directory, 'ejabberd.yml');
    await writeFile(file, configuration(port, options));
    const args = [
      ...['+S', '2', '+sbwt', 'none', '-noinput'],
      ...['-mnesia', 'dir', `"${join(directory, 'database')}"`],
      ...['-s', 'ejabberd', '-eval', REGISTER],
    ];
    return startGuarded(directory, '/usr/bin/erl', args, {
      ERL_LIBS: LIBRARIES,
      ERL_CRASH_DUMP_BYTES: '0',
      EJABBERD_CONFIG_PATH: file,
      EJABBERD_LOG_PATH: join(directory, 'ejabberd.log'),
    });
  },
  isReady: (output) => output.includes(READY),
};
