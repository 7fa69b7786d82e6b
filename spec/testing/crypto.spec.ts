import type { Observable } from 'rxjs';
import type { CryptoPort } from '../../lib/client/crypto.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

/** What comes before `subscribe` returns. */
const now = <T>(values$: Observable<T>): T[] => {
  const values: T[] = [];
  values$.subscribe((value) => values.push(value));
  return values;
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ascii = (text: string) => Uint8Array.from(Buffer.from(text));

it('is a crypto port', () => {
  const port: CryptoPort = syncCrypto;
  expect(Object.keys(port).sort()).toEqual(['hash', 'hmac', 'pbkdf2', 'saslprep']);
});

// FIPS 180-4 ("abc"), RFC 4231 §4.3, RFC 6070
it('computes known values, at once', () => {
  expect(now(syncCrypto.hash('SHA-1', ascii('abc'))).map(hex)).toEqual([
    'a9993e364706816aba3e25717850c26c9cd0d89d',
  ]);
  expect(
    now(syncCrypto.hmac('SHA-256', ascii('Jefe'), ascii('what do ya want for nothing?'))).map(hex),
  ).toEqual(['5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843']);
  expect(now(syncCrypto.pbkdf2('SHA-1', ascii('password'), ascii('salt'), 2)).map(hex)).toEqual([
    'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957',
  ]);
  expect(now(syncCrypto.saslprep('\u2168', 'password'))).toEqual(['IX']);
});

it('refuses as SASLprep does, when subscribed to', () => {
  const refused: unknown[] = [];
  syncCrypto.saslprep('\u0007', 'password').subscribe({ error: (error: unknown) => refused.push(error) });
  expect(refused).toMatchObject([{ condition: 'malformed-request' }]);
});
