import { scramProof } from '../../lib/client/scram-proof.js';
import {
  chooseMechanism,
  startSasl,
  stepSasl,
  type SaslCredentials,
  type SaslInput,
  type SaslStep,
} from '../../lib/protocol/sasl.js';
import type { ScramProof, ScramProofRequest } from '../../lib/protocol/scram.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

const credentials: SaslCredentials = { jid: 'user@example.com', username: 'user', password: 'pencil' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const challenge = (text: string): SaslInput => ({ type: 'challenge', data: base64(text) });
const success = (text = ''): SaslInput => ({ type: 'success', data: base64(text) });

const proofOf = (request: ScramProofRequest): ScramProof => {
  const proofs: ScramProof[] = [];
  scramProof(syncCrypto, request).subscribe((proof) => proofs.push(proof));
  if (!proofs[0]) throw new Error('no proof');
  return proofs[0];
};

/** Proves where it is asked for: the effect after that. */
const proved = (step: SaslStep): SaslStep =>
  step.effect.type === 'prove'
    ? stepSasl(step.state, { type: 'proved', proof: proofOf(step.effect.request) })
    : step;

const play = (start: SaslStep, ...inputs: SaslInput[]): SaslStep =>
  inputs.reduce((step, input) => proved(stepSasl(step.state, input)), start);

const failing = (condition: string) => ({
  state: { phase: 'done' },
  effect: { type: 'fail', error: { name: 'AuthError', condition } },
});

const RFC_5802 = {
  mechanism: 'SCRAM-SHA-1',
  nonce: 'fyko+d2lbbFgONRv9qkxdawL',
  serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
  clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
  serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
} as const;

const RFC_7677 = {
  mechanism: 'SCRAM-SHA-256',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
} as const;

describe.each([
  ['RFC 5802 §5', RFC_5802],
  ['RFC 7677 §3', RFC_7677],
])('the example of %s', (_, { mechanism, nonce, serverFirst, clientFinal, serverFinal }) => {
  const start = startSasl(mechanism, credentials, nonce);
  const answered = play(start, challenge(serverFirst));

  it('begins, answers and accepts as written there', () => {
    expect(start.effect).toEqual({ type: 'initial', data: base64(`n,,n=user,r=${nonce}`) });
    expect(answered.effect).toEqual({ type: 'respond', data: base64(clientFinal) });
    expect(play(answered, success(serverFinal))).toEqual({
      state: { phase: 'done' },
      effect: { type: 'succeed' },
    });
  });

  it('answers a signature that comes as a challenge, and then needs none', () => {
    const confirmed = play(answered, challenge(serverFinal));
    expect(confirmed.effect).toEqual({ type: 'respond', data: '' });
    expect(play(confirmed, success()).effect).toEqual({ type: 'succeed' });
    expect(play(confirmed, challenge(serverFinal))).toMatchObject(failing('malformed-challenge'));
  });

  it.each([
    ['a wrong one', `v=${base64('x'.repeat(20))}`],
    [
      'the one of the other mechanism',
      mechanism === 'SCRAM-SHA-1' ? RFC_7677.serverFinal : RFC_5802.serverFinal,
    ],
    ['none', ''],
    ['something else', 'welcome'],
  ])('is not content with %s as the signature', (_, text) => {
    expect(play(answered, success(text))).toMatchObject(failing('server-signature'));
    expect(play(answered, challenge(text))).toMatchObject(failing('server-signature'));
  });

  it.each(['%%%', '=', base64('v=').slice(1), Buffer.of(0xff).toString('base64')])(
    'is not content with %j as the signature',
    (data) => {
      expect(play(answered, { type: 'success', data })).toMatchObject(failing('server-signature'));
    },
  );

  it("fails with the server's reason", () => {
    expect(play(answered, challenge('e=invalid-proof'))).toMatchObject(failing('invalid-proof'));
  });

  it('fails when success comes too early', () => {
    expect(play(start, success(serverFinal))).toMatchObject(failing('server-signature'));
    const asked = stepSasl(start.state, challenge(serverFirst));
    expect(asked.effect.type).toBe('prove');
    expect(stepSasl(asked.state, success(serverFinal))).toMatchObject(failing('server-signature'));
  });

  it('fails before any hashing when the challenge is wrong', () => {
    expect(stepSasl(start.state, { type: 'challenge', data: '' })).toMatchObject(
      failing('malformed-challenge'),
    );
    expect(stepSasl(start.state, { type: 'challenge', data: '=' })).toMatchObject(
      failing('malformed-challenge'),
    );
    expect(stepSasl(start.state, { type: 'challenge', data: '%' })).toMatchObject(
      failing('malformed-challenge'),
    );
    const endless = serverFirst.replace('i=4096', 'i=10000000');
    expect(stepSasl(start.state, challenge(endless))).toMatchObject(failing('invalid-challenge'));
  });

  it('fails on a challenge too many, and on a proof that nobody asked for', () => {
    const asked = stepSasl(start.state, challenge(serverFirst));
    expect(stepSasl(asked.state, challenge(serverFirst))).toMatchObject(failing('malformed-challenge'));
    const proof = { clientProof: new Uint8Array(), serverSignature: new Uint8Array() };
    expect(stepSasl(start.state, { type: 'proved', proof })).toMatchObject(failing('malformed-challenge'));
  });

  it('no longer holds the password once the proof has been asked for', () => {
    expect(JSON.stringify(stepSasl(start.state, challenge(serverFirst)).state)).not.toContain('pencil');
    expect(JSON.stringify(answered.state)).not.toContain('pencil');
  });
});

describe('startSasl', () => {
  it.each([
    [undefined, '\0user\0pencil'],
    ['boss@example.com', 'boss@example.com\0user\0pencil'],
  ])('PLAIN as %s: one message, then the outcome', (authzid, message) => {
    const start = startSasl('PLAIN', authzid === undefined ? credentials : { ...credentials, authzid }, '');
    expect(start.effect).toEqual({ type: 'initial', data: base64(message) });
    expect(stepSasl(start.state, success()).effect).toEqual({ type: 'succeed' });
    expect(stepSasl(start.state, challenge(''))).toMatchObject(failing('malformed-challenge'));
  });

  it('ANONYMOUS: an empty message, then the outcome', () => {
    const start = startSasl('ANONYMOUS', { jid: 'example.com', username: '' }, '');
    expect(start.effect).toEqual({ type: 'initial', data: '=' });
    expect(stepSasl(start.state, success()).effect).toEqual({ type: 'succeed' });
  });

  it('SCRAM: names whom to act as, and signs it', () => {
    const start = startSasl('SCRAM-SHA-1', { ...credentials, authzid: 'boss@example.com' }, 'abc');
    expect(start.effect).toMatchObject({ data: base64('n,a=boss@example.com,n=user,r=abc') });
  });

  it.each([
    ['no password', { jid: 'user@example.com', username: 'user' }],
    ['an empty password', { ...credentials, password: '' }],
    ['no user name', { ...credentials, username: '' }],
    ['U+0000 in the user name', { ...credentials, username: 'user\0admin' }],
    ['U+0000 in the password', { ...credentials, password: 'pen\0cil' }],
    ['U+0000 in the identity', { ...credentials, authzid: '\0' }],
  ])('refuses %s', (_, broken) => {
    expect(startSasl('PLAIN', broken, 'abc')).toMatchObject(failing('malformed-request'));
    expect(startSasl('SCRAM-SHA-256', broken, 'abc')).toMatchObject(failing('malformed-request'));
  });
});

describe('chooseMechanism', () => {
  const withPassword = { anonymous: false, plainAllowed: true };
  const everything = [
    'ANONYMOUS',
    'PLAIN',
    'SCRAM-SHA-1',
    'SCRAM-SHA-1-PLUS',
    'SCRAM-SHA-256',
    'SCRAM-SHA-256-PLUS',
  ];

  it.each([
    [everything, 'SCRAM-SHA-256'],
    [['PLAIN', 'SCRAM-SHA-1'], 'SCRAM-SHA-1'],
    [['DIGEST-MD5', 'PLAIN'], 'PLAIN'],
  ])('takes the strongest of %j', (offered, chosen) => {
    expect(chooseMechanism(offered, withPassword)).toBe(chosen);
  });

  it('takes ANONYMOUS when there is no user, and only then', () => {
    expect(chooseMechanism(everything, { anonymous: true, plainAllowed: false })).toBe('ANONYMOUS');
    expect(chooseMechanism(['ANONYMOUS'], withPassword)).toMatchObject({ condition: 'no-usable-mechanism' });
    expect(chooseMechanism(['PLAIN', 'SCRAM-SHA-1'], { ...withPassword, anonymous: true })).toMatchObject({
      condition: 'no-usable-mechanism',
      message: expect.stringMatching(/PLAIN, SCRAM-SHA-1.*anonymous/) as string,
    });
  });

  it('takes what the application wants first, and nothing else', () => {
    const mechanisms = ['X-OWN', 'PLAIN', 'SCRAM-SHA-1'];
    expect(chooseMechanism(everything, { ...withPassword, mechanisms })).toBe('PLAIN');
    expect(chooseMechanism(['SCRAM-SHA-256'], { ...withPassword, mechanisms })).toMatchObject({
      condition: 'no-usable-mechanism',
    });
  });

  it('never binds to the channel', () => {
    expect(chooseMechanism(['SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256-PLUS'], withPassword)).toMatchObject({
      name: 'AuthError',
      condition: 'no-usable-mechanism',
      message: expect.stringContaining('SCRAM-SHA-1-PLUS, SCRAM-SHA-256-PLUS') as string,
    });
  });

  it('does not send a password in the clear', () => {
    const options = { anonymous: false, plainAllowed: false };
    expect(chooseMechanism(['PLAIN', 'SCRAM-SHA-1'], options)).toBe('SCRAM-SHA-1');
    expect(chooseMechanism(['PLAIN'], options)).toMatchObject({
      name: 'AuthError',
      condition: 'encryption-required',
      message: expect.stringContaining('not encrypted') as string,
    });
  });

  it.each([[[]], [['constructor', 'toString']]])('finds nothing in %j', (offered) => {
    expect(chooseMechanism(offered, withPassword)).toMatchObject({ condition: 'no-usable-mechanism' });
    expect(chooseMechanism(offered, { ...withPassword, mechanisms: offered })).toMatchObject({
      condition: 'no-usable-mechanism',
    });
  });
});
