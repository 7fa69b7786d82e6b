import {
  chooseMechanism,
  mechanismOf,
  type MechanismOptions,
  type OwnMechanism,
  type SaslCredentials,
} from '../../lib/protocol/sasl-mechanisms.js';

const NAMES = [
  'EXTERNAL',
  'SCRAM-SHA-512',
  'SCRAM-SHA-384',
  'SCRAM-SHA-256',
  'SCRAM-SHA-1',
  'PLAIN',
  'OAUTHBEARER',
  'X-OAUTH2',
  'ANONYMOUS',
];
const EVERYTHING = [...NAMES]
  .reverse()
  .flatMap((name) => (name.startsWith('SCRAM') ? [name, `${name}-PLUS`] : name));
const USER: SaslCredentials = { jid: 'user@example.com', username: 'user' };
const KEYS = { hash: 'SHA-256', salt: 'AA==', iterations: 1, clientKey: 'AA==', serverKey: 'AA==' } as const;

const withPassword: MechanismOptions = {
  credentials: { ...USER, password: 'pencil' },
  anonymous: false,
  plainAllowed: true,
};
const having = (more: Partial<SaslCredentials>): MechanismOptions => ({
  ...withPassword,
  credentials: { ...USER, ...more },
});
const nobody: MechanismOptions = {
  credentials: { jid: 'example.com', username: '' },
  anonymous: true,
  plainAllowed: false,
};
const choose = (offered: readonly string[], options: MechanismOptions): string => {
  const chosen = chooseMechanism(offered, options);
  return 'condition' in chosen ? chosen.condition : chosen.name;
};

it('knows its mechanisms by name', () => {
  expect(NAMES.map((name) => mechanismOf(name)?.name)).toEqual(NAMES);
  expect(mechanismOf('SCRAM-SHA-1-PLUS')).toBeUndefined();
  expect(mechanismOf('constructor')).toBeUndefined();
});

describe('chooseMechanism', () => {
  it.each([
    [EVERYTHING, 'SCRAM-SHA-512'],
    [['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-384', 'SCRAM-SHA-256'], 'SCRAM-SHA-384'],
    [['SCRAM-SHA-1', 'SCRAM-SHA-256'], 'SCRAM-SHA-256'],
    [['PLAIN', 'SCRAM-SHA-1'], 'SCRAM-SHA-1'],
    [['DIGEST-MD5', 'PLAIN', 'EXTERNAL', 'OAUTHBEARER', 'ANONYMOUS'], 'PLAIN'],
  ])('takes the strongest of %j that takes a password', (offered, chosen) => {
    expect(choose(offered, withPassword)).toBe(chosen);
  });

  it.each([
    ['keys', having({ keys: KEYS }), 'SCRAM-SHA-256'],
    ['a token', having({ token: 'abc' }), 'OAUTHBEARER'],
    ['a token and no name', having({ username: '', token: 'abc' }), 'OAUTHBEARER'],
    ['a certificate', having({ external: true }), 'EXTERNAL'],
    ['a certificate and a password', having({ external: true, password: 'x' }), 'EXTERNAL'],
    ['keys and a password', having({ keys: KEYS, password: 'x' }), 'SCRAM-SHA-512'],
    ['nothing at all', nobody, 'ANONYMOUS'],
  ])('takes what fits %s', (_, options, chosen) => {
    expect(choose(EVERYTHING, options)).toBe(chosen);
  });

  it('takes X-OAUTH2 where there is no OAUTHBEARER', () => {
    expect(choose(['X-OAUTH2', 'PLAIN'], having({ token: 'abc' }))).toBe('X-OAUTH2');
  });

  it.each([
    ['ANONYMOUS for somebody', ['ANONYMOUS'], withPassword, 'a password'],
    ['a password for nobody', ['PLAIN', 'SCRAM-SHA-1'], nobody, 'an anonymous login'],
    ['another hash than that of the keys', ['SCRAM-SHA-1'], having({ keys: KEYS }), 'keys for SCRAM-SHA-256'],
    ['a token by SCRAM', ['SCRAM-SHA-1'], having({ token: 'abc' }), 'a token'],
    ['a certificate by PLAIN', ['PLAIN'], having({ external: true }), 'a certificate'],
    ['an empty password', ['PLAIN'], having({ password: '' }), 'a login without a password'],
    [
      'a password without a name',
      ['PLAIN', 'SCRAM-SHA-1'],
      having({ username: '', password: 'x' }),
      'a password',
    ],
    ['binding to the channel', ['SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256-PLUS'], withPassword, 'a password'],
  ])('never takes %s', (_, offered, options, what) => {
    expect(chooseMechanism(offered, options)).toMatchObject({
      name: 'AuthError',
      condition: 'no-usable-mechanism',
      retryable: false,
      message: expect.stringContaining(
        `${offered.join(', ')}; none that may be used fits ${what} (`,
      ) as string,
    });
  });

  it('takes what the application wants first, and nothing else', () => {
    const mechanisms = ['X-OWN', 'PLAIN', 'SCRAM-SHA-1'];
    expect(choose(EVERYTHING, { ...withPassword, mechanisms })).toBe('PLAIN');
    expect(choose(['SCRAM-SHA-256'], { ...withPassword, mechanisms })).toBe('no-usable-mechanism');
    expect(choose(EVERYTHING, { ...withPassword, mechanisms: [] })).toBe('no-usable-mechanism');
  });

  it.each([
    ['PLAIN', having({ password: 'x' })],
    ['OAUTHBEARER', having({ token: 'abc' })],
    ['X-OAUTH2', having({ token: 'abc' })],
  ])('does not send a secret in the clear by %s', (name, options) => {
    expect(chooseMechanism([name], { ...options, plainAllowed: false })).toMatchObject({
      name: 'AuthError',
      condition: 'encryption-required',
      message: expect.stringContaining(`${name} is refused on a connection that is not encrypted`) as string,
    });
    expect(choose([name, 'SCRAM-SHA-1'], { ...having({ password: 'x' }), plainAllowed: false })).toBe(
      'SCRAM-SHA-1',
    );
  });

  it('takes a mechanism of the app’s own for what it says it is', () => {
    const own: OwnMechanism = { name: 'X-OWN', kind: 'own', clear: false };
    const mechanisms = [own, 'SCRAM-SHA-1'];
    expect(chooseMechanism(['SCRAM-SHA-1', 'X-OWN'], { ...withPassword, mechanisms })).toBe(own);
    const unencrypted = { ...withPassword, plainAllowed: false };
    expect(choose(['SCRAM-SHA-1', 'X-OWN'], { ...unencrypted, mechanisms })).toBe('SCRAM-SHA-1');
    expect(choose(['X-OWN'], { ...unencrypted, mechanisms })).toBe('encryption-required');
    expect(choose(['X-OWN'], { ...unencrypted, mechanisms: [{ ...own, clear: true }] })).toBe('X-OWN');
  });

  it.each([[[]], [['constructor', 'toString']]])('finds nothing in %j', (offered) => {
    expect(choose(offered, withPassword)).toBe('no-usable-mechanism');
    expect(choose(offered, { ...withPassword, mechanisms: offered })).toBe('no-usable-mechanism');
  });
});
