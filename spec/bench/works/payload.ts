/** A message as they come: about 370 bytes, an entity, a word that is not ASCII, children in namespaces of their own. */
export const message = (n: number): string =>
  `<message xmlns='jabber:client' from='romeo${n % 50}@montague.example/orchard' to='juliet@capulet.example/balcony' ` +
  `type='chat' id='message-${n}'><body>Art thou not Romeo, &amp; a Montague? Caf\u00E9 ${n}</body>` +
  `<active xmlns='http://jabber.org/protocol/chatstates'/><origin-id xmlns='urn:xmpp:sid:0' id='5a1c9d3e-${n}'/>` +
  `<delay xmlns='urn:xmpp:delay' stamp='2026-11-01T10:00:00Z'/></message>`;

/** An answer of a BOSH server with so many messages. */
export const answerOf = (messages: number): string =>
  `<body xmlns='http://jabber.org/protocol/httpbind' sid='5a1c9d3e'>` +
  `${Array.from({ length: messages }, (_, n) => message(n)).join('')}</body>`;
