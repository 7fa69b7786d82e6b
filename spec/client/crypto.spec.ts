import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { portableCrypto, prepareCredentials, webCrypto, type CryptoPort } from '../../lib/client/crypto.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

const port = webCrypto(webcrypto.subtle as SubtleCrypto);
const valueOf = (value$: Observable<unknown>) => lastValueFrom(value$, { defaultValue: 'nothing' });
const agree = async (use: (crypto: CryptoPort) => Observable<unknown>) => {
  const expected = await valueOf(use(syncCrypto));
  expect(await valueOf(use(port))).toEqual(expected);
  expect(await valueOf(use(portableCrypto))).toEqual(expected);
};

describe('webCrypto', () => {
  const name = fc.constantFrom('SHA-1', 'SHA-256', 'SHA-512');
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

describe('prepareCredentials', () => {
  const prepare = async (credentials: { username: string; password?: string }) =>
    valueOf(prepareCredentials(port, { jid: 'example.com', ...credentials }));

  it('prepares user name and password', async () => {
    expect(await prepare({ username: 'I\u00ADX', password: '\u2168' })).toEqual({
      jid: 'example.com',
      username: 'IX',
      password: 'IX',
    });
  });

  it('leaves out a password that is not there', async () => {
    expect(await prepare({ username: '' })).toEqual({ jid: 'example.com', username: '' });
  });

  it('is synchronous when the port is', () => {
    const names: string[] = [];
    prepareCredentials(
      { saslprep: (text) => of(text) },
      { jid: 'a@b', username: 'a', password: 'p' },
    ).subscribe(({ username }) => names.push(username));
    expect(names).toEqual(['a']);
  });

  it.each([
    [{ username: '\u0007', password: 'p' }, 'user name'],
    [{ username: 'a', password: '\u0007' }, 'password'],
  ])('says which of them may not be used', async (credentials, field) => {
    await expect(prepare(credentials)).rejects.toMatchObject({
      message: expect.stringContaining(`The ${field}`) as string,
    });
  });
});
