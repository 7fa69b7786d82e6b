import { defer, map, of, type Observable } from 'rxjs';
import { AuthError } from '../protocol/errors.js';
import type * as Hashes from '../protocol/hashes.js';
import type { Forbidden } from '../protocol/saslprep.js';
import type { HashName } from '../protocol/scram.js';

/** The cryptography a login needs. Every Observable is cold, emits one value and completes. */
export interface CryptoPort {
  /** The digest (RFC 6234). */
  hash(name: HashName, data: Uint8Array): Observable<Uint8Array>;
  /** HMAC (RFC 2104). */
  hmac(name: HashName, key: Uint8Array, data: Uint8Array): Observable<Uint8Array>;
  /** PBKDF2 with HMAC (RFC 8018 §5.2), as long as the hash. */
  pbkdf2(name: HashName, password: Uint8Array, salt: Uint8Array, iterations: number): Observable<Uint8Array>;
  /** SASLprep (RFC 4013). Errors with an {@link AuthError} `malformed-request` that names `field` when the text may not be used. */
  saslprep(text: string, field: string): Observable<string>;
}

/** Output bits. */
const BITS = { 'SHA-1': 160, 'SHA-256': 256, 'SHA-384': 384, 'SHA-512': 512 } as const satisfies Record<
  HashName,
  number
>;

/** The port on WebCrypto: for Node, and for pages of a secure origin; no others are given a `subtle`. */
export const webCrypto = (subtle: SubtleCrypto): CryptoPort => ({
  hash: (name, data) => bytesOf(() => subtle.digest(name, copy(data))),
  hmac: (name, key, data) =>
    bytesOf(() =>
      subtle
        .importKey('raw', copy(key), { name: 'HMAC', hash: name }, false, ['sign'])
        .then((imported) => subtle.sign('HMAC', imported, copy(data))),
    ),
  pbkdf2: (name, password, salt, iterations) =>
    bytesOf(() =>
      subtle
        .importKey('raw', copy(password), 'PBKDF2', false, ['deriveBits'])
        .then((key) =>
          subtle.deriveBits({ name: 'PBKDF2', hash: name, salt: copy(salt), iterations }, key, BITS[name]),
        ),
    ),
  saslprep: lazySaslprep,
});

const bytesOf = (start: () => Promise<ArrayBuffer>): Observable<Uint8Array> =>
  defer(start).pipe(map((buffer) => new Uint8Array(buffer)));

/** WebCrypto refuses memory that is shared between threads. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** The port for where there is no WebCrypto: the same in JavaScript, loaded when first needed. Blocks while it computes. */
export const portableCrypto: CryptoPort = {
  hash: (...given) => withHashes(({ hash }) => hash(...given)),
  hmac: (...given) => withHashes(({ hmac }) => hmac(...given)),
  pbkdf2: (...given) => withHashes(({ pbkdf2 }) => pbkdf2(...given)),
  saslprep: (...given) => lazySaslprep(...given),
};

const withHashes = <T>(use: (hashes: typeof Hashes) => T): Observable<T> =>
  defer(() => import('../protocol/hashes.js')).pipe(map(use));

/** Printable ASCII passes unchanged and at once; for anything else the tables are loaded first. */
const lazySaslprep: CryptoPort['saslprep'] = (text, field) =>
  /^[\x20-\x7e]*$/.test(text)
    ? of(text)
    : defer(() => import('../protocol/saslprep.js')).pipe(
        map(({ saslprep }) => orThrow(saslprep(text, field))),
      );

const orThrow = (prepared: string | Forbidden): string => {
  if (typeof prepared === 'string') return prepared;
  throw new AuthError('malformed-request', prepared.forbidden);
};
