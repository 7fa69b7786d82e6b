import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../lib/protocol/base64.js';
import type { HashName } from '../../lib/protocol/scram.js';
import { decodeUtf8, encodeUtf8 } from '../../lib/protocol/utf8.js';
import { authenticate, digest, stretch } from '../../lib/testing/crypto.js';
import { createIds } from '../../lib/testing/ids.js';
import { createSaslServer, type SaslOptions, type SaslServer } from '../../lib/testing/sasl.js';

const encode = (text: string): string => encodeBase64(encodeUtf8(text));
const decode = (text: string): string => decodeUtf8(decodeBase64(text) ?? new Uint8Array()) ?? '';

const create = (more: Partial<SaslOptions> = {}): SaslServer =>
  createSaslServer({
    domain: 'example.com',
    users: { romeo: 'montague' },
    tokens: { 'romeo-token': 'romeo' },
    certificate: 'romeo',
    mayActAs: (node, authzid) => node === 'romeo' && authzid === 'juliet@example.com',
    mechanisms: [
      ...(['SCRAM-SHA-512', 'SCRAM-SHA-384', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const),
      ...(['OAUTHBEARER', 'X-OAUTH2', 'EXTERNAL', 'ANONYMOUS'] as const),
    ],
    iterations: 8,
    ids: createIds(),
    ...more,
  });

/** The client's side of RFC 5802, written down again. */
const finalOf = (hash: HashName, password: string, first: string, challenge: string): string => {
  const {
    r = '',
    s = '',
    i = '',
  } = Object.fromEntries(challenge.split(',').map((part) => [part[0] ?? '', part.slice(2)] as const));
  const header = first.slice(0, first.indexOf(',', 2) + 1);
  const salted = stretch(hash, encodeUtf8(password), decodeBase64(s) ?? new Uint8Array(), Number(i));
  const clientKey = authenticate(hash, salted, encodeUtf8('Client Key'));
  const signed = encodeUtf8(`${first.slice(header.length)},${challenge},c=${encode(header)},r=${r}`);
  const signature = authenticate(hash, digest(hash, clientKey), signed);
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
  return `c=${encode(header)},r=${r},p=${encodeBase64(proof)}`;
};

describe('SCRAM', () => {
  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'lets in who proves the password (%s)',
    (hash) => {
      const server = create();
      const first = 'n,,n=romeo,r=abc';
      const challenge = server.auth(`SCRAM-${hash}`, encode(first));
      expect(challenge.type).toBe('challenge');
      const text = decode('data' in challenge ? challenge.data : '');
      const success = server.response(encode(finalOf(hash, 'montague', first, text)));
      expect(success).toMatchObject({ type: 'success', node: 'romeo' });
      expect(decode('data' in success ? success.data : '')).toMatch(/^v=/);
    },
  );

  it('refuses another password, and a user nobody knows', () => {
    const first = 'n,,n=romeo,r=abc';
    const server = create();
    const challenge = server.auth('SCRAM-SHA-1', encode(first));
    const text = decode('data' in challenge ? challenge.data : '');
    const refusal = { type: 'failure', condition: 'not-authorized' };
    expect(server.response(encode(finalOf('SHA-1', 'wrong', first, text)))).toEqual(refusal);
    expect(create().auth('SCRAM-SHA-1', encode('n,,n=nobody,r=abc'))).toEqual(refusal);
  });

  it('keeps the salt of an account', () => {
    const saltOf = (server: SaslServer) => {
      const challenge = server.auth('SCRAM-SHA-1', encode('n,,n=romeo,r=abc'));
      return /,s=([^,]+)/.exec(decode('data' in challenge ? challenge.data : ''))?.[1];
    };
    expect(saltOf(create())).toMatch(/./);
    expect(saltOf(create())).toBe(saltOf(create()));
  });

  it.each([
    ['juliet@example.com', { type: 'success', node: 'juliet' }],
    ['romeo@example.com', { type: 'success', node: 'romeo' }],
    ['tybalt@example.com', { type: 'failure', condition: 'invalid-authzid' }],
  ])('lets act as %s', (authzid, outcome) => {
    const server = create();
    const first = `n,a=${authzid},n=romeo,r=abc`;
    const challenge = server.auth('SCRAM-SHA-1', encode(first));
    const text = decode('data' in challenge ? challenge.data : '');
    expect(server.response(encode(finalOf('SHA-1', 'montague', first, text)))).toMatchObject(outcome);
  });

  it('reads an escaped name', () => {
    const server = create({ users: { 'a,b=c': 'x' } });
    expect(server.auth('SCRAM-SHA-1', encode('n,,n=a=2Cb=3Dc,r=abc')).type).toBe('challenge');
  });
});

describe('PLAIN', () => {
  it('lets in who knows the password', () => {
    expect(create().auth('PLAIN', encode('\0romeo\0montague'))).toMatchObject({
      type: 'success',
      node: 'romeo',
    });
  });

  it('asks for what did not come with the request', () => {
    const server = create();
    expect(server.auth('PLAIN', '')).toEqual({ type: 'challenge', data: '' });
    expect(server.response(encode('\0romeo\0montague')).type).toBe('success');
  });

  it('lets nobody in with any other text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (node, password) => {
        fc.pre(node !== 'romeo' || password !== 'montague');
        expect(create().auth('PLAIN', encode(`\0${node}\0${password}`)).type).toBe('failure');
      }),
    );
  });
});

describe.each([
  ['PLAIN', 'romeo\0montague'],
  ['X-OAUTH2', 'romeo\0romeo-token'],
])('whom %s lets act as another', (mechanism, rest) => {
  it.each([
    ['romeo@example.com', { type: 'success', node: 'romeo' }],
    ['juliet@example.com', { type: 'success', node: 'juliet' }],
    ['juliet@elsewhere.example', { type: 'failure', condition: 'invalid-authzid' }],
    ['example.com', { type: 'failure', condition: 'invalid-authzid' }],
  ])('%s', (authzid, outcome) => {
    expect(create().auth(mechanism, encode(`${authzid}\0${rest}`))).toMatchObject(outcome);
  });
});

describe('OAUTHBEARER', () => {
  it.each([
    ['n,a=romeo@example.com,\x01auth=Bearer romeo-token\x01\x01'],
    ['n,,\x01auth=Bearer romeo-token\x01\x01'],
    ['n,,\x01host=example.com\x01port=5222\x01auth=Bearer romeo-token\x01\x01'],
  ])('lets in whose token it is: %j', (text) => {
    expect(create().auth('OAUTHBEARER', encode(text))).toMatchObject({ type: 'success', node: 'romeo' });
  });

  it('says why it refuses a token, and fails once that is heard', () => {
    const server = create();
    const said = server.auth('OAUTHBEARER', encode('n,,\x01auth=Bearer constructor\x01\x01'));
    expect(decode('data' in said ? said.data : '')).toBe('{"status":"invalid_token"}');
    expect(server.response(encode('\x01'))).toEqual({ type: 'failure', condition: 'not-authorized' });
  });
});

describe('EXTERNAL', () => {
  it.each([
    ['=', { type: 'success', node: 'romeo' }],
    [encode('romeo@example.com'), { type: 'success', node: 'romeo' }],
    [encode('tybalt@example.com'), { type: 'failure', condition: 'invalid-authzid' }],
  ])('lets in whom the certificate names: %s', (initial, outcome) => {
    expect(create().auth('EXTERNAL', initial)).toMatchObject(outcome);
  });

  it('lets nobody in without a certificate', () => {
    const refusal = { type: 'failure', condition: 'not-authorized' };
    expect(create({ certificate: undefined }).auth('EXTERNAL', '=')).toEqual(refusal);
  });
});

it('gives every anonymous user another name', () => {
  const server = create();
  expect(server.auth('ANONYMOUS', '')).toMatchObject({ type: 'success', node: 'anonymous-1' });
  expect(server.auth('ANONYMOUS', '=')).toMatchObject({ type: 'success', node: 'anonymous-2' });
});

it.each([
  ['a mechanism that is not offered', 'OAUTH', 'AA==', 'invalid-mechanism'],
  ['what is no base64', 'PLAIN', '?', 'incorrect-encoding'],
  ['what is no message of the mechanism', 'SCRAM-SHA-1', encode('hello'), 'malformed-request'],
  ['a token that nobody has', 'X-OAUTH2', encode('\0romeo\0toString'), 'not-authorized'],
  ['what is no message with a token', 'X-OAUTH2', encode('romeo-token'), 'malformed-request'],
  ['what is no bearer message', 'OAUTHBEARER', encode('romeo-token'), 'malformed-request'],
  ['channel binding', 'SCRAM-SHA-1', encode('p=tls-unique,,n=romeo,r=abc'), 'malformed-request'],
])('refuses %s', (_, mechanism, initial, condition) => {
  expect(create().auth(mechanism, initial)).toEqual({ type: 'failure', condition });
});

it('refuses a response before any request', () => {
  expect(create().response('AA==')).toEqual({ type: 'failure', condition: 'malformed-request' });
});
