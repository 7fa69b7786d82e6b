import { AuthError } from './errors.js';
import type { Mechanism, SaslCredentials } from './sasl-mechanisms.js';
import { plainMessage } from './sasl-messages.js';
import { fail, fromBase64, type Phase, type SaslStep, succeed, toBase64 } from './sasl-step.js';
import {
  checkServerFinal,
  keptKeys,
  readServerFirst,
  scramFinal,
  scramFirst,
  type ScramProof,
} from './scram.js';

/** RFC 5802 §5: the first of two messages. */
export const startScram = (
  { name: mechanism, hash }: Extract<Mechanism, { kind: 'scram' }>,
  credentials: SaslCredentials,
  nonce: string,
): SaslStep => {
  const { username, password, keys, authzid } = credentials;
  const checked = plainMessage(credentials, password ?? keys?.clientKey);
  if (checked instanceof AuthError) return fail(checked);
  const first = scramFirst(username, nonce, authzid);
  const secret = { ...(password !== undefined && { password }), ...(keys && { keys }) };
  return {
    state: { phase: 'challenge', hash, first, secret },
    effect: { type: 'initial', mechanism, data: toBase64(first.gs2Header + first.bare) },
  };
};

export const prove = ({ hash, first, secret }: Phase<'challenge'>, data: string): SaslStep => {
  const challenge = readServerFirst(fromBase64(data), first, hash, secret);
  if (challenge instanceof AuthError) return fail(challenge);
  const { finalWithoutProof, request } = challenge;
  const { salt, iterations } = request;
  return {
    state: { phase: 'proof', finalWithoutProof, salted: { hash, salt, iterations } },
    effect: { type: 'prove', request },
  };
};

export const answer = ({ finalWithoutProof, salted }: Phase<'proof'>, proof: ScramProof): SaslStep => ({
  state: { phase: 'signature', serverSignature: proof.serverSignature, keys: keptKeys(salted, proof) },
  effect: { type: 'respond', data: toBase64(scramFinal(finalWithoutProof, proof.clientProof)) },
});

/** The signature came as a challenge, as servers do that can't put it into their success: say yes to it. */
export const verify = ({ serverSignature, keys }: Phase<'signature'>, data: string): SaslStep => {
  const error = checkServerFinal(fromBase64(data), serverSignature);
  return error ? fail(error) : { state: { phase: 'outcome', keys }, effect: { type: 'respond', data: '' } };
};

/** The server says that all is well, and proves that it knows the password. */
export const conclude = ({ serverSignature, keys }: Phase<'signature'>, data: string): SaslStep => {
  const error = checkServerFinal(fromBase64(data), serverSignature);
  return error ? fail(error) : succeed(keys);
};
