import { isRequest, defaultAnswer } from './stanza.js';
import type { XmlElement } from '../xml/element.js';
import { TimeoutError } from './errors.js';
import { isProof, overdue, probe, seen, unproven, stall } from './session-attach.js';
import { bindNow, loginStep, supplied } from './session-login.js';
import {
  announce,
  dispatchEarly,
  during,
  MAX_EARLY,
  tooManyEarly,
  fail,
  onlineStatus,
  type Plan,
  resume,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type SessionTransition,
  settle,
  tell,
  to,
} from './session-state.js';
import type { Incoming, Ref } from './stream.js';
import * as NS from './ns.js';

/** An event and when it happened (ms). */
export interface SessionMoment {
  readonly at: number;
  readonly event: SessionEvent;
}

const HOW = { login: 'connected', attach: 'attached', restore: 'restored' } as const;

export const newSession = (plan: Plan): SessionState => ({
  phase: 'opening',
  plan,
  how: HOW[plan.how],
  interrupted: false,
  jid: plan.how === 'login' ? plan.jid : plan.tokens.jid,
  sasl: undefined,
  authenticated: false,
  sessionNeeded: false,
  stalled: false,
  early: [],
  failure: undefined,
  wakeAt: undefined,
  probed: false,
});

const begin = (state: SessionState, at: number): SessionTransition => {
  const { plan } = state;
  const waiting: SessionState = { ...state, wakeAt: at + plan.timeoutMs };
  const how = plan.how === 'login' && plan.resumes ? 'restore' : plan.how;
  const connecting: SessionEffect = { type: 'status', status: { type: 'connecting', how } };
  if (plan.how === 'login') return to(waiting, connecting);
  const next = plan.verify ? probe(waiting, plan) : resume(waiting, plan.tokens.jid);
  return to(next.state, connecting, ...next.effects);
};

/** While a session is set up every element is a step of that; stanzas wait until it is done. */
const handleEarly = (state: SessionState, element: XmlElement, ref: Ref): SessionTransition => {
  const { plan } = state;
  const step = plan.how === 'login' ? loginStep(state, plan, element) : undefined;
  if (step) return to(step.state, tell({ type: 'handled', ref }), ...step.effects);
  const listen = tell({ type: 'listen' });
  if (element.ns === NS.CLIENT && state.early.length >= MAX_EARLY) return tooManyEarly(state);
  if (element.ns === NS.CLIENT) return to({ ...state, early: [...state.early, { element, ref }] }, listen);
  return to(state, tell({ type: 'handled', ref }), listen);
};

const handle = (state: SessionState, element: XmlElement, ref: Ref): SessionTransition => {
  const { phase, plan } = state;
  if (phase !== 'online' && phase !== 'ending') return handleEarly(state, element, ref);
  const ours = plan.how !== 'login' && isProof(element, plan);
  if (ours || element.ns !== NS.CLIENT) return to(state, tell({ type: 'handled', ref }));
  if (state.early.length > 0) return to({ ...state, early: [...state.early, { element, ref }] });
  return to(state, { type: 'dispatch', element, ref });
};

/** An iq that asks for an answer gets one, exactly once: ours, if the app gives none (RFC 6120 §8.2.3). */
const dispatched = (
  state: SessionState,
  event: Extract<SessionEvent, { type: 'dispatched' }>,
): SessionTransition => {
  const { element, ref, answered } = event;
  const { state: next, effects } = dispatchEarly(state);
  const rest = [tell({ type: 'handled', ref }), ...effects];
  if (answered || state.phase !== 'online' || !isRequest(element)) return to(next, ...rest);
  return to(next, { type: 'reply', element: defaultAnswer(element), ref }, ...rest);
};

const closed = (
  state: SessionState,
  { error, leftovers }: Extract<Incoming, { type: 'closed' }>,
): SessionTransition => {
  const lost =
    error && state.phase !== 'ending' ? { during: during(state), error: overdue(state, error) } : undefined;
  const failure = state.failure ?? lost;
  const undispatched = [...state.early.map(({ element }) => element), ...leftovers.undispatched];
  const ended: SessionState = { ...state, phase: 'ended', early: [], wakeAt: undefined };
  return to(ended, { type: 'end', failure, leftovers: { ...leftovers, undispatched } });
};

const disconnect = (
  state: SessionState,
  { elements, upTo }: Extract<SessionEvent, { type: 'disconnect' }>,
): SessionTransition => {
  if (state.phase === 'ending') return to(state);
  const ending: SessionState = { ...state, phase: 'ending', wakeAt: undefined };
  const status: SessionEffect = { type: 'status', status: { type: 'disconnecting' } };
  // A session that has not proven itself may be somebody else's: it is left alone.
  if (state.phase === 'probing') return to(ending, status, tell({ type: 'detach' }));
  const online = state.phase === 'online';
  const farewell = online ? { elements, upTo } : { elements: [], upTo: 0 };
  return to(ending, status, tell({ type: 'terminate', ...farewell }));
};

/** The login is made anew. What came early will come again, since nothing has been said to it yet. */
const again = (
  state: SessionState,
  { nonce, iqId }: Extract<SessionEvent, { type: 'again' }>,
): SessionTransition => {
  const { plan, phase } = state;
  if (plan.how !== 'login' || phase === 'ending') return to(state);
  const waits = phase === 'online';
  const interrupted = waits || state.interrupted;
  const next: SessionState = {
    ...state,
    ...{ interrupted, plan: { ...plan, nonce, iqId }, phase: 'opening', stalled: interrupted, early: [] },
    ...{ sasl: undefined, authenticated: false, sessionNeeded: false },
  };
  const effects = waits ? [onlineStatus(next)] : [];
  return to({ ...next, how: 'connected' }, ...effects);
};

/** The server goes on with a session of before: the app has no need to begin anew. */
const resumed = (state: SessionState, jid: string): SessionTransition => {
  if (state.plan.how !== 'login' || state.phase !== 'restarting') return to(state);
  const how = state.interrupted ? 'resumed' : 'restored';
  return settle({ ...state, how }, jid, state.plan.polling);
};

const wake = (state: SessionState, at: number): SessionTransition => {
  if (at < (state.wakeAt ?? Infinity)) return to(state);
  if (state.plan.how !== 'login') return unproven(state);
  return fail(state, 'connect', new TimeoutError('The login was not finished in time'));
};

/**
 * One turn of an XMPP session's machine: login or proof, then stanzas, then the end. Knows nothing of the transport.
 * RFC 6120 §4 to §8, XEP-0206 §5.
 */
export const stepSession = (state: SessionState, { event, at }: SessionMoment): SessionTransition => {
  if (state.phase === 'ended') return to(state);
  switch (event.type) {
    case 'begin':
      return begin(state, at);
    case 'element':
      return handle(state, event.element, event.ref);
    case 'seen':
      if (state.plan.how === 'login' || state.phase !== 'probing') return to(state);
      return seen(state, state.plan, event.elements, event.probed, at);
    case 'ready':
      return announce(state);
    case 'again':
      return again(state, event);
    case 'resumed':
      return resumed(state, event.jid);
    case 'stalled':
      return stall(state, event.stalled);
    case 'committed':
      return to(state);
    case 'closed':
      return closed(state, event);
    case 'proved':
    case 'replied':
      return supplied(state, event);
    case 'faulted':
      return state.phase === 'authenticating' ? fail(state, 'auth', event.error) : to(state);
    case 'dispatched':
      return dispatched(state, event);
    case 'disconnect':
      return disconnect(state, event);
    case 'leave':
      return to({ ...state, phase: 'ending', wakeAt: undefined }, tell({ type: 'detach' }));
    case 'bind':
      return bindNow(state, at);
    case 'park':
    case 'retry':
      return to(state, tell(event));
    case 'wake':
      return wake(state, at);
  }
};
