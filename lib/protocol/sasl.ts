import { encodeBase64 } from './base64.js';
import { AuthError } from './errors.js';
import type { Mechanism, SaslCredentials } from './sasl-mechanisms.js';
import { anonymousMessage, bearerMessage, externalMessage, plainMessage } from './sasl-messages.js';
import { ask, reply, startOwn } from './sasl-own.js';
import { answer, conclude, prove, startScram, verify } from './sasl-scram.js';
import {
  fail,
  fromBase64,
  type SaslInput,
  type SaslState,
  type SaslStep,
  succeed,
  toBase64,
  unexpected,
} from './sasl-step.js';
import { unproven } from './scram.js';

export type { SaslInput, SaslQuestion, SaslState, SaslStep } from './sasl-step.js';

const OUTCOME: SaslState = { phase: 'outcome' };

/** The server's way to end a token's refusal: it wants to hear this first (RFC 7628 §3.2.3). */
const UNDERSTOOD = encodeBase64(Uint8Array.of(1));

/**
 * Begins a login.
 *
 * @param nonce Fresh and random for each login: printable ASCII without a comma. Only SCRAM uses it.
 */
export const startSasl = (mechanism: Mechanism, credentials: SaslCredentials, nonce: string): SaslStep => {
  const say = (message: string | AuthError, state?: SaslState): SaslStep => only(mechanism, message, state);
  switch (mechanism.kind) {
    case 'scram':
      return startScram(mechanism, credentials, nonce);
    case 'plain':
      return say(plainMessage(credentials, credentials.password));
    case 'xoauth2':
      return say(plainMessage(credentials, credentials.token));
    case 'oauthbearer':
      return say(bearerMessage(credentials), { phase: 'outcome', bearer: true });
    case 'external':
      return say(externalMessage(credentials));
    case 'anonymous':
      return say(anonymousMessage());
    case 'own':
      return startOwn(mechanism.name);
  }
};

/** One message that says it all; an empty one is written as '=' (RFC 6120 §6.4.2). */
const only = (
  { name: mechanism }: Mechanism,
  message: string | AuthError,
  state: SaslState = OUTCOME,
): SaslStep =>
  message instanceof AuthError
    ? fail(message)
    : { state, effect: { type: 'initial', mechanism, data: toBase64(message) || '=' } };

/** Goes on with a login. Never throws: what must not happen ends in the effect `fail`. */
export const stepSasl = (state: SaslState, input: SaslInput): SaslStep => {
  if (input.type === 'replied')
    return state.phase === 'own' ? reply(state, input.reply) : unexpected(input.type);
  if (input.type === 'proved')
    return state.phase === 'proof' ? answer(state, input.proof) : unexpected(input.type);
  if (state.phase === 'own') return ask(state, input.type, input.data);
  if (input.type === 'success') return finish(state, input.data);
  if (state.phase === 'challenge') return prove(state, input.data);
  if (state.phase === 'outcome' && state.bearer) return refuse(input.data);
  return state.phase === 'signature' ? verify(state, input.data) : unexpected(input.type);
};

/** What the server has said of its refusal, if it has: more than its failure says. */
export const refusalOf = (state: SaslState): string | undefined =>
  state.phase === 'refused' ? state.why : undefined;

const finish = (state: SaslState, data: string): SaslStep => {
  if (state.phase === 'outcome') return succeed(state.keys);
  if (state.phase === 'signature') return conclude(state, data);
  return fail(unproven('ended the login before it was complete'));
};

/** A server that refuses a token says why in JSON, and waits to hear that this was understood. RFC 7628 §3.2.2. */
const refuse = (data: string): SaslStep => {
  const why = /"status"\s*:\s*"([\w.-]{1,64})"/.exec(fromBase64(data))?.[1] ?? 'no status given';
  return { state: { phase: 'refused', why }, effect: { type: 'respond', data: UNDERSTOOD } };
};
