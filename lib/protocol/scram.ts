import { decodeBase64, encodeBase64 } from './base64.js';
import { AuthError } from './errors.js';
import { encodeUtf8 } from './utf8.js';

/** Hash functions, by the names that both WebCrypto and the SCRAM mechanisms use. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/**
 * What a login by SCRAM needs instead of the password, as long as the server keeps salt and iteration count. Made of the
 * password, and as good as it at this server alone: to be kept as a secret. Plain data: JSON can hold it.
 *
 * @see RFC 5802 §3
 */
export interface ScramKeys {
  readonly hash: HashName;
  /** Base64, like the keys. */
  readonly salt: string;
  readonly iterations: number;
  readonly clientKey: string;
  readonly serverKey: string;
}

/** The same two keys as bytes. */
export interface RawKeys {
  readonly clientKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** What a login by SCRAM starts from: a password, keys, or both; keys are used where they fit. */
export interface ScramSecret {
  readonly password?: string;
  readonly keys?: ScramKeys;
}

/** Most rounds of hashing that a server may ask for: a few tenths of a second; more is an attack on the client. */
export const MAX_ITERATIONS = 1_000_000;

/** What has to be computed with the password, or with the keys that are there already: see RFC 5802 §3. */
export interface ScramProofRequest {
  readonly hash: HashName;
  readonly secret: { readonly password: string } | RawKeys;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly authMessage: string;
}

/** The client's proof that it knows the password, and the signature by which the server has to prove the same. */
export interface ScramProof extends RawKeys {
  readonly clientProof: Uint8Array;
  readonly serverSignature: Uint8Array;
}

/** The client's first message. `bare` is the part of it that is signed, `gs2Header` what stands before. */
export interface ScramFirst {
  readonly gs2Header: string;
  readonly bare: string;
  readonly nonce: string;
}

/** The client's last message but for its proof, and what the proof is made from. */
export interface ScramChallenge {
  readonly finalWithoutProof: string;
  readonly request: ScramProofRequest;
}

/**
 * The client's first message: `gs2Header + bare`. It asks for no channel binding: nothing in a browser can do it.
 *
 * @see RFC 5802 §5.1, §7
 */
export const scramFirst = (username: string, nonce: string, authzid?: string): ScramFirst => ({
  gs2Header: !authzid ? 'n,,' : `n,a=${saslName(authzid)},`,
  bare: `n=${saslName(username)},r=${nonce}`,
  nonce,
});

const saslName = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C');

/**
 * Reads the server's first message. Everything wrong with it is found here, before any hashing.
 *
 * Errors: `malformed-challenge` for what is not SCRAM; `invalid-challenge` for what is, but may not be answered: a foreign
 * nonce, an iteration count out of bounds, an extension that must be understood; `keys-outdated` where there are only keys
 * and they are made for another salt or count; or the server's own word.
 */
export const readServerFirst = (
  text: string,
  first: ScramFirst,
  hash: HashName,
  secret: ScramSecret,
): ScramChallenge | AuthError => {
  const refused = refusal(text);
  if (refused) return refused;
  const [, nonce = '', salt64 = '', count = ''] = SERVER_FIRST.exec(text) ?? [];
  const salt = decodeBase64(salt64);
  if (!salt?.length)
    return new AuthError(
      'malformed-challenge',
      "The server's challenge is not a SCRAM message (RFC 5802 §7)",
    );
  if (!nonce.startsWith(first.nonce)) return invalid('does not continue the nonce of this client');
  if (nonce === first.nonce) return invalid('adds nothing to the nonce of this client');
  const iterations = Number(count);
  if (iterations < 1 || iterations > MAX_ITERATIONS)
    return invalid(`asks for an iteration count that is not from 1 to ${String(MAX_ITERATIONS)}`);
  const usable = usableSecret(secret, hash, salt64, iterations);
  if (!usable)
    return new AuthError(
      'keys-outdated',
      'The keys are made for another salt or iteration count: use the password',
    );
  const finalWithoutProof = `c=${encodeBase64(encodeUtf8(first.gs2Header))},r=${nonce}`;
  const authMessage = `${first.bare},${text},${finalWithoutProof}`;
  return { finalWithoutProof, request: { hash, secret: usable, salt, iterations, authMessage } };
};

/** The keys where they fit what the server asks for, else the password if there is one. */
const usableSecret = (
  { password, keys }: ScramSecret,
  hash: HashName,
  salt: string,
  iterations: number,
): ScramProofRequest['secret'] | undefined => {
  const [clientKey, serverKey] = [decodeBase64(keys?.clientKey ?? ''), decodeBase64(keys?.serverKey ?? '')];
  const fits = keys?.hash === hash && keys.salt === salt && keys.iterations === iterations;
  if (fits && clientKey?.length && serverKey?.length) return { clientKey, serverKey };
  return password ? { password } : undefined;
};

/** Keys as they can be kept. */
export const keptKeys = (
  { hash, salt, iterations }: Pick<ScramProofRequest, 'hash' | 'salt' | 'iterations'>,
  { clientKey, serverKey }: RawKeys,
): ScramKeys => ({
  hash,
  salt: encodeBase64(salt),
  iterations,
  clientKey: encodeBase64(clientKey),
  serverKey: encodeBase64(serverKey),
});

/** Nonce, salt, iteration count, and attributes that a client may pass over when it does not know them. */
const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]+),s=([^,]+),i=([0-9]+)(?:,[a-zA-Z]=[^,]+)*$/;

/** The client's last message. */
export const scramFinal = (withoutProof: string, clientProof: Uint8Array): string =>
  `${withoutProof},p=${encodeBase64(clientProof)}`;

/** Checks the server's last message against the signature that only a server with the password can make (RFC 5802 §3). */
export const checkServerFinal = (text: string, expected: Uint8Array): AuthError | undefined => {
  const refused = refusal(text);
  if (refused) return refused;
  const signature = decodeBase64(/^v=([^,]+)/.exec(text)?.[1] ?? '');
  if (!signature?.length) return unproven('did not send its signature');
  if (!sameBytes(signature, expected))
    return unproven('sent a wrong signature: it does not know the password');
  return undefined;
};

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

/** The reasons a server may give (RFC 5802 §7); any other counts as `other-error`. */
const SERVER_ERRORS = [
  'invalid-encoding',
  'extensions-not-supported',
  'invalid-proof',
  'channel-bindings-dont-match',
  'server-does-support-channel-binding',
  'channel-binding-not-supported',
  'unsupported-channel-binding-type',
  'unknown-user',
  'invalid-username-encoding',
  'no-resources',
] as const;

/** The server's error, or the attribute that must be understood, which none is today (`m`, RFC 5802 §5.1). */
const refusal = (text: string): AuthError | undefined => {
  if (/(?:^|,)m=/.test(text)) return invalid('demands an extension that this client does not know');
  const word = /^e=([^,]*)/.exec(text)?.[1];
  if (word === undefined) return undefined;
  const condition = SERVER_ERRORS.find((known) => known === word) ?? 'other-error';
  return new AuthError(condition, 'The server refused the SCRAM exchange');
};

/** The server has not shown that it knows the password. */
export const unproven = (what: string): AuthError => new AuthError('server-signature', `The server ${what}`);

const invalid = (what: string): AuthError =>
  new AuthError('invalid-challenge', `The server's challenge ${what}`);
