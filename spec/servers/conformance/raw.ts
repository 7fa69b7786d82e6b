import { parse, type XmlElement } from 'rxmpp';
import type { AnyServer } from '../support/embedded.js';

/** What an HTTP request got: the status, the text, and the text parsed. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: XmlElement | undefined;
}

const read = (text: string): XmlElement | undefined => {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
};

const NS = 'xmlns="http://jabber.org/protocol/httpbind" xmlns:xmpp="urn:xmpp:xbosh"';

/** A BOSH session written by hand, to see what a client never does. */
export interface RawSession {
  readonly created: RawAnswer;
  readonly sid: string;
  readonly rid: number;
  readonly post: (rid: number, rest?: string, children?: string) => Promise<RawAnswer>;
}

export const postRaw = async ({ service }: AnyServer, text: string): Promise<RawAnswer> => {
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  const answer = await fetch(service, { method: 'POST', headers, body: text });
  const answered = await answer.text();
  return { status: answer.status, text: answered, body: read(answered) };
};

/** Opens a session on `to` with `wait` 5; its first request has the rid 1000000000. */
export const openRaw = async (server: AnyServer, to: string = server.domain): Promise<RawSession> => {
  const rid = 1_000_000_000;
  const created = await postRaw(
    server,
    `<body ${NS} rid="${rid}" to="${to}" wait="5" hold="1" ver="1.11" xml:lang="en" xmpp:version="1.0"/>`,
  );
  const sid = created.body?.attrs['sid'] ?? '';
  const post = (next: number, rest = '', children = ''): Promise<RawAnswer> =>
    postRaw(server, `<body ${NS} rid="${next}" sid="${sid}" ${rest}>${children}</body>`);
  return { created, sid, rid, post };
};

/** An answer in words: `200 terminate item-not-found`, `200 message iq`, `404`. */
export const answerInWords = ({ status, body }: RawAnswer): string =>
  [
    status,
    body?.attrs['type'] ?? [],
    body?.attrs['condition'] ?? [],
    body?.children.map(({ name }) => name) ?? [],
  ]
    .flat()
    .join(' ');
