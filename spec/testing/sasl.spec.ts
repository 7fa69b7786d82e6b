import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../lib/protocol/base64.js';
import { decodeUtf8, encodeUtf8 } from '../../lib/protocol/utf8.js';
import { authenticate, digest, stretch } from '../../lib/testing/crypto.js';
import { createIds } from '../../lib/testing/ids.js';
import { createSaslServer, type Mechanism, type SaslServer } from '../../lib/testing/sasl.js';

const encode = (text: string): string => encodeBase64(encodeUtf8(text));
const decode = (text: string): string => decodeUtf8(decodeBase64(text) ?? new Uint8Array()) ?? '';

const create = (users: Readonly<Record<string, string>> = { romeo: 'montague' }): SaslServer => {
  const mechanisms: Mechanism[] = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'ANONYMOUS'];
  return createSaslServer({ users, mechanisms, iterations: 8, ids: createIds() });
};

/** The client's side of RFC 5802, written down again. */
const finalOf = (hash: 'SHA-1' | 'SHA-256', password: string, first: string, challenge: string): string => {
  const {
    r = '',
    s = '',
    i = '',
  } = Object.fromEntries(challenge.split(',').map((part) => [part[0] ?? '', part.slice(2)] as const));
  const salted = stretch(hash, encodeUtf8(password), decodeBase64(s) ?? new Uint8Array(), Number(i));
  const clientKey = authenticate(hash, salted, encodeUtf8('Client Key'));
  const signed = encodeUtf8(`${first.slice(3)},${challenge},c=biws,r=${r}`);
  const signature = authenticate(hash, digest(hash, clientKey), signed);
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
  return `c=biws,r=${r},p=${encodeBase64(proof)}`;
};

describe('SCRAM', () => {
  it.each(['SHA-1', 'SHA-256'] as const)('lets in who proves the password (%s)', (hash) => {
    const server = create();
    const first = 'n,,n=romeo,r=abc';
    const challenge = server.auth(`SCRAM-${hash}`, encode(first));
    expect(challenge.type).toBe('challenge');
    const text = decode('data' in challenge ? challenge.data : '');
    const success = server.response(encode(finalOf(hash, 'montague', first, text)));
    expect(success).toMatchObject({ type: 'success', node: 'romeo' });
    expect(decode('data' in success ? success.data : '')).toMatch(/^v=/);
  });

  it('refuses another password, and a user nobody knows', () => {
    const first = 'n,,n=romeo,r=abc';
    const server = create();
    const challenge = server.auth('SCRAM-SHA-1', encode(first));
    const text = decode('data' in challenge ? challenge.data : '');
    const refusal = { type: 'failure', condition: 'not-authorized' };
    expect(server.response(encode(finalOf('SHA-1', 'wrong', first, text)))).toEqual(refusal);
    expect(create().auth('SCRAM-SHA-1', encode('n,,n=nobody,r=abc'))).toEqual(refusal);
  });

  it('reads an escaped name', () => {
    const server = create({ 'a,b=c': 'x' });
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

it('gives every anonymous user another name', () => {
  const server = create();
  expect(server.auth('ANONYMOUS', '')).toMatchObject({ type: 'success', node: 'anonymous-1' });
  expect(server.auth('ANONYMOUS', '=')).toMatchObject({ type: 'success', node: 'anonymous-2' });
});

it.each([
  ['a mechanism that is not offered', 'OAUTH', 'AA==', 'invalid-mechanism'],
  ['what is no base64', 'PLAIN', '?', 'incorrect-encoding'],
  ['what is no message of the mechanism', 'SCRAM-SHA-1', encode('hello'), 'malformed-request'],
  ['channel binding', 'SCRAM-SHA-1', encode('p=tls-unique,,n=romeo,r=abc'), 'malformed-request'],
])('refuses %s', (_, mechanism, initial, condition) => {
  expect(create().auth(mechanism, initial)).toEqual({ type: 'failure', condition });
});

it('refuses a response before any request', () => {
  expect(create().response('AA==')).toEqual({ type: 'failure', condition: 'malformed-request' });
});
