import { decodeBase64, encodeBase64 } from '../protocol/base64.js';
import { hash as digest, hmac, pbkdf2 } from '../protocol/hashes.js';
import type { HashName } from '../protocol/scram.js';
import { encodeUtf8 } from '../protocol/utf8.js';

/** One login by SCRAM, seen from the server. Messages are plain text: what SASL carries as Base64. */
export interface ScramServer {
  /** Answers the client's first message. */
  first(clientFirst: string): string;
  /** Answers the client's last message: with the server's signature when `ok`, else with an error. */
  final(clientFinal: string): { readonly ok: boolean; readonly serverFinal: string };
}

/** What a server keeps of an account besides the password's hash. */
export interface ScramServerOptions {
  readonly iterations: number;
  /** Base64. */
  readonly salt: string;
}

/**
 * The server's side of SCRAM without channel binding, for the account with that (prepared) password.
 *
 * @see RFC 5802 §3, §7
 */
export const scramServer = (
  hash: HashName,
  password: string,
  { iterations, salt }: ScramServerOptions,
  serverNonce: string,
): ScramServer => {
  const saltedPassword = pbkdf2(hash, encodeUtf8(password), decodeBase64(salt) ?? NO_BYTES, iterations);
  const storedKey = digest(hash, hmac(hash, saltedPassword, encodeUtf8('Client Key')));
  const serverKey = hmac(hash, saltedPassword, encodeUtf8('Server Key'));
  let expected: { readonly final: string; readonly signed: Uint8Array } | undefined;
  return {
    first: (clientFirst) => {
      const [, gs2Header = '', bare = '', nonce = ''] = CLIENT_FIRST.exec(clientFirst) ?? [];
      if (bare === '') return 'e=invalid-encoding';
      const serverFirst = `r=${nonce}${serverNonce},s=${salt},i=${String(iterations)}`;
      const final = `c=${encodeBase64(encodeUtf8(gs2Header))},r=${nonce}${serverNonce}`;
      expected = { final, signed: encodeUtf8(`${bare},${serverFirst},${final}`) };
      return serverFirst;
    },
    final: (clientFinal) => {
      const [, withoutProof, proof = ''] = CLIENT_FINAL.exec(clientFinal) ?? [];
      if (!expected || withoutProof !== expected.final) return { ok: false, serverFinal: 'e=other-error' };
      const clientKey = xor(hmac(hash, storedKey, expected.signed), decodeBase64(proof) ?? NO_BYTES);
      if (!same(digest(hash, clientKey), storedKey)) return { ok: false, serverFinal: 'e=invalid-proof' };
      return { ok: true, serverFinal: `v=${encodeBase64(hmac(hash, serverKey, expected.signed))}` };
    },
  };
};

const CLIENT_FIRST = /^([ny],(?:a=[^,]+)?,)(n=[^,]+,r=([\x21-\x2b\x2d-\x7e]+))$/;
const CLIENT_FINAL = /^(.*),p=([^,]*)$/;
const NO_BYTES = new Uint8Array();

/** As long as the longer of the two, so that a proof of another length is a wrong one. */
const xor = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  Uint8Array.from(
    { length: Math.max(one.length, other.length) },
    (_, at) => (one[at] ?? 0) ^ (other[at] ?? 0),
  );

const same = (one: Uint8Array, other: Uint8Array): boolean => one.every((byte, at) => byte === other[at]);
