import * as bare from './bare.js';
import * as rxmpp from './rxmpp.js';
import type { Attach, Login } from './seat.js';
import * as stanza from './stanza.js';
import * as strophe from './strophe.js';
import * as xmppBoshClient from './xmpp-bosh-client.js';
import * as xmppClient from './xmpp-client.js';

/** Every contender by the name it has in the tables. */
export const SEATS: Readonly<Record<string, Login>> = {
  rxmpp: rxmpp.login,
  bare: bare.login,
  'strophe.js': strophe.login,
  stanza: stanza.loginBosh,
  'stanza (WebSocket)': stanza.loginWebSocket,
  '@xmpp/client (WebSocket)': xmppClient.login,
  'xmpp-bosh-client': xmppBoshClient.login,
};

/** Those who can take over a session. */
export const ATTACHES: Readonly<Record<string, Attach>> = {
  rxmpp: rxmpp.attach,
  'strophe.js': strophe.attach,
};
