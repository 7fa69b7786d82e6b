import { TransportError } from '../../../lib/protocol/errors.js';
import { stepSocket } from '../../../lib/protocol/socket.js';
import { dialling, resuming } from '../../../lib/protocol/socket-open.js';
import type { RestoredStream } from '../../../lib/protocol/socket-record.js';
import type {
  SocketEffect,
  SocketEvent,
  SocketSettings,
  SocketState,
} from '../../../lib/protocol/socket-state.js';
import type { Outgoing } from '../../../lib/protocol/stream.js';

export const JID = 'user@example.com/here';
export const SM = 'xmlns="urn:xmpp:sm:3"';
export const OFFER = `<stream:features xmlns:stream="http://etherx.jabber.org/streams"><sm ${SM}/></stream:features>`;
export const PLAIN_FEATURES = '<stream:features xmlns:stream="http://etherx.jabber.org/streams"/>';
export const ENABLED = `<enabled ${SM} id="s1" resume="true" max="300"/>`;
export const message = (id: string): string => `<message xmlns="jabber:client" id="${id}"/>`;
export const cut = new TransportError('network', 'It broke');

export const settings: SocketSettings = {
  to: 'example.com',
  lang: 'en',
  secure: true,
  management: true,
  dialMs: 20_000,
  quietMs: 30_000,
  answerMs: 10_000,
  disconnectMs: 3_000,
  seed: 7,
  pingId: 'alive',
};

export const restored: RestoredStream = {
  tokens: { jid: JID, sid: 's0', rid: 0 },
  sm: {
    id: 's0',
    max: 60,
    handled: 4,
    acked: 2,
    from: { handled: 0, acked: 0 },
    unacked: [{ n: 3, xml: message('m3'), at: 500 }],
  },
  paused: false,
  moved: 3,
  gen: 9,
  closing: false,
};

/** The frames among effects, in short where they are our own: the name, and what tells it apart. */
export const framesOf = (effects: readonly SocketEffect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'frame') return [];
    const name = /^<([\w:]+)/.exec(effect.xml)?.[1] ?? '';
    const mark = / (?:h|id|previd)="([^"]*)"/.exec(effect.xml)?.[1];
    return [mark === undefined ? name : `${name} ${mark}`];
  });

export const typesOf = (effects: readonly SocketEffect[]): readonly string[] =>
  effects.map(({ type }) => type);

/** A machine that has been woken once, at 1,000 ms, and so has dialled. */
export const play = (initial?: SocketState, changes: Partial<SocketSettings> = {}) => {
  const log: SocketEffect[] = [];
  let state = initial ?? dialling({ ...settings, ...changes }, 1_000);
  let now = 1_000;
  const waiting: string[] = [];

  /** What the queue hands out is told at once, as the shell does it. */
  const feed = (event: SocketEvent | Outgoing): readonly SocketEffect[] => {
    const { state: next, effects } = stepSocket(state, { at: now, event });
    state = next;
    log.push(...effects);
    const more = effects.flatMap((effect) => (effect.type === 'take' ? taken(effect.upTo) : []));
    return [...effects, ...more];
  };

  const taken = (upTo: number): readonly SocketEffect[] => {
    const stanzas = waiting.splice(0).map((xml, i) => ({ n: upTo - i, xml }));
    return feed({ type: 'taken', stanzas, upTo, more: false });
  };
  let released = state.released;

  feed({ type: 'wake' });
  return {
    feed,
    log,
    state: () => state,
    at(ms: number): readonly SocketEffect[] {
      now = ms;
      return feed({ type: 'wake' });
    },
    later(ms: number): void {
      now = ms;
    },
    say: (text: string | undefined): readonly SocketEffect[] =>
      feed({ type: 'frame', link: state.link, text }),
    connect: (protocol = 'xmpp'): readonly SocketEffect[] =>
      feed({ type: 'connected', link: state.link, protocol }),
    lose: (): readonly SocketEffect[] => feed({ type: 'lost', link: state.link, error: cut }),
    send(...xmls: readonly string[]): readonly SocketEffect[] {
      waiting.push(...xmls);
      released += xmls.length;
      return feed({ type: 'released', upTo: released });
    },
  };
};

export type Played = ReturnType<typeof play>;

/** Logged in up to the features after the restart. */
export const restarted = (played: Played, features = OFFER): readonly SocketEffect[] => {
  played.connect();
  played.feed({ type: 'restart' });
  return played.say(features);
};

/** Online, with a managed stream. */
export const managed = (changes: Partial<SocketSettings> = {}): Played => {
  const played = play(undefined, changes);
  restarted(played);
  played.feed({ type: 'online', jid: JID, polling: true });
  played.say(ENABLED);
  return played;
};

/** Online, without management. */
export const unmanaged = (changes: Partial<SocketSettings> = {}): Played => {
  const played = play(undefined, changes);
  restarted(played, PLAIN_FEATURES);
  played.feed({ type: 'online', jid: JID, polling: true });
  return played;
};

/** A page that has found a kept stream, and has dialled. */
export const reloaded = (found: Partial<RestoredStream> = {}): Played =>
  play(resuming(settings, { ...restored, ...found }, 1_000));
