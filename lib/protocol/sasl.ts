import { decodeBase64, encodeBase64 } from './base64.js';
import { AuthError } from './errors.js';
import {
  checkServerFinal,
  readServerFirst,
  scramFinal,
  scramFirst,
  unproven,
  type HashName,
  type ScramFirst,
  type ScramProof,
  type ScramProofRequest,
} from './scram.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Who logs in; user name and password already prepared (SASLprep). */
export interface SaslCredentials {
  /** Bare JID; for an anonymous login the domain alone. */
  readonly jid: string;
  /** As a rule the node of the JID; '' for an anonymous login. */
  readonly username: string;
  readonly password?: string;
  /** JID to act as, where that is another (RFC 6120 §6.3.8). */
  readonly authzid?: string;
}

/** Where a login stands. Holds the password until the proof has been asked for. */
export type SaslState =
  | {
      readonly phase: 'challenge';
      readonly hash: HashName;
      readonly first: ScramFirst;
      readonly password: string;
    }
  | { readonly phase: 'proof'; readonly finalWithoutProof: string }
  | { readonly phase: 'signature'; readonly serverSignature: Uint8Array }
  | { readonly phase: 'outcome' }
  | { readonly phase: 'done' };

/** What a login is told. `data` is the text of the server's element, Base64; `proved` answers the effect `prove`. */
export type SaslInput =
  | { readonly type: 'challenge' | 'success'; readonly data: string }
  | { readonly type: 'proved'; readonly proof: ScramProof };

/** What a login wants done. `data` is the text, Base64, of `<auth/>` when `initial`, of `<response/>` when `respond`. */
export type SaslEffect =
  | { readonly type: 'initial'; readonly data: string }
  | { readonly type: 'respond'; readonly data: string }
  | { readonly type: 'prove'; readonly request: ScramProofRequest }
  | { readonly type: 'succeed' }
  | { readonly type: 'fail'; readonly error: AuthError };

export interface SaslStep<E extends SaslEffect = SaslEffect> {
  readonly state: SaslState;
  readonly effect: E;
}

type Effect<T extends SaslEffect['type']> = Extract<SaslEffect, { type: T }>;

/** Where a login begins: with something to say, or not at all. */
export type FirstStep = SaslStep<Effect<'initial' | 'fail'>>;

export type NextStep = SaslStep<Effect<'respond' | 'prove' | 'succeed' | 'fail'>>;

type Mechanism =
  | { readonly kind: 'scram'; readonly hash: HashName }
  | { readonly kind: 'plain' }
  | { readonly kind: 'anonymous' };

/**
 * Every mechanism this client knows, strongest first. None binds to the TLS channel (`-PLUS`), which a browser hides.
 *
 * @see RFC 7677, RFC 5802, RFC 4616, RFC 4505
 */
const MECHANISMS = {
  'SCRAM-SHA-256': { kind: 'scram', hash: 'SHA-256' },
  'SCRAM-SHA-1': { kind: 'scram', hash: 'SHA-1' },
  PLAIN: { kind: 'plain' },
  ANONYMOUS: { kind: 'anonymous' },
} as const satisfies Readonly<Record<string, Mechanism>>;

export type MechanismName = keyof typeof MECHANISMS;

export interface MechanismOptions {
  /** Whether there is no user to log in as: then only ANONYMOUS will do, else anything but ANONYMOUS. */
  readonly anonymous: boolean;
  /** Whether a password may go over this connection as it is. */
  readonly plainAllowed: boolean;
  /** The only mechanisms to use, most wanted first. Default: all, strongest first. */
  readonly mechanisms?: readonly string[];
}

/**
 * The mechanism to log in with.
 *
 * @param offered The names in the server's stream features.
 * @returns A name, or `encryption-required` when only PLAIN would do and must not be used, or `no-usable-mechanism`.
 */
export const chooseMechanism = (
  offered: readonly string[],
  { anonymous, plainAllowed, mechanisms = Object.keys(MECHANISMS) }: MechanismOptions,
): MechanismName | AuthError => {
  const fitting = mechanisms
    .filter(isKnown)
    .filter((name) => offered.includes(name) && (MECHANISMS[name].kind === 'anonymous') === anonymous);
  const chosen = fitting.find((name) => plainAllowed || MECHANISMS[name].kind !== 'plain');
  if (chosen !== undefined) return chosen;
  const list = `The server offers ${offered.length === 0 ? 'no mechanism' : offered.join(', ')}`;
  return fitting.length > 0
    ? new AuthError('encryption-required', `${list}; PLAIN is refused on a connection that is not encrypted`)
    : new AuthError(
        'no-usable-mechanism',
        `${list}; none fits ${anonymous ? 'an anonymous login' : 'a password'}`,
      );
};

const isKnown = (name: string): name is MechanismName => Object.hasOwn(MECHANISMS, name);

/**
 * Begins a login.
 *
 * @param nonce Fresh and random for each login: printable ASCII without a comma. Only SCRAM uses it.
 */
export const startSasl = (name: MechanismName, credentials: SaslCredentials, nonce: string): FirstStep => {
  const mechanism: Mechanism = MECHANISMS[name];
  const { username, password = '', authzid } = credentials;
  if (mechanism.kind === 'anonymous') return { state: OUTCOME, effect: { type: 'initial', data: '=' } };
  if (username === '' || password === '') return unusable(`${name} needs a user name and a password`);
  const plain = [authzid ?? '', username, password];
  if (plain.some((text) => text.includes('\0'))) return unusable('The credentials contain U+0000');
  if (mechanism.kind === 'plain')
    return { state: OUTCOME, effect: { type: 'initial', data: toBase64(plain.join('\0')) } };
  const first = scramFirst(username, nonce, authzid);
  return {
    state: { phase: 'challenge', hash: mechanism.hash, first, password },
    effect: { type: 'initial', data: toBase64(first.gs2Header + first.bare) },
  };
};

/** Goes on with a login. Never throws: what must not happen ends in the effect `fail`. */
export const stepSasl = (state: SaslState, input: SaslInput): NextStep => {
  if (input.type === 'success') return finish(state, input.data);
  if (input.type === 'proved')
    return state.phase === 'proof' ? answer(state, input.proof) : unexpected(input.type);
  if (state.phase === 'challenge') return prove(state, input.data);
  return state.phase === 'signature' ? verify(state, input.data) : unexpected(input.type);
};

type Phase<P extends SaslState['phase']> = Extract<SaslState, { phase: P }>;

const prove = ({ hash, first, password }: Phase<'challenge'>, data: string): NextStep => {
  const challenge = readServerFirst(fromBase64(data), first, hash, password);
  if (challenge instanceof AuthError) return fail(challenge);
  const { finalWithoutProof, request } = challenge;
  return { state: { phase: 'proof', finalWithoutProof }, effect: { type: 'prove', request } };
};

const answer = ({ finalWithoutProof }: Phase<'proof'>, proof: ScramProof): NextStep => ({
  state: { phase: 'signature', serverSignature: proof.serverSignature },
  effect: { type: 'respond', data: toBase64(scramFinal(finalWithoutProof, proof.clientProof)) },
});

/** The signature came as a challenge, as servers do that can't put it into their success: say yes to it. */
const verify = ({ serverSignature }: Phase<'signature'>, data: string): NextStep => {
  const error = checkServerFinal(fromBase64(data), serverSignature);
  return error ? fail(error) : { state: OUTCOME, effect: { type: 'respond', data: '' } };
};

const finish = (state: SaslState, data: string): NextStep => {
  if (state.phase === 'outcome') return SUCCEEDED;
  if (state.phase !== 'signature') return fail(unproven('ended the login before it was complete'));
  const error = checkServerFinal(fromBase64(data), state.serverSignature);
  return error ? fail(error) : SUCCEEDED;
};

const OUTCOME: SaslState = { phase: 'outcome' };
const SUCCEEDED: NextStep = { state: { phase: 'done' }, effect: { type: 'succeed' } };

const fail = (error: AuthError): SaslStep<Effect<'fail'>> => ({
  state: { phase: 'done' },
  effect: { type: 'fail', error },
});

const unusable = (message: string): FirstStep => fail(new AuthError('malformed-request', message));

const unexpected = (what: string): NextStep =>
  fail(new AuthError('malformed-challenge', `Unexpected at this point of the login: ${what}`));

const toBase64 = (text: string): string => encodeBase64(encodeUtf8(text));

/** '' for what can't be read, which no mechanism accepts. */
const fromBase64 = (data: string): string => decodeUtf8(decodeBase64(data) ?? NOTHING) ?? '';

const NOTHING = new Uint8Array();
