import { element, type XmlElement, withNamespace } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import * as NS from './ns.js';

/** The WebSocket subprotocol (RFC 7395 §3.1). */
export const SUBPROTOCOL = 'xmpp';

/** Opens the stream, or starts it anew: there is no `close` before a restart (RFC 7395 §3.4, §3.7). */
export const openFrame = (to: string, lang: string): string =>
  element('open', NS.FRAMING, { to, version: '1.0', 'xml:lang': lang }).toString();

/** Ends the stream (RFC 7395 §3.6). */
export const closeFrame = (): string => element('close', NS.FRAMING).toString();

/**
 * One frame as it was read: undefined for anything but one well-formed element in a text frame (RFC 7395 §3.3). A stanza
 * without a namespace counts as one of `jabber:client`.
 */
export const readFrame = (text: string | undefined): XmlElement | undefined => {
  if (text === undefined) return undefined;
  try {
    return withNamespace(parse(text), '', NS.CLIENT);
  } catch {
    return undefined;
  }
};

/** Where a `close` of the server wants us to connect: only where it is as safe as here (RFC 7395 §3.6.1). */
export const elsewhere = (close: XmlElement, secure: boolean): string | undefined => {
  const uri = close.attrs['see-other-uri'];
  return uri !== undefined && (secure ? /^wss:/i : /^wss?:/i).test(uri) ? uri : undefined;
};
