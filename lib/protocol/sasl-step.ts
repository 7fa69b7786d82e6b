import { decodeBase64, encodeBase64 } from './base64.js';
import { AuthError } from './errors.js';
import type { HashName, ScramFirst, ScramKeys, ScramProof, ScramProofRequest, ScramSecret } from './scram.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Where a login stands. Holds the secret until the proof has been asked for. */
export type SaslState =
  | {
      readonly phase: 'challenge';
      readonly hash: HashName;
      readonly first: ScramFirst;
      readonly secret: ScramSecret;
    }
  | {
      readonly phase: 'proof';
      readonly finalWithoutProof: string;
      readonly salted: Omit<ScramProofRequest, 'secret' | 'authMessage'>;
    }
  | { readonly phase: 'signature'; readonly serverSignature: Uint8Array; readonly keys: ScramKeys }
  | { readonly phase: 'outcome'; readonly keys?: ScramKeys; readonly bearer?: true }
  /** The server has said why it refuses a token; its failure follows. */
  | { readonly phase: 'refused'; readonly why: string }
  /** The app's own mechanism, and what it has been asked. */
  | { readonly phase: 'own'; readonly mechanism: string; readonly asked: SaslQuestion['type'] | undefined }
  | { readonly phase: 'done' };

/**
 * What a login is told. `data` is the text of the server's element, Base64; `proved` answers the effect `prove`, `replied`
 * the effect `ask`: with nothing when there is nothing to say.
 */
export type SaslInput =
  | { readonly type: 'challenge' | 'success'; readonly data: string }
  | { readonly type: 'proved'; readonly proof: ScramProof }
  | { readonly type: 'replied'; readonly reply: Uint8Array | undefined };

/** What an app's own mechanism is asked: for its first words, for an answer, or whether it is content with the end. */
export type SaslQuestion =
  { readonly type: 'begin' } | { readonly type: 'challenge' | 'success'; readonly data: Uint8Array };

/** What a login wants done. `data` is the text, Base64, of `<auth/>` when `initial`, of `<response/>` when `respond`. */
export type SaslEffect =
  | { readonly type: 'initial'; readonly mechanism: string; readonly data: string }
  | { readonly type: 'respond'; readonly data: string }
  | { readonly type: 'prove'; readonly request: ScramProofRequest }
  | { readonly type: 'ask'; readonly mechanism: string; readonly question: SaslQuestion }
  /** `keys` after a login by SCRAM, to log in with instead of the password. */
  | { readonly type: 'succeed'; readonly keys?: ScramKeys }
  | { readonly type: 'fail'; readonly error: AuthError };

export interface SaslStep {
  readonly state: SaslState;
  readonly effect: SaslEffect;
}

/** One of the states. */
export type Phase<P extends SaslState['phase']> = Extract<SaslState, { phase: P }>;

export const succeed = (keys?: ScramKeys): SaslStep => ({
  state: { phase: 'done' },
  effect: { type: 'succeed', ...(keys && { keys }) },
});

export const fail = (error: AuthError): SaslStep => ({
  state: { phase: 'done' },
  effect: { type: 'fail', error },
});

export const unexpected = (what: string): SaslStep =>
  fail(new AuthError('malformed-challenge', `Unexpected at this point of the login: ${what}`));

export const toBase64 = (text: string): string => encodeBase64(encodeUtf8(text));

/** '' for what can't be read, which no mechanism accepts. */
export const fromBase64 = (data: string): string => decodeUtf8(decodeBase64(data) ?? NOTHING) ?? '';

const NOTHING = new Uint8Array();
