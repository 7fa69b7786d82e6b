import { NS, Strophe } from 'rxmpp';
import { inDomain, JULIET, type Page, refusal, type Stage } from './support/page.js';

const BARE = 'juliet@example.com';

/** What the first SASL element of the page's latest login said. */
const auth = ({ domain }: Stage) => {
  const all = domain.requests
    .flatMap(({ body }) => body.children)
    .filter(({ name, ns }) => name === 'auth' && ns === NS.SASL);
  const { attrs, text } = all.at(-1)!;
  return { mechanism: attrs['mechanism'], text: Buffer.from(text, 'base64').toString('binary') };
};

const logIn = ({ pass }: Stage, { connection, callback }: Page, ...given: unknown[]): void => {
  const [jid, secret, ...rest] = given as [string, string, ...never[]];
  connection.connect(jid, secret, callback, ...rest);
  pass(1000);
};

describe('mechanisms', () => {
  it(
    'are tried by priority, and those whose test() is false are not',
    inDomain(
      (stage) => {
        class Weak extends Strophe.SASLPlain {
          constructor() {
            super();
            this.priority = 80;
          }
        }
        class Never extends Strophe.SASLSHA256 {
          override test(): boolean {
            return false;
          }
        }
        const page = (mechanisms?: Strophe.MechanismOption[]) => stage.page(mechanisms && { mechanisms });
        for (const [mechanisms, expected] of [
          [undefined, 'SCRAM-SHA-512'],
          [[Strophe.SASLSHA1, Strophe.SASLSHA256], 'SCRAM-SHA-256'],
          [[Strophe.SASLSHA1, Weak], 'PLAIN'],
          [[Never, Strophe.SASLSHA1], 'SCRAM-SHA-1'],
          [['SCRAM-SHA-384'], 'SCRAM-SHA-384'],
        ] as const) {
          logIn(stage, page(mechanisms && [...mechanisms]), JULIET, 'capulet');
          expect(auth(stage).mechanism).toBe(expected);
        }
      },
      { mechanisms: ['SCRAM-SHA-512', 'SCRAM-SHA-384', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] },
    ),
  );

  const { SASLSHA512, SASLSHA384, SASLSHA256, SASLSHA1, SASLPlain } = Strophe;
  const { SASLOAuthBearer, SASLXOAuth2, SASLAnonymous, SASLExternal } = Strophe;
  it.each([
    ['SCRAM-SHA-512', SASLSHA512, JULIET, 'capulet'],
    ['SCRAM-SHA-384', SASLSHA384, JULIET, 'capulet'],
    ['SCRAM-SHA-256', SASLSHA256, JULIET, 'capulet'],
    ['SCRAM-SHA-1', SASLSHA1, JULIET, 'capulet'],
    ['PLAIN', SASLPlain, JULIET, 'capulet'],
    ['OAUTHBEARER', SASLOAuthBearer, JULIET, 'her-token'],
    ['X-OAUTH2', SASLXOAuth2, JULIET, 'her-token'],
    ['ANONYMOUS', SASLAnonymous, 'example.com', null],
    ['EXTERNAL', SASLExternal, JULIET, null],
  ] as const)('alone of its class: %s', (expected, only, jid, secret) => {
    inDomain(
      (stage) => {
        const page = stage.page({ mechanisms: [only] });
        logIn(stage, page, jid, secret);
        expect(auth(stage).mechanism).toBe(expected);
        expect(page.heard.at(-1)).toBe('CONNECTED');
      },
      {
        mechanisms: [
          ...(['SCRAM-SHA-512', 'SCRAM-SHA-384', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const),
          ...(['OAUTHBEARER', 'X-OAUTH2', 'ANONYMOUS', 'EXTERNAL'] as const),
        ],
        tokens: { 'her-token': 'juliet' },
        certificate: 'juliet',
      },
    )();
  });

  it(
    'can be registered later',
    inDomain(
      (stage) => {
        const page = stage.page({ mechanisms: [] });
        page.connection.registerSASLMechanism(Strophe.SASLPlain);
        expect(Object.keys(page.connection.mechanisms)).toEqual(['PLAIN']);
        logIn(stage, page, JULIET, 'capulet');
        expect(auth(stage).mechanism).toBe('PLAIN');
        page.connection.registerSASLMechanisms([
          Strophe.SASLSHA1,
          'PLAIN',
          { name: 'X-OWN', start: () => null as never },
        ]);
        expect(Object.keys(page.connection.mechanisms)).toEqual(['SCRAM-SHA-1', 'PLAIN', 'X-OWN']);
        page.connection.registerSASLMechanisms();
        expect(Object.keys(page.connection.mechanisms)).toHaveLength(9);
      },
      { mechanisms: ['SCRAM-SHA-1', 'PLAIN'] },
    ),
  );

  it(
    'of the app read the connection, answer, and hear how it ended',
    inDomain(
      (stage) => {
        const said: unknown[] = [];
        class Plainly extends Strophe.SASLMechanism {
          constructor() {
            super('PLAIN', false, 1);
          }

          override onStart({ authzid, pass, domain }: Strophe.SaslConnection): void {
            said.push([authzid, pass, domain]);
          }

          override onChallenge({ authcid }: Strophe.SaslConnection, challenge?: string): string {
            said.push(challenge);
            return `\0${authcid}\0capulet`;
          }

          override onSuccess(): void {
            said.push('success');
          }

          override onFailure(): void {
            said.push('failure');
          }
        }
        class Wrongly extends Plainly {
          override onChallenge(): string {
            return '\0juliet\0wrong';
          }
        }
        class GivesUp extends Plainly {
          override clientChallenge(): false {
            return false;
          }

          constructor() {
            super();
            Object.assign(this, { isClientFirst: true });
          }
        }
        const [right, wrong, none] = [Plainly, Wrongly, GivesUp].map((one) =>
          stage.page({ mechanisms: [one] }),
        );
        logIn(stage, right!, JULIET, 'x');
        expect(right!.heard.at(-1)).toBe('CONNECTED');
        logIn(stage, wrong!, JULIET, 'x');
        expect(wrong!.heard).toContain('AUTHFAIL not-authorized');
        logIn(stage, none!, JULIET, 'x');
        expect(none!.heard).toContain('AUTHFAIL mechanism-failure');
        const start = [BARE, 'x', 'example.com'];
        expect(said).toEqual([start, '', 'success', start, 'failure', start, 'failure']);
      },
      { mechanisms: ['PLAIN'] },
    ),
  );

  it('of no kind of their own say nothing', () => {
    const mechanism = new Strophe.SASLMechanism('X');
    expect(() => mechanism.clientChallenge(null as never)).toThrow(refusal('AuthError', 'mechanism-failure'));
    expect([mechanism.test(null as never), mechanism.priority, mechanism.isClientFirst]).toEqual([
      true,
      0,
      false,
    ]);
  });
});

describe('who logs in', () => {
  it(
    'connect() with SCRAM keys in place of the password, which an earlier login has left in scram_keys',
    inDomain(
      (stage) => {
        const first = stage.page();
        expect(first.connection.scram_keys).toBeNull();
        logIn(stage, first, JULIET, 'capulet');
        const keys = first.connection.scram_keys!;
        expect(Object.keys(keys)).toEqual(['name', 'salt', 'iter', 'ck', 'sk']);
        const second = stage.page();
        logIn(stage, second, BARE, JSON.parse(JSON.stringify(keys)));
        expect(second.heard.at(-1)).toBe('CONNECTED');
      },
      { mechanisms: ['SCRAM-SHA-256'] },
    ),
  );

  it(
    'is a token where only a token will do, with a name or without',
    inDomain(
      (stage) => {
        for (const jid of [JULIET, 'example.com']) {
          const page = stage.page();
          logIn(stage, page, jid, 'her-token');
          expect(auth(stage).mechanism).toBe('OAUTHBEARER');
          expect(page.heard.at(-1)).toBe('CONNECTED');
          expect(page.connection.jid).toMatch(/^juliet@/);
        }
      },
      { mechanisms: ['OAUTHBEARER', 'ANONYMOUS'], tokens: { 'her-token': 'juliet' } },
    ),
  );

  it(
    'is whom the certificate names when there is no password; authcid says whether the JID is sent (XEP-0178)',
    inDomain(
      (stage) => {
        for (const [authcid, said] of [
          [undefined, BARE],
          [BARE, ''],
        ] as const) {
          const page = stage.page();
          logIn(stage, page, JULIET, null, undefined, undefined, undefined, authcid);
          expect(auth(stage)).toEqual({ mechanism: 'EXTERNAL', text: said });
          expect(page.heard.at(-1)).toBe('CONNECTED');
        }
      },
      { mechanisms: ['EXTERNAL', 'ANONYMOUS'], certificate: 'juliet' },
    ),
  );

  it(
    'is another user that acts as the one of the JID, with an authcid',
    inDomain(
      (stage) => {
        const page = stage.page();
        const seen: unknown[] = [];
        const { connection } = page;
        connection.connect(
          JULIET,
          'secret',
          () => seen.push([connection.authcid, connection.authzid, connection.pass]),
          ...([null, null, null, 'nurse', 500] as const),
        );
        stage.pass(1000);
        expect(auth(stage).text).toBe(`${BARE}\0nurse\0secret`);
        expect(seen).toEqual([
          ['nurse', BARE, 'secret'],
          ['nurse', BARE, 'secret'],
          ['nurse', BARE, null],
        ]);
      },
      {
        ...{ mechanisms: ['PLAIN'], users: { nurse: 'secret' } },
        mayActAs: (node, authzid) => node === 'nurse' && authzid === BARE,
      },
    ),
  );

  it(
    'stays who it was when connect() is refused',
    inDomain((stage) => {
      const { connection } = stage.online();
      expect(() => connection.connect('romeo@example.com', 'x')).toThrow(refusal('UsageError', 'busy'));
      expect([connection.authcid, connection.authzid, connection.pass]).toEqual(['juliet', BARE, null]);
    }),
  );
});
