import { redeliver, type XmlElement } from '../xml/element.js';
import { StreamError, TransportError } from './errors.js';
import { closeFrame, elsewhere, readFrame } from './framing.js';
import * as NS from './ns.js';
import { close, elsewhereOf, lost } from './socket-link.js';
import { told, usable } from './socket-send.js';
import { chain, frame, type SocketState, type SocketTransition, to } from './socket-state.js';
import { isResponse } from './stanza.js';
import {
  acknowledged,
  arrivedUpTo,
  handledUpTo,
  renewed,
  resumeFrame,
  tooHighFrame,
} from './stream-management.js';
import type { Ref } from './stream.js';
import { readStreamError } from './stream-error.js';

/** What is no stanza of a managed stream has no number. */
const UNCOUNTED: Ref = { rid: 0, index: 0 };

const features = (state: SocketState, element: XmlElement): SocketTransition => {
  const offered = state.settings.management && element.child('sm', NS.SM) !== undefined;
  const next = { ...state, offered };
  if (offered && state.restarted && state.sm.id !== undefined) {
    return to({ ...next, managing: 'resuming', held: element }, frame(resumeFrame(state.sm)));
  }
  return to(next, { type: 'element', element, ref: UNCOUNTED });
};

const acknowledge = (state: SocketState, h: string | undefined): SocketTransition => {
  const sm = acknowledged(state.sm, h);
  if (sm) return to({ ...state, sm });
  const message = 'The server acknowledges more than it was sent';
  const error = new StreamError('handled-count-too-high', message);
  return chain(to(state, frame(tooHighFrame(state.sm, h ?? '')), frame(closeFrame())), (next) =>
    close(next, error),
  );
};

const counted = (state: SocketState, h: string | undefined, at: number): SocketTransition =>
  chain(acknowledge(state, h), (next) => (next.phase === 'closed' ? to(next) : told(next, at)));

const enabled = (state: SocketState, { attrs }: XmlElement, at: number): SocketTransition => {
  if (state.managing !== 'enabling') return to(state);
  const resumable = attrs['resume'] === 'true' || attrs['resume'] === '1';
  const max = /^\d{1,9}$/.test(attrs['max'] ?? '') ? Number(attrs['max']) : undefined;
  const sm = renewed(state.sm, resumable ? attrs['id'] : undefined, max);
  return usable({ ...state, managing: 'on', received: sm.handled, sm }, at);
};

const resumed = (state: SocketState, { attrs }: XmlElement): SocketTransition => {
  if (state.managing !== 'resuming') return to(state);
  const { handled } = state.sm;
  const fresh = { managing: 'on', resumption: 'resumed', held: undefined, received: handled } as const;
  const next: SocketState = { ...state, ...fresh };
  return chain(acknowledge(next, attrs['h']), (now) =>
    now.phase === 'closed' ? to(now) : to(now, { type: 'resumed', jid: now.jid as string }),
  );
};

/** Reasons for a refusal that may pass, so that the session may still be there. */
const PASSING = ['internal-server-error', 'remote-server-timeout', 'resource-constraint'];

/** How many times in a row a resumption is tried once more for such a reason. */
const MOST_REFUSALS = 3;

const mayPass = ({ failures }: SocketState, failed: XmlElement): boolean =>
  failures < MOST_REFUSALS &&
  failed.children.some(({ name, ns }) => ns === NS.STANZAS && PASSING.includes(name));

/** No management, or no stream to resume: then what was not acknowledged goes out anew on the next one. */
const refused = (state: SocketState, failed: XmlElement, at: number): SocketTransition => {
  if (state.managing === 'enabling') {
    const sm = renewed(state.sm, undefined, undefined);
    return usable({ ...state, managing: 'no', offered: false, sm }, at);
  }
  if (state.managing !== 'resuming' || !state.held) return to(state);
  if (mayPass(state, failed)) {
    return lost(state, new TransportError('closed', 'The server can not resume the session now'), at);
  }
  const sm = acknowledged(state.sm, failed.attrs['h']) ?? state.sm;
  const fresh = { managing: 'no', resumption: 'refused', held: undefined, repeating: false } as const;
  const next: SocketState = { ...state, ...fresh, sm };
  return to(next, { type: 'element', element: state.held, ref: UNCOUNTED });
};

const management = (state: SocketState, element: XmlElement, at: number): SocketTransition => {
  switch (element.name) {
    case 'r':
      return to(state.managing === 'on' ? { ...state, owedAt: state.owedAt ?? at } : state);
    case 'a':
      return state.managing === 'on' ? counted(state, element.attrs['h'], at) : to(state);
    case 'enabled':
      return enabled(state, element, at);
    case 'resumed':
      return resumed(state, element);
    case 'failed':
      return refused(state, element, at);
    default:
      return to(state);
  }
};

/** The server ends the stream. It is answered in kind, unless this is the answer (RFC 7395 §3.6). */
const ended = (state: SocketState, element: XmlElement): SocketTransition => {
  const uri = elsewhere(element, state.settings.secure);
  const error =
    uri === undefined
      ? new TransportError('closed', 'The server has closed the stream')
      : new StreamError('see-other-uri', 'The server asks to connect elsewhere', uri);
  const answer = state.parting ? [] : [frame(closeFrame())];
  const there = elsewhereOf(state, error);
  return there === undefined
    ? chain(to(state, ...answer), (next) => close(next, error))
    : to({ ...state, moving: error as StreamError }, ...answer, { type: 'move', uri: there });
};

/**
 * Whether a stream error is one of the stream that was to be resumed, and no reason against a new session: it comes with the
 * refusal, as when the server has had to keep more than it could; or the server has gone on with half a frame of the
 * connection that was cut, as Prosody does, and so finds what follows not well-formed.
 */
const isOfOldStream = ({ phase, resumption }: SocketState, { condition }: StreamError): boolean =>
  phase === 'linking'
    ? resumption === 'refused'
    : phase === 'online' && resumption === 'resumed' && condition === 'not-well-formed';

const broken = (state: SocketState, error: StreamError, at: number): SocketTransition =>
  chain(to(state, frame(closeFrame())), (next) =>
    isOfOldStream(state, error)
      ? lost(next, new TransportError('closed', error.message), at)
      : close(next, error),
  );

/** The server answers in order: what left before its ping has arrived (RFC 6120 §10.1). */
const ponged = (state: SocketState): SocketTransition => {
  const { asking, sm } = state;
  return to({ ...state, asking: undefined, sm: asking === undefined ? sm : arrivedUpTo(sm, asking) });
};

const stanza = (state: SocketState, element: XmlElement): SocketTransition => {
  if (isResponse(element) && element.attrs['id'] === state.settings.pingId) return ponged(state);
  const isCounted = state.managing === 'on' && element.ns === NS.CLIENT;
  if (!isCounted) return to(state, { type: 'element', element, ref: UNCOUNTED });
  const received = state.received + 1;
  const given = state.repeating ? redeliver(element) : element;
  const next = { ...state, received, repeating: false };
  return to(next, { type: 'element', element: given, ref: { rid: received, index: 0 } });
};

const understood = (state: SocketState, element: XmlElement, at: number): SocketTransition => {
  const { name, ns } = element;
  if (ns === NS.FRAMING) return name === 'close' ? ended(state, element) : to(state);
  if (ns === NS.SM) return management(state, element, at);
  if (ns !== NS.STREAM) return stanza(state, element);
  if (name === 'features') return features(state, element);
  return name === 'error' ? broken(state, readStreamError(element), at) : to(state);
};

/** One frame of the server (RFC 7395 §3.3). */
export const received = (state: SocketState, text: string | undefined, at: number): SocketTransition => {
  const element = readFrame(text);
  if (!element) {
    return lost(state, new TransportError('closed', 'The server sent what is no XML', 0, 'bad-answer'), at);
  }
  return understood({ ...state, heardAt: at, askedAt: undefined }, element, at);
};

/** The app is done with a stanza, and that is kept: from now on the server may forget it. */
export const handled = (state: SocketState, { rid }: Ref): SocketTransition =>
  to(rid > 0 ? { ...state, sm: handledUpTo(state.sm, rid) } : state);
