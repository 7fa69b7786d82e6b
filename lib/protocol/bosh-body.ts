import { withNamespace } from '../xml/element.js';
import type { XmlElement, XmlNode } from '../xml/element.js';
import { parse, type ParseLimits } from '../xml/parse.js';
import { escapeAttribute } from '../xml/serialise.js';
import type { Answer, BoshParams, BoshSettings } from './bosh-state.js';
import { LimitError, StreamError, XmlError } from './errors.js';
import * as NS from './ns.js';
import { readStreamError, toStreamCondition } from './stream-error.js';

const XMPP = `xmlns:xmpp="${NS.BOSH}"`;

const attribute = (name: string, value: string | number): string =>
  ` ${name}="${escapeAttribute(String(value))}"`;

/**
 * The request that opens a session. `wait` and `hold` are always there: servers are known to refuse a creation
 * without them. XEP-0124 §7.1, XEP-0206 §3.
 */
export const creationBody = (settings: BoshSettings, rid: number): string =>
  `<body xmlns="${NS.HTTPBIND}" rid="${rid}"${attribute('to', settings.to)}${attribute('xml:lang', settings.lang)}` +
  ` ver="1.11" wait="${settings.wait}" hold="${settings.hold}" content="text/xml; charset=utf-8"` +
  `${settings.ack ? ' ack="1"' : ''} xmpp:version="1.0" ${XMPP}/>`;

/** Starts the XMPP stream anew inside the session. XEP-0206 §5. */
export const restartBody = (settings: BoshSettings, sid: string, rid: number): string =>
  `<body xmlns="${NS.HTTPBIND}" rid="${rid}"${attribute('sid', sid)}${attribute('to', settings.to)}` +
  `${attribute('xml:lang', settings.lang)} xmpp:restart="true" ${XMPP}/>`;

/** Any other request: stanzas, or nothing. */
export const body = (sid: string, rid: number, payload: readonly string[], type?: 'terminate'): string => {
  const head = `<body xmlns="${NS.HTTPBIND}" rid="${rid}"${attribute('sid', sid)}${type ? ` type="${type}"` : ''}`;
  return payload.length === 0 ? `${head}/>` : `${head}>${payload.join('')}</body>`;
};

/** Asks the server to keep the session for so many seconds without any request. XEP-0124 §10. */
export const pauseBody = (sid: string, rid: number, seconds: number): string =>
  `<body xmlns="${NS.HTTPBIND}" rid="${rid}"${attribute('sid', sid)} pause="${seconds}"/>`;

/** The children of a body of ours; none if it can't be read. */
export const childrenOfBody = (text: string): readonly XmlElement[] => readBody(text)?.answer.children ?? [];

/** An answer's wrapper as it was read. */
export interface BodyAnswer {
  readonly attrs: Readonly<Record<string, string>>;
  readonly answer: Answer;
}

/** Reads what we have read or written before. */
export const readBody = (text: string): BodyAnswer | undefined => {
  const read = parseBody(text);
  return read instanceof LimitError ? undefined : read;
};

/**
 * Reads an answer; undefined when it is not one `<body/>` in the BOSH namespace, an error when it is more than the limits
 * allow. XEP-0124 §6.
 */
export const parseBody = (
  text: string,
  limits: Partial<ParseLimits> = {},
): BodyAnswer | LimitError | undefined => {
  if (text === '') return undefined;
  try {
    const root = parse(text, limits);
    if (root.name !== 'body' || root.ns !== NS.HTTPBIND) return undefined;
    const children = root.children.map((child) => withNamespace(child, NS.HTTPBIND, NS.CLIENT));
    return { attrs: root.attrs, answer: { text, children } };
  } catch (error) {
    const isLimit = error instanceof XmlError && error.condition === 'policy-violation';
    return isLimit ? new LimitError('answer-too-large', `An answer has ${error.message}`) : undefined;
  }
};

/** Whether a kept body is that of this very request: another one would be a request with tokens out of nowhere. */
export const isBodyOf = (text: string, sid: string, rid: number): boolean => {
  const attrs = readBody(text)?.attrs;
  return attrs?.['sid'] === sid && attrs['rid'] === String(rid);
};

const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/**
 * The session's parameters from its creation answer; undefined without a `sid`. What the server leaves out is what
 * was asked for, and two requests. XEP-0124 §7.2.
 */
export const readParams = (
  attrs: Readonly<Record<string, string>>,
  settings: BoshSettings,
): BoshParams | undefined => {
  const sid = attrs['sid'];
  if (sid === undefined || sid === '') return undefined;
  const hold = count(attrs['hold']) ?? settings.hold;
  const wait = count(attrs['wait']) ?? settings.wait;
  const requests = Math.max(1, count(attrs['requests']) ?? 2);
  const inactivity = count(attrs['inactivity']);
  const polling = count(attrs['polling']);
  const maxpause = count(attrs['maxpause']);
  const ack = settings.ack && { ack: true };
  return { sid, wait, hold, requests, inactivity, polling, maxpause, ver: attrs['ver'], ...ack };
};

/**
 * Why a body of type `terminate` ended the session: the stream error inside if there is one, else its condition;
 * an unknown one counts as `undefined-condition`. XEP-0124 §17.2, XEP-0206 §6.
 */
export const readTerminate = ({ attrs, answer }: BodyAnswer): StreamError => {
  const inner = answer.children.find((child) => child.name === 'error' && child.ns === NS.STREAM);
  if (inner) return readStreamError(inner);
  const condition = toStreamCondition(attrs['condition'] ?? '');
  const uri = answer.children.find(isElsewhere)?.text.trim();
  return new StreamError(condition, 'The server ended the session', uri);
};

/** Where a server that ends a session wants us to connect (XEP-0124 §17.2). */
const isElsewhere = ({ name }: XmlElement): boolean => name === 'uri';

/** Whether a child of the body that ends a session is part of the reason, and no stanza. */
export const isReason = (child: XmlElement): boolean =>
  isElsewhere(child) || (child.name === 'error' && child.ns === NS.STREAM);

/**
 * Whether an answer is our own request come back: its rid, and the same children. Some servers answer a repeated
 * request so once it expires; nothing in it was said by anybody.
 */
export const isEcho = (answer: BodyAnswer, rid: number, request: string): boolean => {
  if (answer.attrs['rid'] !== String(rid)) return false;
  return areSame(childrenOfBody(request), answer.answer.children);
};

const areSame = (ours: readonly XmlNode[], theirs: readonly XmlNode[]): boolean =>
  ours.length === theirs.length && ours.every((node, i) => isSame(node, theirs[i]));

const isSame = (ours: XmlNode, theirs: XmlNode | undefined): boolean =>
  typeof ours === 'object' && typeof theirs === 'object'
    ? ours.name === theirs.name &&
      Object.keys(ours.attrs).length === Object.keys(theirs.attrs).length &&
      Object.entries(ours.attrs).every(([name, value]) => theirs.attrs[name] === value) &&
      areSame(ours.nodes, theirs.nodes)
    : ours === theirs;
