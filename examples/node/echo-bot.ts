// A bot that says back what it hears. Kill it as you like, kill -9 included, and start it again: within the time that the
// server keeps a silent session it goes on without logging in, and no message is lost or answered twice.
//   RXMPP_PASSWORD=… npx tsx examples/node/echo-bot.ts --service https://…/http-bind --jid bot@… --sessions ./sessions
import { $msg, $pres, createClient, messages } from 'rxmpp';
import { fileStorage } from 'rxmpp/node';

import { readArguments } from './arguments.js';

const { service, credentials, options } = readArguments(
  'usage: echo-bot --service <url> --jid <jid> [--sessions <directory>]',
  ['sessions'],
);

const storage = fileStorage(options['sessions'] ?? './sessions');
const client = createClient(service, { keepalive: { storage } });

client.status$.subscribe((status) => {
  console.log(status.type === 'online' ? `${status.how} as ${status.jid}` : status.type);
  if (status.type === 'online' && !status.resumed) client.send($pres());
  if (status.type !== 'failed') return;
  console.error(String(status.error));
  // The session is over: whoever supervises this process starts it again, and it logs in.
  if (status.during === 'attach') client.connect(credentials);
  else process.exitCode = 1;
});

// What is sent while a stanza is handled belongs to it: both are kept as done, or neither is.
client.stanza$.pipe(messages()).subscribe((message) => {
  const { from, type } = message.attrs;
  const text = message.child('body')?.text;
  if (from === undefined || text === undefined || type === 'error') return;
  client.send($msg({ to: from, type: 'chat' }).c('body').t(text));
});

try {
  client.restore(credentials.jid);
} catch {
  client.connect(credentials);
}

// A polite end keeps the session too: the next start goes on with it. `disconnect()` would end it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => client.close());
