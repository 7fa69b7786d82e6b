const rxmpp = require('rxmpp');
const node = require('rxmpp/node');
const testing = require('rxmpp/testing');

import('./session.mjs').then(async ({ liveThrough }) => {
  console.log(await liveThrough(rxmpp, testing), typeof node.fileStorage, typeof rxmpp.Strophe.Connection);
});
