// Namespaces of the protocols this library speaks, one by one: bundlers leave out those that are not used.

/** Legacy login, XEP-0078. */
export const AUTH = 'jabber:iq:auth';
/** Resource binding, RFC 6120 §7. */
export const BIND = 'urn:ietf:params:xml:ns:xmpp-bind';
/** XMPP over BOSH, XEP-0206. */
export const BOSH = 'urn:xmpp:xbosh';
/** Stanzas of clients, RFC 6120 §4.8.3. */
export const CLIENT = 'jabber:client';
/** When a stanza was sent, XEP-0203. */
export const DELAY = 'urn:xmpp:delay';
/** What something can do, XEP-0030. */
export const DISCO_INFO = 'http://jabber.org/protocol/disco#info';
/** What belongs to something, XEP-0030. */
export const DISCO_ITEMS = 'http://jabber.org/protocol/disco#items';
/** XMPP over WebSocket, RFC 7395. */
export const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
/** BOSH, XEP-0124. */
export const HTTPBIND = 'http://jabber.org/protocol/httpbind';
/** Rooms, XEP-0045. */
export const MUC = 'http://jabber.org/protocol/muc';
/** Pings, XEP-0199. */
export const PING = 'urn:xmpp:ping';
/** Profiles (retired). */
export const PROFILE = 'jabber:iq:profile';
/** Contacts, RFC 6121 §2. */
export const ROSTER = 'jabber:iq:roster';
/** Login, RFC 6120 §6. */
export const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
/** Session establishment, RFC 3921 §3. */
export const SESSION = 'urn:ietf:params:xml:ns:xmpp-session';
/** Stream management, XEP-0198. */
export const SM = 'urn:xmpp:sm:3';
/** Conditions of stanza errors, RFC 6120 §8.3. */
export const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';
/** What belongs to the stream, RFC 6120 §4.8. */
export const STREAM = 'http://etherx.jabber.org/streams';
/** Conditions of stream errors, RFC 6120 §4.9. */
export const STREAMS = 'urn:ietf:params:xml:ns:xmpp-streams';
/** Name and version of a program, XEP-0092. */
export const VERSION = 'jabber:iq:version';
/** XHTML. */
export const XHTML = 'http://www.w3.org/1999/xhtml';
/** Formatted messages, XEP-0071. */
export const XHTML_IM = 'http://jabber.org/protocol/xhtml-im';
/** `xml:lang` and the like, Namespaces in XML 1.0. */
export const XML = 'http://www.w3.org/XML/1998/namespace';
