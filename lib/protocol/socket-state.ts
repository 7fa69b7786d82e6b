import type { XmlElement } from '../xml/element.js';
import type { Taken } from './bosh-state.js';
import type { SessionError, StreamError, TransportError } from './errors.js';
import type { StreamManagement } from './stream-management.js';
import type { Leftovers, Ref } from './stream.js';

/** What the client was told by its user. Times in ms. */
export interface SocketSettings {
  readonly to: string;
  readonly lang: string;
  /** Whether the service is one of `wss:`, which no redirect may leave. */
  readonly secure: boolean;
  /** Whether stream management is asked for where it is offered (XEP-0198). */
  readonly management: boolean;
  /** How long it may take from dialling until the session is online. */
  readonly dialMs: number;
  /** After so much silence the server is asked for a sign of life; 0: never. */
  readonly quietMs: number;
  /** How long it may take to answer that. */
  readonly answerMs: number;
  /** How long a goodbye may take. */
  readonly disconnectMs: number;
  /** What the jitter of retries is made from. */
  readonly seed: number;
  /** Id of the ping that asks for a sign of life where there is no stream management. */
  readonly pingId: string;
}

/** How far stream management has come on this connection. */
export type Managing = 'no' | 'resuming' | 'enabling' | 'on';

/** The client's half of an XMPP stream over WebSockets, one after the other. */
export interface SocketState {
  /**
   * `waiting` to dial, `linking` until the session is online, `online`, `closing` once goodbye is to be said, `closed`.
   */
  readonly phase: 'waiting' | 'linking' | 'online' | 'closing' | 'closed';
  readonly settings: SocketSettings;
  /** Number of the present connection, or of the last one. */
  readonly link: number;
  /** Whether that can carry frames. */
  readonly connected: boolean;
  readonly linkedAt: number;
  /** The full JID, once there is one. */
  readonly jid: string | undefined;
  readonly sm: StreamManagement;
  readonly managing: Managing;
  /** The stream has been started anew after authentication. */
  readonly restarted: boolean;
  /** The server offers stream management. */
  readonly offered: boolean;
  /** What it has said, on this connection, to the wish to resume a stream. */
  readonly resumption: 'none' | 'refused' | 'resumed';
  /** Features that the session hears of only if the stream can not be resumed. */
  readonly held: XmlElement | undefined;
  /** Number of the last stanza of the server on this connection. */
  readonly received: number;
  /** The next stanza of the server may have been dispatched before, in a page that was killed. */
  readonly repeating: boolean;
  readonly paused: boolean;
  /** Queue numbers up to `released` may leave, up to `moved` have left the queue. */
  readonly released: number;
  readonly moved: number;
  /** Stanzas have been asked for and are on their way. */
  readonly taking: boolean;
  /** When the server last said something. */
  readonly heardAt: number;
  /** When to look whether it has been quiet for too long. */
  readonly lookAt: number;
  /** When it was asked for something, as long as nothing has come since. */
  readonly askedAt: number | undefined;
  /** When it is to be asked for its count, since something has left. */
  readonly askAt: number | undefined;
  /** It has been asked for its count, and how many of ours there were then. */
  readonly asking: number | undefined;
  /** What it was told last that we have handled. */
  readonly answered: number;
  /** Since when it waits for our count. */
  readonly owedAt: number | undefined;
  /** Since when there is no session to be used, though it may live; undefined while there is one, or none at all. */
  readonly lostAt: number | undefined;
  readonly failures: number;
  /** How many times in a row the resumption has been sent on to another address, and why it is being so now. */
  readonly moves: number;
  readonly moving: StreamError | undefined;
  readonly retryAt: number;
  readonly farewell: readonly XmlElement[];
  /** Goodbye has been said. */
  readonly parting: boolean;
  readonly closingAt: number;
  /** When the machine wants to be woken; undefined: nothing depends on time. */
  readonly wakeAt: number | undefined;
}

export type SocketEvent =
  | { readonly type: 'connected'; readonly link: number; readonly protocol: string }
  /** One message; no text where it was a binary one. */
  | { readonly type: 'frame'; readonly link: number; readonly text: string | undefined }
  | { readonly type: 'lost'; readonly link: number; readonly error: TransportError }
  | {
      readonly type: 'taken';
      readonly stanzas: readonly Taken[];
      readonly upTo: number;
      readonly more: boolean;
    }
  /** Whether the other address may be gone to. */
  | { readonly type: 'moved'; readonly may: boolean }
  | { readonly type: 'wake' };

export type SocketEffect =
  | { readonly type: 'dial'; readonly link: number }
  | { readonly type: 'frame'; readonly xml: string }
  | { readonly type: 'hangUp' }
  /** From now on connections are made there, if that is allowed. */
  | { readonly type: 'move'; readonly uri: string }
  /** Asks the queue for stanzas numbered up to `upTo`. */
  | { readonly type: 'take'; readonly upTo: number }
  | { readonly type: 'element'; readonly element: XmlElement; readonly ref: Ref }
  | { readonly type: 'ready' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'resumed'; readonly jid: string }
  | { readonly type: 'closed'; readonly error: SessionError | undefined; readonly leftovers: Leftovers };

export interface SocketTransition {
  readonly state: SocketState;
  readonly effects: readonly SocketEffect[];
}

/** A transition to `state` with `effects`. */
export const to = (state: SocketState, ...effects: readonly SocketEffect[]): SocketTransition => ({
  state,
  effects,
});

/** Goes on from where a transition led; effects add up in order. */
export const chain = (
  first: SocketTransition,
  next: (state: SocketState) => SocketTransition,
): SocketTransition => {
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
};

/** The effect that puts one frame on the wire. */
export const frame = (xml: string): SocketEffect => ({ type: 'frame', xml });
