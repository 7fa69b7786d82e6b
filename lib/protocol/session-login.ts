import { element, type XmlElement } from '../xml/element.js';
import { isFullJid } from '../xml/jid.js';
import { StanzaError, StreamError } from './errors.js';
import { NS } from './ns.js';
import { readSaslFailure } from './sasl-failure.js';
import { chooseMechanism, type NextStep, startSasl, stepSasl } from './sasl.js';
import {
  fail,
  settle,
  type LoginPlan,
  type SessionState,
  type SessionTransition,
  tell,
  to,
} from './session-state.js';
import { readStanzaError } from './stanza.js';

const followSasl = (state: SessionState, { state: sasl, effect }: NextStep): SessionTransition => {
  const next = { ...state, sasl };
  switch (effect.type) {
    case 'respond':
      return to(next, tell({ type: 'handshake', element: element('response', NS.SASL, {}, [effect.data]) }));
    case 'prove':
      return to(next, { type: 'prove', request: effect.request });
    case 'succeed':
      return to({ ...next, phase: 'restarting', authenticated: true }, tell({ type: 'restart' }));
    case 'fail':
      return fail(next, 'auth', effect.error);
  }
};

/** The server's mechanisms are known: the strongest usable one is begun. RFC 6120 §6.3.3. */
const authenticate = (state: SessionState, plan: LoginPlan, features: XmlElement): SessionTransition => {
  const offered = features.child('mechanisms', NS.SASL)?.childrenOf('mechanism') ?? [];
  const { anonymous, plainAllowed, mechanisms } = plan;
  const names = offered.map(({ text }) => text.trim());
  const mechanism = chooseMechanism(names, { anonymous, plainAllowed, ...(mechanisms && { mechanisms }) });
  if (typeof mechanism !== 'string') return fail(state, 'auth', mechanism);
  const { state: sasl, effect } = startSasl(mechanism, plan.credentials, plan.nonce);
  if (effect.type === 'fail') return fail(state, 'auth', effect.error);
  const auth = element('auth', NS.SASL, { mechanism }, [effect.data]);
  return to(
    { ...state, phase: 'authenticating', sasl },
    { type: 'status', status: { type: 'authenticating', mechanism } },
    tell({ type: 'handshake', element: auth }),
  );
};

const iq = (id: string, child: XmlElement): XmlElement =>
  element('iq', NS.CLIENT, { type: 'set', id }, [child]);

/** RFC 6120 §7: the server names the resource unless we ask for one. */
const bind = (state: SessionState, plan: LoginPlan, features: XmlElement): SessionTransition => {
  if (!features.child('bind', NS.BIND)) {
    return fail(
      state,
      'connect',
      new StreamError('bind-missing', 'The server does not offer resource binding'),
    );
  }
  const { resource } = plan;
  const wish = resource === undefined ? [] : [element('resource', NS.BIND, {}, [resource])];
  const session = features.child('session', NS.SESSION);
  const established = !session || session.child('optional') !== undefined;
  const request = iq(plan.iqId, element('bind', NS.BIND, {}, wish));
  const next: SessionState = { ...state, phase: 'binding', sessionNeeded: !established };
  return to(next, tell({ type: 'handshake', element: request }));
};

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

const refused = (state: SessionState, answer: XmlElement): SessionTransition => {
  const { condition, text, retryable } = readStanzaError(answer);
  return fail(state, 'connect', new StanzaError(condition, text, answer, retryable));
};

const sasl = (state: SessionState, answer: XmlElement): SessionTransition => {
  if (!state.sasl || state.phase !== 'authenticating') return to(state);
  const data = answer.text.trim();
  switch (answer.name) {
    case 'challenge':
      return followSasl(state, stepSasl(state.sasl, { type: 'challenge', data }));
    case 'success':
      return followSasl(state, stepSasl(state.sasl, { type: 'success', data }));
    case 'failure':
      return fail(state, 'auth', readSaslFailure(answer));
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
    if (state.phase === 'restarting') return bind(state, plan, answer);
    return to(state);
  }
  if (answer.ns === NS.SASL) return sasl(state, answer);
  if (state.phase === 'binding' && id === plan.iqId) return bound(state, plan, answer);
  if (state.phase === 'establishing' && id === `${plan.iqId}-s`) {
    return answer.attrs['type'] === 'error' ? refused(state, answer) : settle(state, state.jid, plan.polling);
  }
  return undefined;
};

/** The proof that the login needs has been computed. It comes too late when the login has been called off. */
export const proved = (state: SessionState, proof: Parameters<typeof stepSasl>[1]): SessionTransition =>
  state.sasl && state.phase === 'authenticating' ? followSasl(state, stepSasl(state.sasl, proof)) : to(state);
