import { catchError, forkJoin, map, type Observable, of, switchMap, throwError } from 'rxjs';

import { AuthError } from '../protocol/errors.js';
import type { RawKeys, ScramProof, ScramProofRequest } from '../protocol/scram.js';
import { encodeUtf8 } from '../protocol/utf8.js';
import type { CryptoPort } from './crypto.js';

type Hashing = Pick<CryptoPort, 'hash' | 'hmac' | 'pbkdf2'>;

/** The keys that are there already, or else are made of the password. */
const keysOf = (
  { hmac, pbkdf2 }: Hashing,
  { hash, secret, salt, iterations }: ScramProofRequest,
): Observable<RawKeys> => {
  if ('clientKey' in secret) return of(secret);
  return pbkdf2(hash, encodeUtf8(secret.password), salt, iterations).pipe(
    switchMap((saltedPassword) =>
      forkJoin({
        clientKey: hmac(hash, saltedPassword, encodeUtf8('Client Key')),
        serverKey: hmac(hash, saltedPassword, encodeUtf8('Server Key')),
      }),
    ),
  );
};

/**
 * The client's proof and the signature to expect from the server. Cold; at once when the port is.
 *
 * Errors with an {@link AuthError} `crypto-failure` when the port fails.
 *
 * @see RFC 5802 §3
 */
export const scramProof = (port: Hashing, request: ScramProofRequest): Observable<ScramProof> => {
  const { hash } = request;
  const signed = encodeUtf8(request.authMessage);
  const proofBy = (clientKey: Uint8Array): Observable<Uint8Array> =>
    port.hash(hash, clientKey).pipe(
      switchMap((storedKey) => port.hmac(hash, storedKey, signed)),
      map((signature) => xor(clientKey, signature)),
    );
  return keysOf(port, request).pipe(
    switchMap(({ clientKey, serverKey }) =>
      forkJoin({
        clientKey: of(clientKey),
        serverKey: of(serverKey),
        clientProof: proofBy(clientKey),
        serverSignature: port.hmac(hash, serverKey, signed),
      }),
    ),
    catchError((cause: unknown) =>
      throwError(() => new AuthError('crypto-failure', 'The proof could not be computed', { cause })),
    ),
  );
};

const xor = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((byte, at) => byte ^ (other[at] ?? 0));
