import { hmac as hmacBy } from '@noble/hashes/hmac';
import { sha1 } from '@noble/hashes/legacy';
import { pbkdf2 as pbkdf2By } from '@noble/hashes/pbkdf2';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2';
import type { HashName } from './scram.js';

/*
 * What WebCrypto does, synchronously: for virtual time, and for pages that are denied WebCrypto. Several times slower.
 */

const HASHES = {
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
} as const satisfies Record<HashName, unknown>;

export const hash = (name: HashName, data: Uint8Array): Uint8Array => HASHES[name](data);

/** RFC 2104. */
export const hmac = (name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array =>
  hmacBy(HASHES[name], key, data);

/** RFC 8018 §5.2 with HMAC, as long as the hash. */
export const pbkdf2 = (
  name: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Uint8Array => pbkdf2By(HASHES[name], password, salt, { c: iterations, dkLen: HASHES[name].outputLen });
