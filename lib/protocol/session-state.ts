import type { XmlElement } from '../xml/element.js';
import { LimitError, type SessionError } from './errors.js';
import type { OwnMechanism, SaslCredentials } from './sasl-mechanisms.js';
import type { SaslEffect, SaslInput, SaslState } from './sasl-step.js';
import type { ScramKeys, ScramProofRequest } from './scram.js';
import type { Status } from './status.js';
import type { Incoming, Leftovers, Outgoing, Ref, SessionTokens } from './stream.js';

/** A login as it is to be made. Ids and nonce are random and used once. */
export interface LoginPlan {
  readonly how: 'login';
  readonly jid: string;
  readonly anonymous: boolean;
  readonly credentials: SaslCredentials;
  readonly resource: string | undefined;
  /** Mechanisms allowed, if not all; most wanted first. */
  readonly mechanisms: readonly (string | OwnMechanism)[] | undefined;
  readonly plainAllowed: boolean;
  readonly nonce: string;
  readonly iqId: string;
  /** Longest time a login may take, in ms. */
  readonly timeoutMs: number;
  /** A session of before is to be resumed after the login, if the server still has it. */
  readonly resumes?: boolean;
  /** Whether to keep a request with the server afterwards; false when the session is to be given away. */
  readonly polling: boolean;
  /** Whether the app says when the resource is to be bound. */
  readonly bindWhenTold: boolean;
}

/** A session that is to be taken over. */
export interface AttachPlan {
  readonly how: 'attach' | 'restore';
  readonly tokens: SessionTokens;
  /** Whether the session must prove itself before it counts as online. */
  readonly verify: boolean;
  /** Whether the server must have given the session up, by its own rules. */
  readonly overdue?: boolean;
  readonly iqId: string;
  /** Longest time the proof may take, in ms. */
  readonly timeoutMs: number;
}

export type Plan = LoginPlan | AttachPlan;

export type SessionPhase =
  | 'opening'
  | 'authenticating'
  | 'restarting'
  | 'bindable'
  | 'binding'
  | 'establishing'
  | 'settling'
  | 'probing'
  | 'online'
  | 'ending'
  | 'ended';

/** Why there is no session, and when that turned out: while connecting, logging in or attaching, or later. */
export interface Failure {
  readonly during: 'connect' | 'auth' | 'attach' | 'session';
  readonly error: SessionError;
}

/** One XMPP session, from its first word to its last. */
export interface SessionState {
  readonly phase: SessionPhase;
  readonly plan: Plan;
  readonly jid: string;
  /** How it came, or will come, to be online. */
  readonly how: 'connected' | 'attached' | 'restored' | 'resumed';
  /** It has been online, and its connection was lost since. */
  readonly interrupted: boolean;
  readonly sasl: SaslState | undefined;
  readonly authenticated: boolean;
  /** The server wants a session established after binding (RFC 3921 §3). */
  readonly sessionNeeded: boolean;
  readonly stalled: boolean;
  /** Stanzas that came before the session was ready for them. */
  readonly early: readonly { readonly element: XmlElement; readonly ref: Ref }[];
  /** Why the session is being ended, unless we were asked to. */
  readonly failure: Failure | undefined;
  /** When the machine wants to be woken (ms): its patience ends then. */
  readonly wakeAt: number | undefined;
  /** The proof's request has been answered, though without the proof. */
  readonly probed: boolean;
}

export type SessionEvent =
  | { readonly type: 'begin' }
  | Exclude<Incoming, { type: 'interrupted' }>
  /** The connection was lost; the login is made anew on the next one. Ids and nonce are used once. */
  | { readonly type: 'again'; readonly nonce: string; readonly iqId: string }
  | Extract<SaslInput, { type: 'proved' | 'replied' }>
  /** A computation that the login needs has failed. */
  | { readonly type: 'faulted'; readonly error: SessionError }
  /** A stanza has been given to the app; `answered` if the app has answered it, or will. */
  | {
      readonly type: 'dispatched';
      readonly element: XmlElement;
      readonly ref: Ref;
      readonly answered: boolean;
    }
  | { readonly type: 'disconnect'; readonly elements: readonly XmlElement[]; readonly upTo: number }
  | { readonly type: 'leave' }
  /** The app wants the resource bound now. */
  | { readonly type: 'bind' }
  /** The session is to be left with the server for so many seconds. */
  | { readonly type: 'park'; readonly seconds: number }
  /** The network may be back; `anew`: it was gone. */
  | { readonly type: 'retry'; readonly anew?: boolean }
  /** It is `due`, in ms; the clock may say that it is earlier. */
  | { readonly type: 'wake'; readonly due?: number };

export type SessionEffect =
  | { readonly type: 'tell'; readonly outgoing: Outgoing }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'prove'; readonly request: ScramProofRequest }
  /** The app's own mechanism is asked. */
  | Extract<SaslEffect, { type: 'ask' }>
  /** A login by SCRAM has succeeded: these can take the place of the password. */
  | { readonly type: 'learned'; readonly keys: ScramKeys }
  | { readonly type: 'dispatch'; readonly element: XmlElement; readonly ref: Ref }
  | { readonly type: 'reply'; readonly element: XmlElement; readonly ref: Ref }
  /** Nothing comes after this. No `failure` when it was asked for. */
  | { readonly type: 'end'; readonly failure: Failure | undefined; readonly leftovers: Leftovers };

export interface SessionTransition {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export const to = (state: SessionState, ...effects: readonly SessionEffect[]): SessionTransition => ({
  state,
  effects,
});

export const tell = (outgoing: Outgoing): SessionEffect => ({ type: 'tell', outgoing });

/** Gives up: says goodbye if the session is ours, else leaves without a word, since the tokens may be somebody else's. */
export const fail = (
  state: SessionState,
  during: Failure['during'],
  error: SessionError,
): SessionTransition => {
  const failure: Failure = { during: state.interrupted && during === 'connect' ? 'session' : during, error };
  const ending: SessionState = { ...state, phase: 'ending', failure, wakeAt: undefined };
  const farewell: Outgoing =
    state.plan.how === 'login' ? { type: 'terminate', elements: [], upTo: 0 } : { type: 'detach' };
  return to(ending, tell(farewell));
};

/** The status of a session that is ready. */
export const onlineStatus = ({ how, jid, stalled }: SessionState): SessionEffect => ({
  type: 'status',
  status: { type: 'online', how, jid, resumed: how !== 'connected', stalled },
});

/** A login is done: the app hears of it when the transport has committed it. */
export const settle = (state: SessionState, jid: string, polling: boolean): SessionTransition =>
  to({ ...state, phase: 'settling', jid }, tell({ type: 'online', jid, polling }));

/** An attach is proven: it has been committed before, and its journal must come after the status. */
export const resume = (state: SessionState, jid: string): SessionTransition => {
  const online: SessionState = { ...state, phase: 'online', jid, wakeAt: undefined };
  return to(online, onlineStatus(online), tell({ type: 'online', jid, polling: true }));
};

/** The login is committed; what came early is given to the app now. */
export const announce = (state: SessionState): SessionTransition => {
  if (state.phase !== 'settling') return to(state);
  const online: SessionState = {
    ...state,
    phase: 'online',
    wakeAt: undefined,
    stalled: state.stalled && !state.interrupted,
    interrupted: false,
  };
  const { state: next, effects } = dispatchEarly(online);
  return to(next, onlineStatus(online), ...effects);
};

/** Gives the app the next stanza that came early: one at a time, so that each is committed before the next. */
export const dispatchEarly = (state: SessionState): SessionTransition => {
  const [first, ...early] = state.early;
  return first ? to({ ...state, early }, { type: 'dispatch', ...first }) : to(state);
};

/** In which part of its life a session is. */
export const during = ({ phase, plan, interrupted }: SessionState): Failure['during'] => {
  if (phase === 'online' || interrupted) return 'session';
  return plan.how === 'login' ? 'connect' : 'attach';
};

/** How many stanzas may come before the session is ready for them. */
export const MAX_EARLY = 1_000;

export const tooManyEarly = (state: SessionState): SessionTransition =>
  fail(state, during(state), new LimitError('too-many-early', 'Too much came before the session was open'));
