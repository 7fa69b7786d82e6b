import { decodeBase64 } from '../../lib/protocol/base64.js';
import { AuthError } from '../../lib/protocol/errors.js';
import {
  MAX_ITERATIONS,
  checkServerFinal,
  type HashName,
  keptKeys,
  readServerFirst,
  scramFinal,
  scramFirst,
  type ScramSecret,
} from '../../lib/protocol/scram.js';

const first = scramFirst('user', 'abc');
const read = (text: string) => readServerFirst(text, first, 'SHA-256', { password: 'pencil' });

describe('scramFirst', () => {
  it('escapes what separates', () => {
    expect(scramFirst('a=b,c', 'abc').bare).toBe('n=a=3Db=2Cc,r=abc');
  });

  it('names whom to act as', () => {
    const { gs2Header } = scramFirst('user', 'abc', 'boss,1@example.com');
    expect(gs2Header).toBe('n,a=boss=2C1@example.com,');
  });
});

describe('readServerFirst', () => {
  it('says what to compute', () => {
    expect(read('r=abcDEF,s=QSXCR+Q6sek8bf92,i=4096')).toEqual({
      finalWithoutProof: 'c=biws,r=abcDEF',
      request: {
        hash: 'SHA-256',
        secret: { password: 'pencil' },
        salt: decodeBase64('QSXCR+Q6sek8bf92'),
        iterations: 4096,
        authMessage: 'n=user,r=abc,r=abcDEF,s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=abcDEF',
      },
    });
  });

  it('repeats the whole GS2 header', () => {
    const acting = scramFirst('user', 'abc', 'boss@example.com');
    expect(readServerFirst('r=abcDEF,s=QSXC,i=1', acting, 'SHA-1', { password: 'pencil' })).toMatchObject({
      finalWithoutProof: `c=${Buffer.from('n,a=boss@example.com,').toString('base64')},r=abcDEF`,
    });
  });

  it('passes over extensions that are optional, and signs them', () => {
    expect(read('r=abcDEF,s=QSXC,i=1,d=x==,x=y')).toMatchObject({
      request: { authMessage: 'n=user,r=abc,r=abcDEF,s=QSXC,i=1,d=x==,x=y,c=biws,r=abcDEF' },
    });
  });

  it.each([1, MAX_ITERATIONS])('accepts %i iterations', (iterations) => {
    expect(read(`r=abcDEF,s=QSXC,i=${String(iterations)}`)).toMatchObject({ request: { iterations } });
  });

  it.each([
    ['nothing', ''],
    ['something else', 'hello'],
    ['another order', 's=QSXC,r=abcDEF,i=1'],
    ['no salt', 'r=abcDEF,i=1'],
    ['an empty salt', 'r=abcDEF,s=,i=1'],
    ['a salt that is not Base64', 'r=abcDEF,s=QSX,i=1'],
    ['no iteration count', 'r=abcDEF,s=QSXC'],
    ['a negative iteration count', 'r=abcDEF,s=QSXC,i=-1'],
    ['a broken iteration count', 'r=abcDEF,s=QSXC,i=4096.5'],
    ['white space in the nonce', 'r=abcD F,s=QSXC,i=1'],
    ['an extension without a value', 'r=abcDEF,s=QSXC,i=1,x='],
    ['a comma at the end', 'r=abcDEF,s=QSXC,i=1,'],
  ])('refuses %s', (_, text) => {
    expect(read(text)).toMatchObject({
      name: 'AuthError',
      condition: 'malformed-challenge',
      retryable: false,
    });
  });

  it.each([
    ["another client's nonce", 'r=abDEF,s=QSXC,i=1', 'does not continue the nonce'],
    ['the nonce further back', 'r=xabc,s=QSXC,i=1', 'does not continue the nonce'],
    ['the nonce in other letters', 'r=ABCDEF,s=QSXC,i=1', 'does not continue the nonce'],
    ['its own nonce alone', 'r=abc,s=QSXC,i=1', 'adds nothing to the nonce'],
    ['no iteration', 'r=abcDEF,s=QSXC,i=0', 'iteration count'],
    ['one iteration too many', `r=abcDEF,s=QSXC,i=${String(MAX_ITERATIONS + 1)}`, 'from 1 to 1000000'],
    ['ten million iterations', 'r=abcDEF,s=QSXC,i=10000000', 'iteration count'],
    ['endless iterations', `r=abcDEF,s=QSXC,i=${'9'.repeat(400)}`, 'iteration count'],
    ['a mandatory extension', 'm=x,r=abcDEF,s=QSXC,i=1', 'extension'],
    ['a mandatory extension at the end', 'r=abcDEF,s=QSXC,i=1,m=x', 'extension'],
  ])('does not answer %s', (_, text, why) => {
    expect(read(text)).toMatchObject({
      name: 'AuthError',
      condition: 'invalid-challenge',
      message: expect.stringContaining(why) as string,
    });
  });

  it("passes on the server's error", () => {
    expect(read('e=unknown-user')).toMatchObject({ condition: 'unknown-user', retryable: false });
  });
});

describe('keys in place of the password', () => {
  const raw = { clientKey: Uint8Array.of(1, 2), serverKey: Uint8Array.of(3) };
  const salt = decodeBase64('QSXC')!;
  const keys = keptKeys({ hash: 'SHA-256', salt, iterations: 5 }, raw);
  const readWith = (text: string, secret: ScramSecret, hash: HashName = 'SHA-256') =>
    readServerFirst(text, first, hash, secret);

  it('can be kept as JSON', () => {
    expect(keys).toEqual({
      hash: 'SHA-256',
      salt: 'QSXC',
      iterations: 5,
      clientKey: 'AQI=',
      serverKey: 'Aw==',
    });
  });

  it('are used where they fit, even if there is a password', () => {
    for (const secret of [{ keys }, { keys, password: 'pencil' }])
      expect(readWith('r=abcDEF,s=QSXC,i=5', secret)).toMatchObject({ request: { secret: raw } });
  });

  it.each([
    ['another salt', 'r=abcDEF,s=QSXD,i=5', 'SHA-256', keys],
    ['another iteration count', 'r=abcDEF,s=QSXC,i=6', 'SHA-256', keys],
    ['another hash', 'r=abcDEF,s=QSXC,i=5', 'SHA-1', keys],
    ['a broken client key', 'r=abcDEF,s=QSXC,i=5', 'SHA-256', { ...keys, clientKey: '?' }],
    ['an empty server key', 'r=abcDEF,s=QSXC,i=5', 'SHA-256', { ...keys, serverKey: '' }],
  ] as const)('make way for the password, or fail, with %s', (_, text, hash, given) => {
    expect(readWith(text, { keys: given, password: 'pencil' }, hash)).toMatchObject({
      request: { secret: { password: 'pencil' } },
    });
    expect(readWith(text, { keys: given }, hash)).toMatchObject({
      name: 'AuthError',
      condition: 'keys-outdated',
    });
  });
});

it('appends the proof', () => {
  expect(scramFinal('c=biws,r=abcDEF', Uint8Array.of(1, 2, 3))).toBe('c=biws,r=abcDEF,p=AQID');
});

describe('checkServerFinal', () => {
  const signature = Uint8Array.of(1, 2, 3);

  it.each(['v=AQID', 'v=AQID,x=y'])('accepts %s', (text) => {
    expect(checkServerFinal(text, signature)).toBeUndefined();
  });

  it.each(['v=AQIE', 'v=AQ==', 'v=AQIDBA==', 'v=', 'v', '', 'x=y,v=AQID', 'v=AQID=', 'V=AQID'])(
    'refuses %j',
    (text) => {
      expect(checkServerFinal(text, signature)).toMatchObject({ condition: 'server-signature' });
    },
  );

  it('never takes nothing for a signature', () => {
    expect(checkServerFinal('v=', new Uint8Array())).toBeInstanceOf(AuthError);
  });

  it.each([
    ['invalid-proof', 'invalid-proof', false],
    ['no-resources', 'no-resources', true],
    ['something-new', 'other-error', false],
    ['', 'other-error', false],
  ])('reads the error %j as %j', (word, condition, retryable) => {
    expect(checkServerFinal(`e=${word}`, signature)).toMatchObject({
      name: 'AuthError',
      condition,
      retryable,
    });
  });

  it('refuses a mandatory extension', () => {
    expect(checkServerFinal('v=AQID,m=x', signature)).toMatchObject({ condition: 'invalid-challenge' });
  });
});
