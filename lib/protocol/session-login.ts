import { element, type XmlElement } from '../xml/element.js';
import { isFullJid } from '../xml/jid.js';
import { AuthError, StreamError } from './errors.js';
import * as NS from './ns.js';
import { readSaslFailure } from './sasl-failure.js';
import { chooseMechanism } from './sasl-mechanisms.js';
import { refusalOf, type SaslInput, type SaslStep, startSasl, stepSasl } from './sasl.js';
import {
  fail,
  settle,
  type LoginPlan,
  type SessionEffect,
  type SessionState,
  type SessionTransition,
  tell,
  to,
} from './session-state.js';
import { readStanzaError } from './stanza.js';
import type { Status } from './status.js';

const sayByHandshake = (name: string, data: string, mechanism?: string): SessionEffect =>
  tell({ type: 'handshake', element: element(name, NS.SASL, { mechanism }, [data]) });

const followSasl = (state: SessionState, { state: sasl, effect }: SaslStep): SessionTransition => {
  const next = { ...state, sasl };
  switch (effect.type) {
    case 'initial':
      return to(next, sayByHandshake('auth', effect.data, effect.mechanism));
    case 'respond':
      return to(next, sayByHandshake('response', effect.data));
    case 'prove':
    case 'ask':
      return to(next, effect);
    case 'succeed': {
      const learned: readonly SessionEffect[] = effect.keys ? [{ type: 'learned', keys: effect.keys }] : [];
      return to({ ...next, phase: 'restarting', authenticated: true }, ...learned, tell({ type: 'restart' }));
    }
    case 'fail':
      return fail(next, 'auth', effect.error);
  }
};

/** The server's mechanisms are known: the strongest usable one is begun. RFC 6120 §6.3.3. */
const authenticate = (state: SessionState, plan: LoginPlan, features: XmlElement): SessionTransition => {
  const offered = features.child('mechanisms', NS.SASL)?.childrenOf('mechanism') ?? [];
  const mechanism = chooseMechanism(
    offered.map(({ text }) => text.trim()),
    plan,
  );
  if (mechanism instanceof AuthError) return fail(state, 'auth', mechanism);
  const begun = followSasl(
    { ...state, phase: 'authenticating' },
    startSasl(mechanism, plan.credentials, plan.nonce),
  );
  if (begun.state.phase === 'ending') return begun;
  const status: Status = { type: 'authenticating', mechanism: mechanism.name };
  // While a session is being resumed the app hears of that alone.
  const told: readonly SessionEffect[] = state.interrupted ? [] : [{ type: 'status', status }];
  return to(begun.state, ...told, ...begun.effects);
};

const iq = (id: string, child: XmlElement): XmlElement =>
  element('iq', NS.CLIENT, { type: 'set', id }, [child]);

/** The server offers to bind a resource; the app may want to say when. */
const offerBinding = (state: SessionState, plan: LoginPlan, features: XmlElement): SessionTransition => {
  if (!features.child('bind', NS.BIND)) {
    const missing = new StreamError('bind-missing', 'The server does not offer resource binding');
    return fail(state, 'connect', missing);
  }
  const session = features.child('session', NS.SESSION);
  const established = !session || session.child('optional') !== undefined;
  const next: SessionState = { ...state, sessionNeeded: !established };
  if (!plan.bindWhenTold) return bind(next, plan);
  // The app's time is its own: the login may take as long as it likes.
  const waiting: SessionState = { ...next, phase: 'bindable', wakeAt: undefined };
  return to(waiting, { type: 'status', status: { type: 'binding', features } }, tell({ type: 'listen' }));
};

/** RFC 6120 §7: the server names the resource unless we ask for one. */
const bind = (state: SessionState, plan: LoginPlan): SessionTransition => {
  const { resource } = plan;
  const wish = resource === undefined ? [] : [element('resource', NS.BIND, {}, [resource])];
  const request = iq(plan.iqId, element('bind', NS.BIND, {}, wish));
  return to({ ...state, phase: 'binding' }, tell({ type: 'handshake', element: request }));
};

/** The app wants the resource bound now. At any other time it has nothing to say. */
export const bindNow = (state: SessionState, at: number): SessionTransition =>
  state.phase === 'bindable' && state.plan.how === 'login'
    ? bind({ ...state, wakeAt: at + state.plan.timeoutMs }, state.plan)
    : to(state);

const bound = (state: SessionState, plan: LoginPlan, answer: XmlElement): SessionTransition => {
  if (answer.attrs['type'] === 'error') return refused(state, answer);
  const jid = answer.child('bind', NS.BIND)?.child('jid', NS.BIND)?.text.trim();
  if (jid === undefined || !isFullJid(jid)) {
    return fail(state, 'connect', new StreamError('protocol-violation', 'The server bound no full JID'));
  }
  if (!state.sessionNeeded) return settle(state, jid, plan.polling);
  const request = iq(`${plan.iqId}-s`, element('session', NS.SESSION));
  return to({ ...state, phase: 'establishing', jid }, tell({ type: 'handshake', element: request }));
};

const refused = (state: SessionState, answer: XmlElement): SessionTransition =>
  fail(state, 'connect', readStanzaError(answer));

const sasl = (state: SessionState, answer: XmlElement): SessionTransition => {
  if (!state.sasl || state.phase !== 'authenticating') return to(state);
  const data = answer.text.trim();
  switch (answer.name) {
    case 'challenge':
      return followSasl(state, stepSasl(state.sasl, { type: 'challenge', data }));
    case 'success':
      return followSasl(state, stepSasl(state.sasl, { type: 'success', data }));
    case 'failure':
      return fail(state, 'auth', readSaslFailure(answer, refusalOf(state.sasl)));
    default:
      return to(state, tell({ type: 'listen' }));
  }
};

/** A login's next step, taken when the server says something; undefined when it was not about the login. */
export const loginStep = (
  state: SessionState,
  plan: LoginPlan,
  answer: XmlElement,
): SessionTransition | undefined => {
  const id = answer.name === 'iq' ? answer.attrs['id'] : undefined;
  if (answer.name === 'features' && answer.ns === NS.STREAM) {
    if (state.phase === 'opening') return authenticate(state, plan, answer);
    if (state.phase === 'restarting') return offerBinding(state, plan, answer);
    return to(state);
  }
  if (answer.ns === NS.SASL) return sasl(state, answer);
  if (state.phase === 'binding' && id === plan.iqId) return bound(state, plan, answer);
  if (state.phase === 'establishing' && id === `${plan.iqId}-s`) {
    return answer.attrs['type'] === 'error' ? refused(state, answer) : settle(state, state.jid, plan.polling);
  }
  return undefined;
};

/** What the login has asked for is there. It comes too late when the login has been called off. */
export const supplied = (state: SessionState, input: SaslInput): SessionTransition =>
  state.sasl && state.phase === 'authenticating' ? followSasl(state, stepSasl(state.sasl, input)) : to(state);
