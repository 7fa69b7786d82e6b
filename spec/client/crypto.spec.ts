import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { lastValueFrom, type Observable } from 'rxjs';
import { portableCrypto, webCrypto, type CryptoPort } from '../../lib/client/crypto.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

const port = webCrypto(webcrypto.subtle as SubtleCrypto);
const valueOf = (value$: Observable<unknown>) => lastValueFrom(value$, { defaultValue: 'nothing' });
const agree = async (use: (crypto: CryptoPort) => Observable<unknown>) => {
  const expected = await valueOf(use(syncCrypto));
  expect(await valueOf(use(port))).toEqual(expected);
  expect(await valueOf(use(portableCrypto))).toEqual(expected);
};

describe('webCrypto', () => {
  const name = fc.constantFrom('SHA-1', 'SHA-256', 'SHA-384', 'SHA-512');
  const key = fc.uint8Array({ minLength: 1, maxLength: 200 });

  it('agrees with an independent implementation, as does what stands in for it', () =>
    fc.assert(
      fc.asyncProperty(
        name,
        key,
        fc.uint8Array(),
        fc.integer({ min: 1, max: 50 }),
        async (name, key, data, rounds) => {
          await agree((crypto) => crypto.hash(name, data));
          await agree((crypto) => crypto.hmac(name, key, data));
          await agree((crypto) => crypto.pbkdf2(name, key, data, rounds));
        },
      ),
      { numRuns: 50 },
    ));

  it('is cold: nothing is computed before there is a subscriber, and once for each', async () => {
    let digests = 0;
    const subtle = { digest: () => Promise.resolve(new ArrayBuffer(++digests)) } as unknown as SubtleCrypto;
    const hash$ = webCrypto(subtle).hash('SHA-1', Uint8Array.of(1));
    expect(digests).toBe(0);
    await valueOf(hash$);
    expect(await valueOf(hash$)).toHaveLength(2);
  });

  it('takes bytes in shared memory, which WebCrypto does not', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    await agree((crypto) => crypto.hash('SHA-256', shared));
  });
});

describe('saslprep', () => {
  it('passes printable ASCII at once', () => {
    const passed: string[] = [];
    port.saslprep('a ~Z9', 'password').subscribe((text) => passed.push(text));
    expect(passed).toEqual(['a ~Z9']);
  });

  it.each(['I\u00ADX', '\u2168', 'Mu\u0308ller'])('prepares %j', (text) =>
    agree((crypto) => crypto.saslprep(text, 'password')),
  );

  it.each(['\u0007', '\u{1F600}'])('refuses %j', (text) =>
    expect(valueOf(port.saslprep(text, 'user name'))).rejects.toMatchObject({
      name: 'AuthError',
      condition: 'malformed-request',
      message: expect.stringContaining('user name') as string,
    }),
  );
});
