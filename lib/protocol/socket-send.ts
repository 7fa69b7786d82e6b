import { element, type XmlElement } from '../xml/element.js';
import { delayed } from './delay.js';
import { closeFrame } from './framing.js';
import { NS } from './ns.js';
import {
  chain,
  frame,
  type SocketEffect,
  type SocketEvent,
  type SocketState,
  type SocketTransition,
  to,
} from './socket-state.js';
import { answerFrame, counted, enableFrame, renewed, requestFrame, sentOf } from './stream-management.js';

type Stanzas = readonly { readonly xml: string; readonly at: number }[];

/** So many stanzas may be on their way without management before the server is asked whether they have come. */
const UNMANAGED_LIMIT = 64;

const ping = (to_: string, id: string): XmlElement =>
  element('iq', NS.CLIENT, { type: 'get', id, to: to_ }, [element('ping', NS.PING)]);

/** Asks the server for its count; where streams are not managed for a sign of life, which shows what has arrived before. */
export const probe = (state: SocketState, at: number): SocketTransition => {
  const { to: domain, pingId } = state.settings;
  const asked = { ...state, asking: sentOf(state.sm), askedAt: state.askedAt ?? at };
  return to(asked, frame(state.managing === 'on' ? requestFrame() : ping(domain, pingId).toString()));
};

/** The same when something has left, and it is not being asked already. */
const ask = (state: SocketState, at: number): SocketTransition => {
  const enough = state.managing === 'on' ? 1 : UNMANAGED_LIMIT;
  return state.asking !== undefined || state.sm.unacked.length < enough ? to(state) : probe(state, at);
};

/** Puts stanzas on the wire, one frame each. */
const send = (state: SocketState, stanzas: Stanzas, at: number): SocketTransition => {
  if (stanzas.length === 0) return to(state);
  const sent = to({ ...state, sm: counted(state.sm, stanzas) }, ...stanzas.map(({ xml }) => frame(xml)));
  return chain(sent, (next) => ask(next, at));
};

/** What an older stream had not acknowledged goes out on this one, with a note of its age (XEP-0198 §5). */
export const carryOn = (state: SocketState, at: number): SocketTransition => {
  const unacked = state.sm.unacked.map((one) => ({ ...one, xml: delayed(one.xml, one.at) }));
  const sent = to({ ...state, sm: { ...state.sm, unacked } }, ...unacked.map(({ xml }) => frame(xml)));
  return chain(sent, (next) => ask(next, at));
};

/** The session is usable. A resumed stream repeats what the server has not got; a new one is to be managed first. */
export const online = (state: SocketState, jid: string, at: number): SocketTransition => {
  const next: SocketState = { ...state, phase: 'online', jid, lostAt: undefined, failures: 0, lookAt: at };
  const ready: SocketEffect = { type: 'ready' };
  if (state.managing === 'on') {
    const again = state.sm.unacked.map(({ xml }) => frame(xml));
    return chain(to(next, ready, ...again), (now) => ask(now, at));
  }
  if (state.offered) return to({ ...next, managing: 'enabling' }, ready, frame(enableFrame()));
  const fresh = { ...next, sm: renewed(state.sm, undefined, undefined) };
  return chain(to(fresh, ready), (now) => carryOn(now, at));
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
  to({ ...state, owedAt: undefined }, ...(state.managing === 'on' ? [frame(answerFrame(state.sm))] : []));
