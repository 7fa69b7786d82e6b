const { $msg, messages } = require('rxmpp');
const { map, scan, startWith } = require('rxjs');

/** How many messages have come, as an app would count them. */
exports.unread = (client) =>
  client.stanza$.pipe(
    messages(),
    scan((count) => count + 1, 0),
    startWith(0),
  );

/** Says yes to every question. */
exports.agree = (client) =>
  client.stanza$
    .pipe(
      messages(),
      map(({ attrs }) => $msg({ to: attrs.from }).c('body').t('yes')),
    )
    .subscribe(client.outbox);
