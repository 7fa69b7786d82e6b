import { scramProof } from '../../lib/client/scram-proof.js';
import { AuthError } from '../../lib/protocol/errors.js';
import type { SessionEffect } from '../../lib/protocol/session-state.js';
import type { ScramProof } from '../../lib/protocol/scram.js';
import { syncCrypto } from '../../lib/testing/crypto.js';
import { JID, message } from './support/bosh.js';
import {
  attach,
  bindFeatures,
  binding,
  bound,
  challenge,
  login,
  mechanisms,
  onlineByLogin,
  refusal,
  restarting,
  said,
  saslFailure,
  success,
  talk,
  told,
} from './support/session.js';

const SASL = 'xmlns="urn:ietf:params:xml:ns:xmpp-sasl"';
const BIND = 'xmlns="urn:ietf:params:xml:ns:xmpp-bind"';
const SESSION = '<session xmlns="urn:ietf:params:xml:ns:xmpp-session"/>';
const OPTIONAL = '<session xmlns="urn:ietf:params:xml:ns:xmpp-session"><optional/></session>';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

// RFC 5802 §5
const SERVER_FIRST = base64('r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096');
const CLIENT_FINAL = base64(
  'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
);
const SERVER_FINAL = base64('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=');

const proofOf = (effects: readonly SessionEffect[]): ScramProof => {
  const proofs: ScramProof[] = [];
  for (const effect of effects)
    if (effect.type === 'prove')
      scramProof(syncCrypto, effect.request).subscribe((proof) => proofs.push(proof));
  if (!proofs[0]) throw new Error('no proof was asked for');
  return proofs[0];
};

const failedWith = (during: string, condition: string, name?: string) => ({
  phase: 'ending',
  failure: { during, error: { condition, ...(name !== undefined && { name }) } },
});

describe('authentication', () => {
  it('begins with the strongest mechanism offered, whatever else is (case 62)', () => {
    const session = talk(login);
    const effects = session.say(mechanisms('PLAIN', ' SCRAM-SHA-1 ', 'SCRAM-SHA-1-PLUS', 'X'));
    expect(effects.map(({ type }) => type)).toEqual(['tell', 'status', 'tell']);
    expect(session.statuses().at(-1)).toEqual({ type: 'authenticating', mechanism: 'SCRAM-SHA-1' });
    expect(said(effects)).toEqual([
      `<auth ${SASL} mechanism="SCRAM-SHA-1">${base64('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL')}</auth>`,
    ]);
    expect(told(effects)[0]).toEqual({ type: 'handled', ref: { rid: 1, index: 0 } });
  });

  it('is the exchange of RFC 5802 §5, then a restart', () => {
    const session = talk(login);
    session.say(mechanisms('SCRAM-SHA-1'));
    const proof = proofOf(session.say(challenge(SERVER_FIRST)));
    expect(said(session.feed({ type: 'proved', proof }))).toEqual([
      `<response ${SASL}>${CLIENT_FINAL}</response>`,
    ]);
    expect(said(session.say(success(` ${SERVER_FINAL}\n`)))).toEqual(['restart']);
    expect(session.state()).toMatchObject({ phase: 'restarting', authenticated: true });
  });

  it('may have the signature in a challenge of its own', () => {
    const session = talk(login);
    session.say(mechanisms('SCRAM-SHA-1'));
    session.feed({ type: 'proved', proof: proofOf(session.say(challenge(SERVER_FIRST))) });
    expect(said(session.say(challenge(SERVER_FINAL)))).toEqual([`<response ${SASL}/>`]);
    expect(said(session.say(success()))).toEqual(['restart']);
  });

  it('fails when the server can not prove itself, without a restart (case 57)', () => {
    const session = talk(login);
    session.say(mechanisms('SCRAM-SHA-1'));
    session.feed({ type: 'proved', proof: proofOf(session.say(challenge(SERVER_FIRST))) });
    expect(said(session.say(success(base64('v=AAAA'))))).toEqual(['terminate']);
    expect(session.state()).toMatchObject(failedWith('auth', 'server-signature', 'AuthError'));
  });

  it.each([
    ['nothing but channel binding (case 58)', mechanisms('SCRAM-SHA-1-PLUS'), {}, 'no-usable-mechanism'],
    ['nothing', '<stream:features/>', {}, 'no-usable-mechanism'],
    [
      'what the user does not allow',
      mechanisms('PLAIN'),
      { mechanisms: ['SCRAM-SHA-1'] },
      'no-usable-mechanism',
    ],
    ['PLAIN in the clear', mechanisms('PLAIN'), { plainAllowed: false }, 'encryption-required'],
    [
      'what needs a password that there is none of',
      mechanisms('PLAIN'),
      { credentials: { jid: 'a@b', username: 'a' } },
      'no-usable-mechanism',
    ],
    [
      'what these credentials can not be written for',
      mechanisms('PLAIN'),
      { credentials: { jid: 'a@b', username: 'a', password: '\0' } },
      'malformed-request',
    ],
  ])('fails when the server offers %s', (_, features, plan, condition) => {
    const session = talk({ ...login, ...plan });
    expect(said(session.say(features))).toEqual(['terminate']);
    expect(session.state()).toMatchObject(failedWith('auth', condition, 'AuthError'));
    expect(session.statuses()).toEqual([{ type: 'connecting', how: 'login' }]);
  });

  it('fails with the condition that the server says', () => {
    const session = talk(login);
    session.say(mechanisms('PLAIN'));
    expect(told(session.say(saslFailure('not-authorized'))).at(-1)).toEqual({
      type: 'terminate',
      elements: [],
      upTo: 0,
    });
    expect(session.state()).toMatchObject(failedWith('auth', 'not-authorized', 'AuthError'));
  });

  it('fails when the proof can not be computed', () => {
    const session = talk(login);
    session.say(mechanisms('SCRAM-SHA-1'));
    session.say(challenge(SERVER_FIRST));
    session.feed({ type: 'faulted', error: new AuthError('crypto-failure', 'No') });
    expect(session.state()).toMatchObject(failedWith('auth', 'crypto-failure'));
  });

  it('waits on when the server says something else of it', () => {
    const session = talk(login);
    session.say(mechanisms('PLAIN'));
    expect(said(session.say(`<unheard ${SASL}/>`))).toEqual(['listen']);
  });

  it.each([
    ['before it has begun', talk(login)],
    ['when it is over', restarting()],
  ])('is not spoken of %s', (_, session) => {
    const { phase } = session.state();
    expect(session.say(success()).map(({ type }) => type)).toEqual(['tell']);
    expect(session.say(saslFailure('aborted')).map(({ type }) => type)).toEqual(['tell']);
    expect(session.feed({ type: 'faulted', error: new AuthError('crypto-failure', 'No') })).toEqual([]);
    expect(session.state().phase).toBe(phase);
  });

  it('does not go on once it has been called off', () => {
    const session = talk(login);
    session.say(mechanisms('SCRAM-SHA-1'));
    const proof = proofOf(session.say(challenge(SERVER_FIRST)));
    session.feed({ type: 'disconnect', elements: [], upTo: 0 });
    expect(session.feed({ type: 'proved', proof })).toEqual([]);
    expect(session.feed({ type: 'proved', proof })).toEqual([]);
    session.close();
    expect(session.log.at(-1)).toMatchObject({ type: 'end', failure: undefined });
  });

  it('knows no proof that was not asked for', () => {
    const session = talk(login);
    const none = new Uint8Array();
    const proof = { clientProof: none, serverSignature: none, clientKey: none, serverKey: none };
    expect(session.feed({ type: 'proved', proof })).toEqual([]);
  });
});

describe('binding', () => {
  it('leaves the resource to the server, and takes the JID that it says (case 59)', () => {
    const session = restarting();
    expect(said(session.say(bindFeatures()))).toEqual([
      `<iq xmlns="jabber:client" type="set" id="b1"><bind ${BIND}/></iq>`,
    ]);
    expect(told(session.say(bound(' user@example.com/other\n')))).toEqual([
      { type: 'handled', ref: { rid: 4, index: 0 } },
      { type: 'online', jid: 'user@example.com/other', polling: true },
    ]);
    expect(session.statuses().at(-1)?.type).toBe('authenticating');
    session.feed({ type: 'ready' });
    expect(session.statuses().at(-1)).toEqual({
      ...{ type: 'online', how: 'connected', jid: 'user@example.com/other', resumed: false, stalled: false },
    });
    expect(session.state().wakeAt).toBeUndefined();
  });

  it('asks for the resource that the user wants', () => {
    const session = restarting({ resource: 'bal<cony' });
    expect(said(session.say(bindFeatures()))[0]).toContain(
      `<bind ${BIND}><resource>bal&lt;cony</resource></bind>`,
    );
  });

  it('may be for a session that is to be given away', () => {
    expect(told(binding({ polling: false }).say(bound()))[1]).toEqual({
      type: 'online',
      jid: JID,
      polling: false,
    });
  });

  it.each([
    ['is not offered', '<stream:features/>', 'bind-missing', 'StreamError'],
    ['is refused (case 60)', refusal('b1'), 'conflict', 'StanzaError'],
    [
      'brings no JID',
      '<iq xmlns="jabber:client" type="result" id="b1"/>',
      'protocol-violation',
      'StreamError',
    ],
    [
      'brings an empty one',
      `<iq xmlns="jabber:client" type="result" id="b1"><bind ${BIND}/></iq>`,
      'protocol-violation',
      'StreamError',
    ],
    ['brings a bare one', bound('user@example.com'), 'protocol-violation', 'StreamError'],
  ])('fails when it %s', (_, xml, condition, name) => {
    const session = xml.startsWith('<stream') ? restarting() : binding();
    expect(said(session.say(xml))).toEqual(['terminate']);
    expect(session.state()).toMatchObject(failedWith('connect', condition, name));
  });

  it('is answered by the iq with its id alone; what else comes waits (case 64)', () => {
    const session = binding();
    expect(said(session.say(bound().replace('b1', 'b2')))).toEqual(['listen']);
    expect(said(session.say(message('b1')))).toEqual(['listen']);
    expect(said(session.say(bindFeatures()))).toEqual([]);
    expect(said(session.say(bound()))).toEqual(['online']);
    expect(session.state().early).toHaveLength(2);
  });
});

describe('binding when the app says so', () => {
  const bindable = () => {
    const session = restarting({ bindWhenTold: true });
    return { session, effects: session.say(bindFeatures()) };
  };

  it('says what is offered, and waits without a limit', () => {
    const { session, effects } = bindable();
    expect(session.statuses().at(-1)).toMatchObject({ type: 'binding', features: { name: 'features' } });
    expect(said(effects)).toEqual(['listen']);
    expect(session.state()).toMatchObject({ phase: 'bindable', wakeAt: undefined });
  });

  it('goes on when it is told to, once, and with its time anew', () => {
    const { session } = bindable();
    session.at(100_000);
    expect(said(session.feed({ type: 'bind' }))).toEqual([
      `<iq xmlns="jabber:client" type="set" id="b1"><bind ${BIND}/></iq>`,
    ]);
    expect(session.state().wakeAt).toBe(130_000);
    expect(session.feed({ type: 'bind' })).toEqual([]);
    expect(said(session.say(bound()))).toEqual(['online']);
  });

  it('establishes the session that the server wants, all the same', () => {
    const session = restarting({ bindWhenTold: true });
    session.say(bindFeatures(SESSION));
    session.feed({ type: 'bind' });
    expect(said(session.say(bound()))[0]).toContain(SESSION);
  });

  it('keeps what comes meanwhile', () => {
    const { session } = bindable();
    expect(said(session.say(message('m1')))).toEqual(['listen']);
    expect(session.state().early).toHaveLength(1);
  });

  it('has no bearing on anything else', () => {
    expect(talk(login).feed({ type: 'bind' })).toEqual([]);
    expect(talk(attach).feed({ type: 'bind' })).toEqual([]);
  });
});

describe('a mechanism of the app', () => {
  const own = { name: 'X-OWN', kind: 'own', clear: false } as const;

  it('is asked for what is said', () => {
    const session = talk({ ...login, mechanisms: [own] });
    const begun = session.say(mechanisms('X-OWN', 'PLAIN'));
    expect(begun.slice(1)).toEqual([
      { type: 'status', status: { type: 'authenticating', mechanism: 'X-OWN' } },
      { type: 'ask', mechanism: 'X-OWN', question: { type: 'begin' } },
    ]);
    expect(said(session.feed({ type: 'replied', reply: Uint8Array.of(1) }))).toEqual([
      `<auth ${SASL} mechanism="X-OWN">AQ==</auth>`,
    ]);
    expect(session.say(challenge('Ag==')).at(-1)).toMatchObject({
      type: 'ask',
      question: { type: 'challenge' },
    });
    expect(said(session.feed({ type: 'replied', reply: undefined }))).toEqual([`<response ${SASL}/>`]);
    session.say(success());
    expect(said(session.feed({ type: 'replied', reply: undefined }))).toEqual(['restart']);
  });
});

it('keys are learned once the server has proven itself', () => {
  const session = talk(login);
  session.say(mechanisms('SCRAM-SHA-1'));
  session.feed({ type: 'proved', proof: proofOf(session.say(challenge(SERVER_FIRST))) });
  expect(session.log.some(({ type }) => type === 'learned')).toBe(false);
  expect(session.say(success(SERVER_FINAL))).toContainEqual({
    type: 'learned',
    keys: expect.objectContaining({ hash: 'SHA-1', salt: 'QSXCR+Q6sek8bf92', iterations: 4096 }) as object,
  });
});

it('a refused token is refused with what the server has said of it', () => {
  const credentials = { ...login.credentials, token: 'abc' };
  const session = talk({ ...login, credentials, mechanisms: ['OAUTHBEARER'] });
  session.say(mechanisms('OAUTHBEARER'));
  expect(said(session.say(challenge(base64('{"status":"invalid_token"}'))))).toEqual([
    `<response ${SASL}>AQ==</response>`,
  ]);
  session.say(saslFailure('not-authorized'));
  expect(session.state()).toMatchObject(failedWith('auth', 'not-authorized', 'AuthError'));
  expect(session.state().failure?.error.message).toContain('invalid_token');
});

describe('the session of RFC 3921', () => {
  it('is established where the server insists', () => {
    const session = restarting();
    session.say(bindFeatures(SESSION));
    expect(said(session.say(bound()))).toEqual([
      `<iq xmlns="jabber:client" type="set" id="b1-s">${SESSION}</iq>`,
    ]);
    expect(said(session.say(bound()))).toEqual(['listen']);
    expect(told(session.say('<iq xmlns="jabber:client" type="result" id="b1-s"/>')).at(-1)).toEqual({
      ...{ type: 'online', jid: JID, polling: true },
    });
  });

  it('is left out where it is optional (case 61)', () => {
    const session = restarting();
    session.say(bindFeatures(OPTIONAL));
    expect(said(session.say(bound()))).toEqual(['online']);
  });

  it('can be refused', () => {
    const session = restarting();
    session.say(bindFeatures(SESSION));
    session.say(bound());
    session.say(refusal('b1-s'));
    expect(session.state()).toMatchObject(failedWith('connect', 'conflict', 'StanzaError'));
    expect(session.state().failure?.error.retryable).toBe(true);
  });
});

it('an anonymous login tells the server nothing', () => {
  const session = talk({ ...login, anonymous: true, credentials: { jid: 'example.com', username: '' } });
  expect(said(session.say(mechanisms('ANONYMOUS', 'PLAIN')))).toEqual([
    `<auth ${SASL} mechanism="ANONYMOUS">=</auth>`,
  ]);
});

it('features that come later change nothing', () => {
  const session = onlineByLogin();
  expect(session.say(mechanisms('PLAIN')).map(({ type }) => type)).toEqual(['tell']);
  expect(session.state().phase).toBe('online');
});
