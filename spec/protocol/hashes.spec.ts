import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { hash, hmac, pbkdf2 } from '../../lib/protocol/hashes.js';

const bytes = (buffer: Buffer) => Uint8Array.from(buffer);

it('does as the platform does', () => {
  const name = fc.constantFrom('SHA-1', 'SHA-256', 'SHA-512');
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
