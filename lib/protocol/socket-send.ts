import { element, type XmlElement } from '../xml/element.js';
import { delayed } from './delay.js';
import { closeFrame } from './framing.js';
import * as NS from './ns.js';
import {
  chain,
  frame,
  type SocketEvent,
  type SocketState,
  type SocketTransition,
  to,
} from './socket-state.js';
import { answerFrame, counted, enableFrame, renewed, requestFrame, sentOf } from './stream-management.js';

type Stanzas = readonly { readonly xml: string; readonly at: number }[];

/** So many stanzas may be on their way without management before the server is asked whether they have come. */
const UNMANAGED_LIMIT = 64;

/**
 * How long after something has left the server is asked for its count, in ms. Not at once: a page is often left right after it
 * has said something, and an answer that meets a closed connection makes ejabberd hang, and lose the session.
 */
const ASK_MS = 250;

const ping = (to_: string, id: string): XmlElement =>
  element('iq', NS.CLIENT, { type: 'get', id, to: to_ }, [element('ping', NS.PING)]);

/** Asks the server for its count; where streams are not managed for a sign of life, which shows what has arrived before. */
export const probe = (state: SocketState, at: number): SocketTransition => {
  const { to: domain, pingId } = state.settings;
  const asked = { ...state, askAt: undefined, asking: sentOf(state.sm), askedAt: state.askedAt ?? at };
  return to(asked, frame(state.managing === 'on' ? requestFrame() : ping(domain, pingId).toString()));
};

/** The same in a while when something has left, and it is not being asked already; without management after a lot has. */
const ask = (state: SocketState, at: number): SocketTransition => {
  const { managing, asking, askAt, sm } = state;
  if (asking !== undefined || sm.unacked.length === 0) return to(state);
  if (managing === 'on') return to({ ...state, askAt: askAt ?? at + ASK_MS });
  return sm.unacked.length < UNMANAGED_LIMIT ? to(state) : probe(state, at);
};

/** Puts stanzas on the wire, one frame each. */
const send = (state: SocketState, stanzas: Stanzas, at: number): SocketTransition => {
  if (stanzas.length === 0) return to(state);
  const sent = to({ ...state, sm: counted(state.sm, stanzas) }, ...stanzas.map(({ xml }) => frame(xml)));
  return chain(sent, (next) => ask(next, at));
};

/** The server has said its count: if more has left since it was asked for, it will be asked again. */
export const told = (state: SocketState, at: number): SocketTransition =>
  ask({ ...state, asking: undefined }, at);

/** What an older stream had not acknowledged goes out on this one, with a note of its age (XEP-0198 §5). */
const carryOn = (state: SocketState, at: number): SocketTransition => {
  const unacked = state.sm.unacked.map((one) => ({ ...one, xml: delayed(one.xml, one.at) }));
  const sent = to({ ...state, sm: { ...state.sm, unacked } }, ...unacked.map(({ xml }) => frame(xml)));
  return chain(sent, (next) => ask(next, at));
};

/** A new stream is usable: it has been agreed how it is managed, if at all. */
export const usable = (state: SocketState, at: number): SocketTransition =>
  chain(to(state, { type: 'ready' }), (next) => carryOn(next, at));

/**
 * The session is there. A resumed stream repeats what the server has not got; a new one is to be managed first, since until
 * then it would not outlive its connection, nor its page.
 */
export const online = (state: SocketState, jid: string, at: number): SocketTransition => {
  const next: SocketState = {
    ...state,
    phase: 'online',
    jid,
    lostAt: undefined,
    failures: 0,
    moves: 0,
    lookAt: at,
  };
  if (state.managing === 'on') {
    const again = state.sm.unacked.map(({ xml }) => frame(xml));
    return chain(to(next, { type: 'ready' }, ...again), (now) => ask(now, at));
  }
  if (state.offered) return to({ ...next, managing: 'enabling' }, frame(enableFrame()));
  return usable({ ...next, sm: renewed(state.sm, undefined, undefined) }, at);
};

/** Stanzas have come out of the queue. */
export const taken = (
  state: SocketState,
  { stanzas, upTo }: Extract<SocketEvent, { type: 'taken' }>,
  at: number,
): SocketTransition =>
  send(
    { ...state, taking: false, moved: upTo },
    stanzas.map(({ xml }) => ({ xml, at })),
    at,
  );

/** Goodbye, and the count that tells the server what need not be kept (XEP-0198 §4, RFC 7395 §3.6). */
export const part = (state: SocketState): SocketTransition => {
  const words = state.farewell.map((word) => frame(word.toString()));
  const count = state.managing === 'on' ? [frame(answerFrame(state.sm))] : [];
  return to({ ...state, parting: true }, ...words, ...count, frame(closeFrame()));
};

/** Says what has been handled. */
export const answer = (state: SocketState): SocketTransition =>
  to({ ...state, owedAt: undefined, answered: state.sm.handled }, frame(answerFrame(state.sm)));
