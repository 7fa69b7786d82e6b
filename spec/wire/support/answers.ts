import type { Post, Reply } from './endpoint.js';

const BODY = `<body xmlns='http://jabber.org/protocol/httpbind'`;

/** An answer that carries these XML texts. */
export const carrying = (...children: readonly string[]): Reply => ({
  body:
    children.length === 0
      ? `${BODY}/>`
      : `${BODY} xmlns:stream='http://etherx.jabber.org/streams'>${children.join('')}</body>`,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
});

export const SID = 'f81d4fae7dec';

const CREATED: Reply = {
  body:
    `${BODY} xmlns:stream='http://etherx.jabber.org/streams' xmlns:xmpp='urn:xmpp:xbosh' sid='${SID}' wait='60' hold='1' ` +
    `requests='2' inactivity='30' polling='5' ver='1.11' from='example.com' xmpp:version='1.0' xmpp:restartlogic='true'>` +
    `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>` +
    `</stream:features></body>`,
};

const BIND = `<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`;

const bound = (id: string): string =>
  `<iq xmlns='jabber:client' type='result' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>` +
  `<jid>alice@example.com/home</jid></bind></iq>`;

export const pong = (id: string, to: string): string =>
  `<iq xmlns='jabber:client' type='result' id='${id}' from='example.com' to='${to}'/>`;

/** The id of the first child that has one. */
export const idIn = ({ body }: Post): string => body.children[0]?.attrs['id'] ?? '';

/** What a server that offers PLAIN says to a login, request by request; it holds what comes after. */
export const toLogin = (post: Post, n: number): Reply => {
  const said = [
    CREATED,
    carrying(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`),
    carrying(BIND),
    carrying(bound(idIn(post))),
  ];
  return said[n] ?? 'hold';
};
