import { catchError, forkJoin, map, switchMap, throwError, type Observable } from 'rxjs';
import { AuthError } from '../protocol/errors.js';
import type { ScramProof, ScramProofRequest } from '../protocol/scram.js';
import { encodeUtf8 } from '../protocol/utf8.js';
import type { CryptoPort } from './crypto.js';

/**
 * The client's proof and the signature to expect from the server. Cold; at once when the port is.
 *
 * Errors with an {@link AuthError} `crypto-failure` when the port fails.
 *
 * @see RFC 5802 §3
 */
export const scramProof = (
  { hash, hmac, pbkdf2 }: Pick<CryptoPort, 'hash' | 'hmac' | 'pbkdf2'>,
  request: ScramProofRequest,
): Observable<ScramProof> => {
  const signed = encodeUtf8(request.authMessage);
  const keyOf = (saltedPassword: Uint8Array, label: string) =>
    hmac(request.hash, saltedPassword, encodeUtf8(label));
  const proofBy = (clientKey: Uint8Array) =>
    hash(request.hash, clientKey).pipe(
      switchMap((storedKey) => hmac(request.hash, storedKey, signed)),
      map((signature) => xor(clientKey, signature)),
    );
  return pbkdf2(request.hash, encodeUtf8(request.password), request.salt, request.iterations).pipe(
    switchMap((saltedPassword) =>
      forkJoin({
        clientProof: keyOf(saltedPassword, 'Client Key').pipe(switchMap(proofBy)),
        serverSignature: keyOf(saltedPassword, 'Server Key').pipe(
          switchMap((serverKey) => hmac(request.hash, serverKey, signed)),
        ),
      }),
    ),
    catchError((cause: unknown) =>
      throwError(() => new AuthError('crypto-failure', 'The proof could not be computed', { cause })),
    ),
  );
};

const xor = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((byte, at) => byte ^ (other[at] ?? 0));
