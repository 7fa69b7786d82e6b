import { config, of, Subject, throwError } from 'rxjs';
import { type Credentials, NS, type SaslMechanism, type ScramKeys } from 'rxmpp';
import { body, type DomainOptions, scramServer, syncCrypto } from 'rxmpp/testing';
import { CREATED, beginLogin, bindOffer, boundTo, idIn, offers, passLogin } from './support/by-hand.js';
import { textLike } from './support/expected.js';
import {
  type Actor,
  type DomainStage,
  inDomain,
  ROMEO,
  type ScriptedStage,
  withServer,
} from './support/stage.js';

const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text: string): string => Buffer.from(text, 'base64').toString();
const ALL = [
  ...(['SCRAM-SHA-512', 'SCRAM-SHA-384', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const),
  ...(['OAUTHBEARER', 'X-OAUTH2', 'EXTERNAL', 'ANONYMOUS'] as const),
];
const { jid, password } = ROMEO;
const TOKENS = { 'romeo-token': 'romeo' };

/** What has been said in SASL elements, in the clear. */
const said = (actor: Actor): readonly string[] =>
  actor.requests
    .flatMap((request) => request.body.children)
    .filter(({ ns }) => ns === NS.SASL)
    .map(({ text }) => decode(text));

const failed = (condition: string) => ({
  ...{ type: 'failed', during: 'auth' },
  error: { name: 'AuthError', condition },
});

/** One login: what became of it, and by which mechanism. */
const logIn = ({ actor, pass }: DomainStage, credentials: Credentials, mechanisms?: readonly string[]) => {
  const romeo = actor(mechanisms && { mechanisms });
  romeo.client.connect(credentials);
  pass(1000);
  const begun = romeo.statuses.find(({ type }) => type === 'authenticating');
  return { romeo, mechanism: begun && 'mechanism' in begun ? begun.mechanism : undefined };
};

describe('a login by', () => {
  it.each([
    ['SCRAM-SHA-512', { jid, password }, undefined],
    ['SCRAM-SHA-384', { jid, password }, ['SCRAM-SHA-384']],
    ['SCRAM-SHA-256', { jid, password }, ['SCRAM-SHA-256']],
    ['SCRAM-SHA-1', { jid, password }, ['SCRAM-SHA-1']],
    ['PLAIN', { jid, password }, ['PLAIN']],
    ['OAUTHBEARER', { jid, token: 'romeo-token' }, undefined],
    ['X-OAUTH2', { jid, token: 'romeo-token' }, ['X-OAUTH2', 'PLAIN']],
    ['EXTERNAL', { jid, external: true }, undefined],
    ['EXTERNAL', { jid, external: true, password }, undefined],
    ['ANONYMOUS', { jid: 'example.com' }, undefined],
  ] as const)('%s, which fits %j best of %j', (expected, credentials, mechanisms) => {
    inDomain(
      (stage) => {
        const { romeo, mechanism } = logIn(stage, credentials, mechanisms);
        expect(romeo.status).toMatchObject({ type: 'online', how: 'connected' });
        expect(mechanism).toBe(expected);
      },
      { mechanisms: ALL, tokens: TOKENS, certificate: 'romeo' },
    )();
  });

  it.each([
    [
      'a token that is no good',
      { jid, token: 'another' },
      'OAUTHBEARER',
      { message: textLike(/invalid_token/) },
    ],
    ['a token that is no good', { jid, token: 'another' }, 'X-OAUTH2', {}],
    ['a certificate of nobody', { jid, external: true }, 'EXTERNAL', {}],
  ] as const)('%s is refused with the reason: %j, %s', (_, credentials, mechanism, more) => {
    inDomain(
      (stage) => {
        const { romeo } = logIn(stage, credentials);
        expect(romeo.status).toMatchObject({ ...failed('not-authorized'), error: more });
        expect(romeo.requests.at(-1)!.body.attrs['type']).toBe('terminate');
      },
      { mechanisms: [mechanism], tokens: TOKENS },
    )();
  });

  it.each(['PLAIN', 'SCRAM-SHA-512', 'X-OAUTH2', 'OAUTHBEARER'] as const)(
    '%s may be by one user for another',
    (mechanism) => {
      const options: DomainOptions = {
        mechanisms: [mechanism],
        tokens: { 'nurse-token': 'nurse' },
        users: { nurse: 'secret' },
        mayActAs: (node, authzid) => node === 'nurse' && authzid === 'juliet@example.com',
      };
      const nurse = { authcid: 'nurse', password: 'secret', token: 'nurse-token' };
      const actAs = (who: string) => (stage: DomainStage) =>
        logIn(stage, { ...nurse, jid: `${who}@example.com` }).romeo.status;
      inDomain(
        (stage) => expect(actAs('juliet')(stage)).toMatchObject({ jid: textLike(/^juliet@/) }),
        options,
      )();
      inDomain((stage) => expect(actAs('romeo')(stage)).toMatchObject(failed('invalid-authzid')), options)();
    },
  );

  it(
    'what shows the secret is refused over an unencrypted connection, before any of it leaves',
    withServer(({ actor, server, pass }) => {
      const romeo = actor({ service: 'http://example.com/http-bind' });
      romeo.client.connect({ jid, password, token: 'romeo-token' });
      pass(0);
      server.answer('oldest', body(CREATED, offers(['PLAIN', 'OAUTHBEARER', 'X-OAUTH2'])));
      pass(5000);
      expect(romeo.status).toMatchObject(failed('encryption-required'));
      expect(said(romeo)).toEqual([]);
    }),
  );
});

describe('SCRAM keys', () => {
  it(
    'are given after a login with the password, and log in without it until it changes',
    inDomain(
      (stage) => {
        const learned: ScramKeys[] = [];
        logIn(stage, { jid, password, onScramKeys: (keys) => learned.push(keys) });
        expect(learned).toEqual([
          {
            ...{ hash: 'SHA-256', salt: textLike(/./), iterations: 64 },
            ...{ clientKey: textLike(/.{40,}/), serverKey: textLike(/.{40,}/) },
          },
        ]);
        const kept = JSON.parse(JSON.stringify(learned[0])) as ScramKeys;
        const { romeo } = logIn(stage, { jid, scramKeys: kept });
        expect(romeo.status).toMatchObject({ type: 'online' });
        expect(JSON.stringify([romeo.wire, romeo.statuses])).not.toContain(kept.clientKey);
      },
      { mechanisms: ['SCRAM-SHA-256', 'PLAIN'] },
    ),
  );

  it.each([
    ['another password', { clientKey: encode('x'.repeat(32)) }, 'not-authorized'],
    ['another salt', { salt: encode('y') }, 'keys-outdated'],
  ])('fail with a reason when they are made of %s', (_, change, condition) => {
    inDomain((stage) => {
      const learned: ScramKeys[] = [];
      logIn(stage, { jid, password, onScramKeys: (keys) => learned.push(keys) });
      const { romeo } = logIn(stage, { jid, scramKeys: { ...learned[0]!, ...change } });
      expect(romeo.status).toMatchObject(failed(condition));
    })();
  });

  it(
    'are given to nobody when the login fails',
    inDomain((stage) => {
      const learned: ScramKeys[] = [];
      logIn(stage, { jid, password: 'wrong', onScramKeys: (keys) => learned.push(keys) });
      expect(learned).toEqual([]);
    }),
  );

  it(
    'disturb nothing when the app throws over them',
    inDomain((stage) => {
      const errors: unknown[] = [];
      config.onUnhandledError = (error) => errors.push(error);
      const onScramKeys = () => {
        throw new Error('of the app');
      };
      const { romeo } = logIn(stage, { jid, password, onScramKeys });
      config.onUnhandledError = null;
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(errors).toMatchObject([{ message: 'of the app' }]);
    }),
  );
});

describe('credentials that are asked for', () => {
  it(
    'may take as long as they like, and are asked for anew at each login',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      const passwords = ['wrong', password];
      const asked$ = new Subject<Credentials>();
      romeo.client.connect(() => asked$);
      pass(120_000);
      expect(romeo.statuses.map(({ type }) => type)).toEqual(['offline', 'connecting']);
      expect(romeo.requests).toEqual([]);
      asked$.next({ jid, password: passwords.shift()! });
      pass(1000);
      expect(romeo.status).toMatchObject(failed('not-authorized'));
      romeo.client.connect(() => of({ jid, password: passwords.shift()! }));
      pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'are not waited for any more once the login is called off',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      const asked$ = new Subject<Credentials>();
      romeo.client.connect(() => asked$);
      romeo.client.disconnect();
      expect(asked$.observed).toBe(false);
      expect(romeo.status).toEqual({ type: 'offline' });
      pass(1000);
      expect(romeo.requests).toEqual([]);
    }),
  );

  it.each([
    ['there are none', throwError(() => new Error('cancelled')), 'AuthError', 'no-credentials'],
    ['they name nobody', of({ jid: '@' }), 'UsageError', 'jid-malformed'],
  ])('fail the login when %s', (_, source$, name, condition) => {
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.connect(() => source$);
      pass(0);
      expect(romeo.status).toMatchObject({ type: 'failed', during: 'auth', error: { name, condition } });
      expect(romeo.requests).toEqual([]);
    })();
  });
});

describe('a mechanism of the app’s own', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
  const text = (data: Uint8Array): string => Buffer.from(data).toString();

  const talk = (mechanism: SaslMechanism, play: (stage: ScriptedStage, romeo: Actor) => void) =>
    withServer((stage) => {
      const romeo = stage.actor({ mechanisms: [mechanism, 'PLAIN'] });
      romeo.client.connect({ jid, password });
      stage.pass(0);
      stage.server.answer('oldest', body(CREATED, offers(['PLAIN', 'X-KNOCK'])));
      stage.pass(0);
      play(stage, romeo);
    });
  const challenge = (data: string): string => `<challenge xmlns="${NS.SASL}">${encode(data)}</challenge>`;

  const knocking = (heard: string[] = []): SaslMechanism => ({
    name: 'X-KNOCK',
    start: ({ jid: who }) => ({
      begin: () => of(bytes(`knock ${who}`)),
      respond: (asked) => of(bytes(`because ${text(asked)}`)),
      succeed: (data) => {
        heard.push(text(data));
        return text(data) === 'welcome' ? of(undefined) : throwError(() => new Error('who is this?'));
      },
    }),
  });

  it(
    'logs in',
    talk(knocking(), (stage, romeo) => {
      const { server, pass } = stage;
      expect(romeo.status).toEqual({ type: 'authenticating', mechanism: 'X-KNOCK' });
      server.answer('oldest', body({}, challenge('why')));
      pass(0);
      expect(said(romeo)).toEqual([`knock ${jid}`, 'because why']);
      server.answer('oldest', body({}, `<success xmlns="${NS.SASL}">${encode('welcome')}</success>`));
      pass(0);
      server.answer('oldest', body({}, bindOffer()));
      pass(0);
      server.answer('oldest', body({}, boundTo(idIn(romeo.open[0]!), jid)));
      pass(0);
      expect(romeo.status).toMatchObject({ type: 'online', jid });
    }),
  );

  it(
    'may refuse a server that says yes',
    talk(knocking(), ({ server, pass }, romeo) => {
      server.answer('oldest', body({}, `<success xmlns="${NS.SASL}">${encode('hello')}</success>`));
      pass(10_000);
      expect(romeo.status).toMatchObject(failed('mechanism-failure'));
      expect(romeo.requests.some(({ text: xml }) => xml.includes('restart'))).toBe(false);
    }),
  );

  it.each([
    [true, { type: 'authenticating', mechanism: 'X-KNOCK' }],
    [false, { ...failed('encryption-required') }],
  ])('is used on an unencrypted connection only if it says that it may be: %s', (safeUnencrypted, status) => {
    withServer(({ actor, server, pass }) => {
      const service = 'http://example.com/http-bind';
      const romeo = actor({ service, mechanisms: [{ ...knocking(), safeUnencrypted }] });
      romeo.client.connect({ jid, password });
      pass(0);
      server.answer('oldest', body(CREATED, offers(['X-KNOCK'])));
      pass(5000);
      expect(romeo.status).toMatchObject(status);
    })();
  });
});

describe('a hostile server', () => {
  const nonceOf = (first: string): string => /r=(.*)$/.exec(first)![1]!;
  const challenge = (text: string): string =>
    `<challenge xmlns="${NS.SASL}">${text && encode(text)}</challenge>`;

  it.each([
    [
      'an iteration count of ten million',
      (nonce: string) => `r=${nonce}x,s=AAAA,i=10000000`,
      'invalid-challenge',
    ],
    [
      'an iteration count beyond all numbers',
      (nonce: string) => `r=${nonce}x,s=AAAA,i=${'9'.repeat(400)}`,
      'invalid-challenge',
    ],
    ['a nonce that is not ours', (nonce: string) => `r=x${nonce},s=AAAA,i=4096`, 'invalid-challenge'],
    ['our nonce with nothing added', (nonce: string) => `r=${nonce},s=AAAA,i=4096`, 'invalid-challenge'],
    ['an empty challenge', () => '', 'malformed-challenge'],
    ['a challenge of another mechanism', () => 'realm="x",nonce="y"', 'malformed-challenge'],
    ['a demand for an extension', (nonce: string) => `m=x,r=${nonce}x,s=AAAA,i=4096`, 'invalid-challenge'],
  ])('that sends %s gets no answer, and no work out of us', (_, makeUp, condition) => {
    withServer((stage) => {
      let hashings = 0;
      const pbkdf2: typeof syncCrypto.pbkdf2 = (...given) => ((hashings += 1), syncCrypto.pbkdf2(...given));
      const romeo = stage.actor({ platform: { crypto: { ...syncCrypto, pbkdf2 } } });
      beginLogin(stage, romeo, ['SCRAM-SHA-512', 'PLAIN']);
      stage.server.answer('oldest', body({}, challenge(makeUp(nonceOf(said(romeo)[0]!)))));
      stage.pass(10_000);
      expect(romeo.status).toMatchObject(failed(condition));
      expect(hashings).toBe(0);
      expect(said(romeo)).toHaveLength(1);
    })();
  });

  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'that signs wrongly, or not at all, is not believed (SCRAM-%s)',
    (hash) => {
      const seal = (forge: (serverFinal: string) => string) =>
        withServer(({ actor, server, pass }) => {
          const romeo = actor({ mechanisms: [`SCRAM-${hash}`] });
          beginLogin({ server, pass }, romeo, [`SCRAM-${hash}`]);
          const scram = scramServer(hash, password, { iterations: 16, salt: encode('salt') }, 'nonce');
          server.answer('oldest', body({}, challenge(scram.first(said(romeo)[0]!))));
          pass(0);
          const { ok, serverFinal } = scram.final(said(romeo)[1]!);
          expect(ok).toBe(true);
          const data = encode(forge(serverFinal));
          server.answer('oldest', body({}, `<success xmlns="${NS.SASL}">${data}</success>`));
          pass(10_000);
          expect(romeo.status).toMatchObject(failed('server-signature'));
          expect(romeo.requests.some(({ text }) => text.includes('xmpp:restart'))).toBe(false);
        });
      seal((serverFinal) => serverFinal.replace(/^v=./, (start) => (start === 'v=A' ? 'v=B' : 'v=A')))();
      seal(() => '')();
    },
  );

  it(
    'that refuses the strongest mechanism is not given a weaker one',
    withServer(({ actor, server, pass }) => {
      const romeo = actor();
      beginLogin({ server, pass }, romeo, ['SCRAM-SHA-512', 'SCRAM-SHA-1', 'PLAIN']);
      server.answer('oldest', body({}, `<failure xmlns="${NS.SASL}"><not-authorized/></failure>`));
      pass(10_000);
      expect(romeo.status).toMatchObject(failed('not-authorized'));
      expect(said(romeo)).toHaveLength(1);
      expect(romeo.requests.at(-1)!.body.attrs['type']).toBe('terminate');
    }),
  );

  it('gets nothing but a name from a page whose cryptography is broken', () => {
    withServer(({ actor, server, pass }) => {
      const broken = { ...syncCrypto, pbkdf2: () => throwError(() => new Error('no crypto.subtle')) };
      const romeo = actor({ platform: { crypto: broken } });
      beginLogin({ server, pass }, romeo, ['SCRAM-SHA-512', 'PLAIN']);
      server.answer('oldest', body({}, challenge(`r=${nonceOf(said(romeo)[0]!)}x,s=AAAA,i=4096`)));
      pass(10_000);
      expect(romeo.status).toMatchObject(failed('crypto-failure'));
      expect(said(romeo)).toHaveLength(1);
    })();
  });
});

describe('explicit resource binding', () => {
  const begin = ({ server, pass, actor }: ScriptedStage): Actor => {
    const romeo = actor({ explicitResourceBinding: true });
    passLogin({ server, pass }, romeo);
    server.answer('oldest', body({}, bindOffer('<sm xmlns="urn:xmpp:sm:3"/>')));
    pass(0);
    return romeo;
  };

  it(
    'waits for bind() as long as that takes, with a request open, and shows what the server offers',
    withServer((stage) => {
      const { server, pass } = stage;
      const romeo = begin(stage);
      const { features } = romeo.status as Extract<Actor['status'], { type: 'binding' }>;
      expect(features.child('sm', 'urn:xmpp:sm:3')).toBeDefined();
      for (let minutes = 0; minutes < 5; minutes++) {
        expect(romeo.open).toMatchObject([{ body: { nodes: [] } }]);
        pass(60_000);
        server.answer('oldest', body());
        pass(0);
      }
      expect(romeo.status).toMatchObject({ type: 'binding' });
      romeo.client.bind();
      pass(100);
      const asked = romeo.open.find(({ text }) => text.includes(NS.BIND))!;
      server.answer('oldest', body());
      server.answer(asked.rid!, body({}, boundTo(idIn(asked), jid)));
      pass(0);
      expect(romeo.status).toMatchObject({ type: 'online', jid });
    }),
  );

  it(
    'gives the login its time anew once bind() has been called',
    withServer((stage) => {
      const romeo = begin(stage);
      stage.pass(20_000);
      romeo.client.bind();
      romeo.client.bind();
      stage.pass(29_000);
      expect(romeo.requests.filter(({ text }) => text.includes(NS.BIND))).toHaveLength(1);
      expect(romeo.status).toMatchObject({ type: 'binding' });
      stage.pass(5_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'timeout' },
      });
    }),
  );

  it(
    'can be called off',
    withServer((stage) => {
      const romeo = begin(stage);
      romeo.client.disconnect();
      expect(romeo.status).toEqual({ type: 'disconnecting' });
      stage.pass(5_000);
      expect(romeo.status).toEqual({ type: 'offline' });
    }),
  );

  it(
    'means nothing at any other time',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.bind();
      romeo.client.connect(ROMEO);
      romeo.client.bind();
      pass(1000);
      const before = romeo.requests.length;
      romeo.client.bind();
      pass(1000);
      expect(romeo.requests).toHaveLength(before);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );
});
