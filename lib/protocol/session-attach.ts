import { element, type XmlElement } from '../xml/element.js';
import { bareJid, domainOf, isFullJid, sameBareJid, sameJid } from '../xml/jid.js';
import { type SessionError, StropheSessionError, TimeoutError } from './errors.js';
import { expired } from './expired.js';
import * as NS from './ns.js';
import {
  type AttachPlan,
  fail,
  onlineStatus,
  resume,
  type SessionState,
  type SessionTransition,
  tell,
  to,
} from './session-state.js';
import { isResponse, mayAnswer } from './stanza.js';

/** How long the proof may come after its request was answered without it. */
const LATE_MS = 5_000;

/** Asks the domain for a sign of life in a request id that the server has never seen (XEP-0199). */
export const probe = (state: SessionState, plan: AttachPlan): SessionTransition => {
  const to_ = domainOf(plan.tokens.jid);
  const ping = element('iq', NS.CLIENT, { type: 'get', id: plan.iqId, to: to_ }, [element('ping', NS.PING)]);
  // Tokens from elsewhere may be wrong; another guess with those could end the session of somebody else.
  const again = plan.how === 'restore';
  return to({ ...state, phase: 'probing' }, tell({ type: 'probe', element: ping, again }));
};

/** Whether this answers our probe. An error does too: it proves that the request was processed. */
export const isProof = (answer: XmlElement, { iqId, tokens }: AttachPlan): boolean =>
  isResponse(answer) &&
  answer.attrs['id'] === iqId &&
  mayAnswer(answer.attrs['from'], domainOf(tokens.jid), tokens.jid);

/** The full JID that the proof speaks of; undefined when it is not ours. */
const provenJid = (proof: XmlElement, jid: string): string | undefined => {
  const { to } = proof.attrs;
  if (to === undefined || sameJid(to, jid)) return jid;
  if (!sameBareJid(to, jid)) return undefined;
  if (!isFullJid(to)) return jid;
  return isFullJid(jid) ? undefined : to;
};

/** What has arrived and waits for the proof is looked through for it. */
export const seen = (
  state: SessionState,
  plan: AttachPlan,
  elements: readonly XmlElement[],
  probed: boolean,
  at: number,
): SessionTransition => {
  const proof = elements.find((one) => isProof(one, plan));
  if (proof) {
    const jid = provenJid(proof, plan.tokens.jid);
    if (jid !== undefined) return resume(state, jid);
    const message = `The session belongs to ${String(proof.attrs['to'])}, not to ${bareJid(plan.tokens.jid)}`;
    return fail(state, 'attach', new StropheSessionError('jid-mismatch', message));
  }
  const listen = tell({ type: 'listen' });
  if (!probed || state.probed) return to(state, listen);
  const late = at + LATE_MS;
  const wakeAt = state.wakeAt !== undefined && state.wakeAt < late ? state.wakeAt : late;
  return to({ ...state, probed: true, wakeAt }, listen);
};

/** A session that had to be gone, and gives no sign of life, has expired. */
export const overdue = (state: SessionState, error: SessionError): SessionError => {
  const { plan } = state;
  const silent = error.condition === 'item-not-found' || error.condition === 'timeout';
  if (plan.how === 'login' || plan.overdue !== true || !silent || state.phase === 'online') return error;
  return expired(0, error);
};

/** The proof did not come in time. */
export const unproven = (state: SessionState): SessionTransition =>
  fail(
    state,
    'attach',
    overdue(
      state,
      state.probed
        ? new StropheSessionError(
            'stale',
            'The server answered, but not what was asked: the tokens are too old',
          )
        : new TimeoutError('The server did not confirm the session in time'),
    ),
  );

/** An answer is overdue, or has come after all. */
export const stall = (state: SessionState, stalled: boolean): SessionTransition => {
  const next = { ...state, stalled };
  return state.phase === 'online' ? to(next, onlineStatus(next)) : to(next);
};
