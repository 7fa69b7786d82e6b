/*
 * An app in the style that Strophe.js has made usual. The spec runs it with one library after the other: only the module's
 * name in this import is replaced.
 */
import { $iq, $msg, $pres, Strophe } from 'LIBRARY';

const parameters = new URLSearchParams(location.search);
const [jid, password] = [parameters.get('jid'), parameters.get('password')];
const names = Object.fromEntries(Object.entries(Strophe.Status).map(([name, number]) => [number, name]));

const seen = {
  statuses: [],
  conditions: [],
  roster: null,
  rosterError: null,
  refused: null,
  presences: [],
  messages: [],
  raw: { in: 0, out: 0, presenceSent: false, messageRead: false },
  ticks: 0,
  rids: [],
  chat: null,
};
window.usual = seen;

const connection = new Strophe.Connection(parameters.get('service'), { keepalive: true });
seen.connection = () => ({
  jid: connection.jid,
  bare: Strophe.getBareJidFromJid(connection.jid),
  domain: connection.domain,
  connected: connection.connected,
  authenticated: connection.authenticated,
  restored: connection.restored,
});

connection.rawInput = () => {
  seen.raw.in += 1;
};
connection.rawOutput = (data) => {
  seen.raw.out += 1;
  if (data.includes('<presence')) seen.raw.presenceSent = true;
};
connection.xmlInput = (body) => {
  if (body.getElementsByTagName('message').length > 0) seen.raw.messageRead = true;
};
connection.nextValidRid = (rid) => {
  seen.rids.push(rid);
};

function onMessage(message) {
  const body = message.getElementsByTagName('body')[0];
  const from = message.getAttribute('from');
  if (!body) return true;
  const text = Strophe.getText(body);
  seen.messages.push({ from: Strophe.getBareJidFromJid(from), text });
  connection.send(
    $msg({ to: from, type: 'chat' })
      .c('body')
      .t(`You said: ${Strophe.xmlunescape(text)}`),
  );
  return true;
}

function onPresence(presence) {
  seen.presences.push({ from: presence.getAttribute('from'), type: presence.getAttribute('type') });
  return true;
}

function onlyOnce(message) {
  seen.once = (seen.once || 0) + (message.tagName === 'message' ? 1 : 0);
  return false;
}

function onRoster(iq) {
  seen.roster = [];
  const query = iq.getElementsByTagName('query')[0];
  Strophe.forEachChild(query, 'item', (item) => seen.roster.push(item.getAttribute('jid')));
}

function onReady() {
  connection.addHandler(onMessage, null, 'message', 'chat', null, null);
  connection.addHandler(onPresence, null, 'presence');
  connection.addHandler(onlyOnce, null, 'message');
  connection.addTimedHandler(200, () => {
    seen.ticks += 1;
    return seen.ticks < 3;
  });
  const roster = $iq({ type: 'get', id: connection.getUniqueId('roster') }).c('query', {
    xmlns: Strophe.NS.ROSTER,
  });
  connection.sendIQ(roster, onRoster, () => (seen.rosterError = true), 10000);
  connection.sendIQ(
    $iq({ type: 'get', to: connection.domain }).c('query', { xmlns: 'urn:example:nobody-knows' }),
    () => (seen.refused = 'result'),
    (iq) => (seen.refused = iq.getAttribute('type')),
    10000,
  );
  connection.send($pres().c('status').t('at <home> & "well"'));
  connection.flush();
}

function onConnect(status, condition) {
  seen.statuses.push(names[status]);
  seen.conditions.push(condition);
  if (status === Strophe.Status.CONNECTED || status === Strophe.Status.ATTACHED) onReady();
}

seen.say = (to, text) =>
  connection.send($msg({ to, type: 'chat' }).c('body').t(text).up().c('x', { xmlns: 'urn:example:x' }));
seen.leave = () => connection.disconnect('Good night');

try {
  connection.restore(jid, onConnect);
} catch (error) {
  if (error.name !== 'StropheSessionError') throw error;
  connection.connect(jid, password, onConnect);
}
