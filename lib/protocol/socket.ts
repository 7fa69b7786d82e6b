import { TransportError } from './errors.js';
import { openFrame } from './framing.js';
import { handled, received } from './socket-frames.js';
import { close, connected, dial, expiryOf, lost, moved } from './socket-link.js';
import { answer, online, part, probe, taken } from './socket-send.js';
import {
  chain,
  frame,
  type SocketEvent,
  type SocketState,
  type SocketTransition,
  to,
} from './socket-state.js';
import type { Outgoing } from './stream.js';

/** An event, or something that is to be sent, and when it happened (ms). */
export interface SocketMoment {
  readonly at: number;
  readonly event: SocketEvent | Outgoing;
}

/** How long a server may wait for our count, in ms: one answer does for all that comes within that time. */
const ANSWER_MS = 250;

/** The same while nothing leaves because of a pause. */
const PATIENCE_MS = 20_000;

/** Meanwhile the server keeps what we do not acknowledge: not too much, or it gives up. */
const MANY = 64;

const answerAfter = ({ paused, sm, answered }: SocketState): number =>
  paused ? PATIENCE_MS : sm.handled - answered < MANY ? ANSWER_MS : 0;

const terminate = (
  state: SocketState,
  event: Extract<Outgoing, { type: 'terminate' }>,
  at: number,
): SocketTransition => {
  if (state.phase === 'closing') return to(state);
  if (!state.connected) return close(state, undefined);
  const released = Math.max(state.released, event.upTo);
  return to({ ...state, phase: 'closing', farewell: event.elements, released, closingAt: at });
};

/** The network is back: a connection that waits to be made is made now, and one that stands is looked after. */
const retry = (state: SocketState, at: number): SocketTransition => {
  if (state.phase === 'waiting') return to({ ...state, retryAt: Math.min(state.retryAt, at) });
  const quiet = state.phase === 'online' && state.managing !== 'enabling' && state.askedAt === undefined;
  return quiet && !state.paused ? probe(state, at) : to(state);
};

const say = (state: SocketState, xml: string): SocketTransition =>
  state.connected ? to(state, frame(xml)) : to(state);

const outgoing = (state: SocketState, event: Outgoing, at: number): SocketTransition => {
  switch (event.type) {
    case 'handshake':
    case 'probe':
      return say(state, event.element.toString());
    case 'restart':
      return say({ ...state, restarted: true }, openFrame(state.settings.to, state.settings.lang));
    // There is nothing to be asked of a connection.
    case 'listen':
    case 'park':
      return to(state);
    case 'online':
      return online(state, event.jid, at);
    case 'released':
      return to({ ...state, released: Math.max(state.released, event.upTo) });
    case 'handled':
      return handled(state, event.ref);
    case 'paused':
      return to({ ...state, paused: event.paused });
    case 'retry':
      return retry(state, at);
    case 'terminate':
      return terminate(state, event, at);
    case 'detach':
      return close(state, undefined);
  }
};

const turn = (state: SocketState, { event, at }: SocketMoment): SocketTransition => {
  // Where there are two connections, the older one has nothing to say any more.
  if ('link' in event && event.link !== state.link) return to(state);
  switch (event.type) {
    case 'connected':
      return connected(state, event, at);
    case 'frame':
      return received(state, event.text, at);
    case 'lost':
      return state.phase === 'waiting' ? to(state) : lost(state, event.error, at);
    case 'moved':
      return moved(state, event.may, at);
    case 'taken':
      return taken(state, event, at);
    case 'wake':
      return to(state);
    default:
      return outgoing(state, event, at);
  }
};

const late = (message: string): TransportError => new TransportError('timeout', message);

const expired = (): TransportError =>
  new TransportError('expired', 'The server could not be reached again before it gave the session up');

const mayTake = ({ phase, paused, managing, released, moved, taking }: SocketState): boolean =>
  released > moved &&
  !taking &&
  managing !== 'enabling' &&
  (phase === 'closing' || (phase === 'online' && !paused));

/** When each thing is due that time brings about, and what it is. */
const agenda = (state: SocketState, at: number): readonly (readonly [number, () => SocketTransition])[] => {
  const { phase, settings, paused, heardAt, askAt, askedAt, owedAt, lookAt } = state;
  const { dialMs, answerMs, quietMs, disconnectMs } = settings;
  switch (phase) {
    case 'waiting':
      return [
        [expiryOf(state), () => close(state, expired())],
        [state.retryAt, () => dial(state, at)],
      ];
    case 'linking':
      return [
        [expiryOf(state), () => close(state, expired())],
        [state.linkedAt + dialMs, () => lost(state, late('The connection was not made in time'), at)],
      ];
    case 'closing':
      return [
        [state.parting || state.taking || state.released > state.moved ? Infinity : at, () => part(state)],
        [state.closingAt + disconnectMs, () => close(state, undefined)],
      ];
    default: {
      const quietAt = heardAt + quietMs;
      const look = (): SocketTransition =>
        quietAt <= at ? probe(state, at) : to({ ...state, lookAt: quietAt });
      return [
        [(owedAt ?? Infinity) + answerAfter(state), () => answer(state)],
        [(askedAt ?? Infinity) + answerMs, () => lost(state, late('The server gave no sign of life'), at)],
        [paused ? Infinity : (askAt ?? Infinity), () => probe(state, at)],
        [quietMs === 0 || paused || askedAt !== undefined ? Infinity : lookAt, look],
      ];
    }
  }
};

/** Does all that is due, then says when the next thing will be. */
const advance = (state: SocketState, at: number): SocketTransition => {
  if (state.phase === 'closed') return to(state);
  if (mayTake(state)) return to({ ...state, taking: true }, { type: 'take', upTo: state.released });
  const plans = agenda(state, at);
  const due = plans.find(([time]) => time <= at);
  if (due) return chain(due[1](), (next) => advance(next, at));
  const wakeAt = Math.min(...plans.map(([time]) => time));
  return to({ ...state, wakeAt: wakeAt === Infinity ? undefined : wakeAt });
};

/**
 * One turn of an XMPP stream's machine over WebSocket: connections, frames, stream management, signs of life, and the end.
 *
 * A connection that is lost is made anew for as long as the server keeps the stream; until it is resumed nothing new leaves,
 * then what the server has not got comes first. RFC 7395; XEP-0198; XEP-0199.
 */
export const stepSocket = (state: SocketState, moment: SocketMoment): SocketTransition => {
  if (state.phase === 'closed') return to(state);
  return chain(turn(state, moment), (next) => advance(next, moment.at));
};
