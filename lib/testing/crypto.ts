import { defer, of, throwError, type Observable } from 'rxjs';
import { hash, hmac, pbkdf2 } from '../protocol/hashes.js';
import { AuthError } from '../protocol/errors.js';
import { saslprep } from '../protocol/saslprep.js';
import type { HashName } from '../protocol/scram.js';

export { hash as digest, hmac as authenticate, pbkdf2 as stretch } from '../protocol/hashes.js';

/** The client's cryptography, without a Promise anywhere: a login takes no time at all under a `TestScheduler`. */
export interface SyncCrypto {
  /** The digest (RFC 6234). */
  hash(name: HashName, data: Uint8Array): Observable<Uint8Array>;
  /** HMAC (RFC 2104). */
  hmac(name: HashName, key: Uint8Array, data: Uint8Array): Observable<Uint8Array>;
  /** PBKDF2 with HMAC (RFC 8018 §5.2), as long as the hash. */
  pbkdf2(name: HashName, password: Uint8Array, salt: Uint8Array, iterations: number): Observable<Uint8Array>;
  /** SASLprep (RFC 4013); `field` is what an error calls the text. */
  saslprep(text: string, field: string): Observable<string>;
}

/** A port for `options.platform.crypto`: every Observable is cold and emits at once. Keep iteration counts low. */
export const syncCrypto: SyncCrypto = {
  hash: (...given) => defer(() => of(hash(...given))),
  hmac: (...given) => defer(() => of(hmac(...given))),
  pbkdf2: (...given) => defer(() => of(pbkdf2(...given))),
  saslprep: (...given) =>
    defer(() => {
      const prepared = saslprep(...given);
      return typeof prepared === 'string'
        ? of(prepared)
        : throwError(() => new AuthError('malformed-request', prepared.forbidden));
    }),
};
