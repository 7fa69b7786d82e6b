// Sends one message and ends: exit code 0 once the server has it.
//   RXMPP_PASSWORD=… npx tsx examples/node/send.ts --service https://…/http-bind --jid me@… --to you@… Hello there
import { $msg, createClient } from 'rxmpp';

import { readArguments } from './arguments.js';

const USAGE = 'usage: send --service <url> --jid <jid> --to <jid> <text>…';
const { service, credentials, options, rest } = readArguments(USAGE, ['to']);
const { to } = options;
if (to === undefined || rest.length === 0) {
  console.error(USAGE);
  process.exit(2);
}

const client = createClient(service);
let left = false;
client.status$.subscribe((status) => {
  if (status.type === 'failed') {
    console.error(String(status.error));
    process.exitCode = 1;
    client.close();
  }
  if (status.type === 'online') {
    client.send($msg({ to, type: 'chat' }).c('body').t(rest.join(' ')));
    // The goodbye goes behind everything that was sent.
    client.disconnect();
  }
  if (status.type === 'offline' && left) client.close();
  left ||= status.type === 'disconnecting';
});

client.connect(credentials);
