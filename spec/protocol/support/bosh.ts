import { attaching, creating } from '../../../lib/protocol/bosh-open.js';
import type { BoshEffect, BoshEvent, BoshSettings } from '../../../lib/protocol/bosh-state.js';
import { TransportError } from '../../../lib/protocol/errors.js';
import type { Restored } from '../../../lib/protocol/record.js';
import { element } from '../../../lib/xml/element.js';
import { play, type Play, type PlayOptions } from './player.js';

export const RID = 1000;
export const JID = 'user@example.com/here';
export const TOKENS = { jid: JID, sid: 's1', rid: RID };

export const settings: BoshSettings = {
  to: 'example.com',
  lang: 'en',
  wait: 60,
  hold: 1,
  maxBodySize: 10_000,
  uploads: true,
  rids: [RID, 2000, 3000],
  seed: 7,
  disconnectMs: 3_000,
};

export const ping = element('iq', 'jabber:client', { type: 'get', id: 'p1', to: 'example.com' }, [
  element('ping', 'urn:xmpp:ping'),
]);
export const PONG = '<iq xmlns="jabber:client" type="result" id="p1" from="example.com"/>';
export const bye = element('presence', 'jabber:client', { type: 'unavailable' });

export const message = (id: string): string => `<message xmlns="jabber:client" id="${id}"/>`;

/** A body as a server sends it. */
export const body = (children = '', attrs = ''): string =>
  `<body xmlns="http://jabber.org/protocol/httpbind"${attrs && ` ${attrs}`}>${children}</body>`;

export const terminate = (condition?: string, children = ''): string =>
  body(children, `type="terminate"${condition === undefined ? '' : ` condition="${condition}"`}`);

export const FEATURES = '<stream:features xmlns:stream="http://etherx.jabber.org/streams"/>';
const GRANTED = 'wait="60" hold="1" requests="2" inactivity="30" polling="5" ver="1.11"';

export const creation = (attrs = GRANTED, children = FEATURES): string => body(children, `sid="s1" ${attrs}`);

/** What has at least these properties; a text with this part in it. */
export const like = (properties: object): unknown => expect.objectContaining(properties);
export const containing = (text: string): unknown => expect.stringContaining(text);

/** The posts among the effects. */
export const posts = (effects: readonly BoshEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'post' ? [effect] : []));

export const ridsOf = (effects: readonly BoshEffect[]): readonly number[] =>
  posts(effects).map(({ rid }) => rid);

const attemptOf = (play: Play, rid: number): number =>
  play.all('post').reduce((latest, post) => (post.rid === rid ? post.attempt : latest), 0);

export const uploaded = (play: Play, rid: number) =>
  play.tell({ type: 'uploaded', rid, attempt: attemptOf(play, rid) });

/** The latest attempt of a request is answered. */
export const answer = (play: Play, rid: number, text = body(), status = 200, retryAfterMs = 0) =>
  play.tell({ type: 'answered', rid, attempt: attemptOf(play, rid), status, text, retryAfterMs });

/** The latest attempt of a request has failed. */
export const fails = (play: Play, rid: number, kind: 'network' | 'timeout' = 'network') => {
  const error = new TransportError(kind, 'It failed');
  const event: BoshEvent = { type: 'failed', rid, attempt: attemptOf(play, rid), error };
  return play.tell(event);
};

/** A machine that has just posted its creation request. */
export const opening = (change: Partial<BoshSettings> = {}, options: PlayOptions = {}): Play => {
  const play_ = play(creating({ ...settings, ...change }, 0), options);
  play_.tell({ type: 'wake' });
  return play_;
};

/** A session that is open, on which nothing is outstanding. */
export const opened = (
  attrs?: string,
  change: Partial<BoshSettings> = {},
  options: PlayOptions = {},
): Play => {
  const play_ = opening(change, options);
  answer(play_, RID, creation(attrs));
  return play_;
};

/** A session that is online; its first poll (RID + 1) is with the server. */
export const online = (
  attrs?: string,
  change: Partial<BoshSettings> = {},
  options: PlayOptions = {},
): Play => {
  const play_ = opened(attrs, change, options);
  play_.tell({ type: 'online', jid: JID, polling: true });
  uploaded(play_, RID + 1);
  return play_;
};

/** An attach that has not been proven. */
export const attached = (
  restored?: Restored,
  change: Partial<BoshSettings> = {},
  options: PlayOptions = {},
): Play => {
  const rid = (restored?.flights.at(-1)?.rid ?? RID - 1) + 1;
  const limits = { wait: 60, hold: 1, wind: 5 };
  const initial = attaching({ ...settings, ...change }, { ...TOKENS, rid }, limits, restored, 0);
  const play_ = play(initial, options);
  play_.tell({ type: 'wake' });
  return play_;
};
