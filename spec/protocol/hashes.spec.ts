import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { hash, hmac, pbkdf2 } from '../../lib/protocol/hashes.js';

const bytes = (buffer: Buffer) => Uint8Array.from(buffer);

it('does as the platform does', () => {
  const name = fc.constantFrom('SHA-1', 'SHA-256', 'SHA-384', 'SHA-512');
  fc.assert(
    fc.property(
      name,
      fc.uint8Array(),
      fc.uint8Array(),
      fc.integer({ min: 1, max: 20 }),
      (name, key, data, rounds) => {
        const native = name.replace('-', '');
        const { length } = hash(name, data);
        expect(hash(name, data)).toEqual(bytes(createHash(native).update(data).digest()));
        expect(hmac(name, key, data)).toEqual(bytes(createHmac(native, key).update(data).digest()));
        expect(pbkdf2(name, key, data, rounds)).toEqual(bytes(pbkdf2Sync(key, data, rounds, length, native)));
      },
    ),
  );
});

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const text = (data: string): Uint8Array => Uint8Array.from(Buffer.from(data));

describe('published vectors', () => {
  it.each([
    [
      'SHA-384',
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'SHA-512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ] as const)('FIPS 180-4, "abc" by %s', (name, digest) => {
    expect(hex(hash(name, text('abc')))).toBe(digest);
  });

  it.each([
    [
      'SHA-384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'SHA-512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('RFC 4231 §4.3 by %s', (name, mac) => {
    expect(hex(hmac(name, text('Jefe'), text('what do ya want for nothing?')))).toBe(mac);
  });

  it.each([
    [
      1,
      '867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce',
    ],
    [
      4096,
      'd197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5',
    ],
  ])('PBKDF2 with HMAC-SHA-512, the password and salt of RFC 6070, %i rounds', (rounds, key) => {
    expect(hex(pbkdf2('SHA-512', text('password'), text('salt'), rounds))).toBe(key);
  });
});
