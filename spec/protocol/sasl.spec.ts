import { scramProof } from '../../lib/client/scram-proof.js';
import {
  refusalOf,
  startSasl as begin,
  stepSasl,
  type SaslInput,
  type SaslStep,
} from '../../lib/protocol/sasl.js';
import { mechanismOf, type SaslCredentials } from '../../lib/protocol/sasl-mechanisms.js';
import type { ScramProof, ScramProofRequest } from '../../lib/protocol/scram.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

const credentials: SaslCredentials = { jid: 'user@example.com', username: 'user', password: 'pencil' };
const startSasl = (name: string, given: SaslCredentials, nonce: string): SaslStep =>
  begin(mechanismOf(name)!, given, nonce);
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
  keys: {
    hash: 'SHA-1',
    salt: 'QSXCR+Q6sek8bf92',
    iterations: 4096,
    clientKey: '4jTEe/bDZpbdbYUrmaqiuiZVVyg=',
    serverKey: 'D+CSWLOshSulAsxiupA+qs2/fTE=',
  },
} as const;

const RFC_7677 = {
  mechanism: 'SCRAM-SHA-256',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  keys: {
    hash: 'SHA-256',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    iterations: 4096,
    clientKey: 'pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=',
    serverKey: 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  },
} as const;

describe.each([
  ['RFC 5802 §5', RFC_5802],
  ['RFC 7677 §3', RFC_7677],
])('the example of %s', (_, { mechanism, nonce, serverFirst, clientFinal, serverFinal, keys }) => {
  const start = startSasl(mechanism, credentials, nonce);
  const answered = play(start, challenge(serverFirst));

  it('begins, answers and accepts as written there', () => {
    expect(start.effect).toEqual({ type: 'initial', mechanism, data: base64(`n,,n=user,r=${nonce}`) });
    expect(answered.effect).toEqual({ type: 'respond', data: base64(clientFinal) });
    expect(play(answered, success(serverFinal))).toEqual({
      state: { phase: 'done' },
      effect: { type: 'succeed', keys },
    });
  });

  it('answers a signature that comes as a challenge, and then needs none', () => {
    const confirmed = play(answered, challenge(serverFinal));
    expect(confirmed.effect).toEqual({ type: 'respond', data: '' });
    expect(play(confirmed, success()).effect).toEqual({ type: 'succeed', keys });
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
    const none = new Uint8Array();
    const proof = { clientProof: none, serverSignature: none, clientKey: none, serverKey: none };
    expect(stepSasl(start.state, { type: 'proved', proof })).toMatchObject(failing('malformed-challenge'));
  });

  it('no longer holds the password once the proof has been asked for', () => {
    expect(JSON.stringify(stepSasl(start.state, challenge(serverFirst)).state)).not.toContain('pencil');
    expect(JSON.stringify(answered.state)).not.toContain('pencil');
  });
});

describe('startSasl', () => {
  it('PLAIN: one message, then the outcome', () => {
    const start = startSasl('PLAIN', credentials, '');
    const data = base64('\0user\0pencil');
    expect(start.effect).toEqual({ type: 'initial', mechanism: 'PLAIN', data });
    expect(stepSasl(start.state, success()).effect).toEqual({ type: 'succeed' });
    expect(stepSasl(start.state, challenge(''))).toMatchObject(failing('malformed-challenge'));
  });

  it.each([
    ['ANONYMOUS', { jid: 'example.com', username: '' }, '='],
    ['EXTERNAL', credentials, base64('user@example.com')],
    ['EXTERNAL', { ...credentials, authzid: '' }, '='],
    ['X-OAUTH2', { ...credentials, token: 'abc' }, base64('\0user\0abc')],
  ])('%s of %j: one message, then the outcome', (mechanism, given, data) => {
    const start = startSasl(mechanism, given, '');
    expect(start.effect).toEqual({ type: 'initial', mechanism, data });
    expect(stepSasl(start.state, success()).effect).toEqual({ type: 'succeed' });
    expect(stepSasl(start.state, challenge(''))).toMatchObject(failing('malformed-challenge'));
  });

  it.each([
    [undefined, 'n,,n=user,r=abc'],
    ['', 'n,,n=user,r=abc'],
    ['boss@example.com', 'n,a=boss@example.com,n=user,r=abc'],
  ])('SCRAM: names whom to act as, here %j, and signs it', (authzid, message) => {
    const given = authzid === undefined ? credentials : { ...credentials, authzid };
    expect(startSasl('SCRAM-SHA-1', given, 'abc').effect).toMatchObject({ data: base64(message) });
  });

  it.each([
    ['U+0000 in the user name', { ...credentials, username: 'user\0admin' }],
    ['U+0000 in the password', { ...credentials, password: 'pen\0cil' }],
    ['U+0000 in the identity', { ...credentials, authzid: '\0' }],
  ])('refuses %s', (_, broken) => {
    for (const name of ['PLAIN', 'X-OAUTH2', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
      expect(startSasl(name, { ...broken, token: 'a\0' }, 'abc')).toMatchObject(failing('malformed-request'));
  });
});

describe('OAUTHBEARER', () => {
  const start = startSasl('OAUTHBEARER', { ...credentials, token: 'abc' }, '');

  it('says all in one message', () => {
    const data = base64('n,a=user@example.com,\x01auth=Bearer abc\x01\x01');
    expect(start.effect).toEqual({ type: 'initial', mechanism: 'OAUTHBEARER', data });
    expect(play(start, success()).effect).toEqual({ type: 'succeed' });
  });

  it.each([
    ['{"status":"invalid_token","scope":"example_scope"}', 'invalid_token'],
    ['{"scope":"x", "status" : "insufficient_scope"}', 'insufficient_scope'],
    ['not JSON', 'no status given'],
    [`{"status":"${'x'.repeat(65)}"}`, 'no status given'],
  ])('hears the refusal %s to its end (RFC 7628 §3.2.3)', (said, why) => {
    const refused = stepSasl(start.state, challenge(said));
    expect(refused.effect).toEqual({ type: 'respond', data: base64('\x01') });
    expect(refusalOf(refused.state)).toBe(why);
    expect(play(refused, success())).toMatchObject(failing('server-signature'));
    expect(play(refused, challenge(said))).toMatchObject(failing('malformed-challenge'));
  });

  it('refuses a token that can be none', () => {
    const broken = startSasl('OAUTHBEARER', { ...credentials, token: 'a\x01' }, '');
    expect(broken).toMatchObject(failing('malformed-request'));
    expect(refusalOf(broken.state)).toBeUndefined();
  });
});

describe('keys in place of the password', () => {
  it('log in as the password does, with the same answer', () => {
    const { nonce, keys, serverFirst, clientFinal, serverFinal } = RFC_7677;
    const start = startSasl('SCRAM-SHA-256', { jid: 'user@example.com', username: 'user', keys }, nonce);
    const answered = play(start, challenge(serverFirst));
    expect(answered.effect).toEqual({ type: 'respond', data: base64(clientFinal) });
    expect(play(answered, success(serverFinal)).effect).toEqual({ type: 'succeed', keys });
  });

  it('fail without hashing anything when they are out of date', () => {
    const { nonce, serverFirst } = RFC_7677;
    const keys = { ...RFC_7677.keys, iterations: 4095 };
    const start = startSasl('SCRAM-SHA-256', { jid: 'user@example.com', username: 'user', keys }, nonce);
    expect(stepSasl(start.state, challenge(serverFirst))).toMatchObject(failing('keys-outdated'));
  });
});
