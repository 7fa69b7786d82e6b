import { type Condition, FAILURES, NS, type SessionError } from 'rxmpp';
import { body, type ScriptedAnswer, terminateBody } from 'rxmpp/testing';
import { beginLogin, bindOffer, idIn, logInByHand, passLogin } from './support/by-hand.js';
import { type Actor, ROMEO, type ScriptedStage, withServer } from './support/stage.js';

/** Every kind of error has its place here, or this does not compile. */
const kindOf = (error: SessionError): string => {
  switch (error.name) {
    case 'TransportError':
    case 'StreamError':
    case 'AuthError':
    case 'StanzaError':
    case 'TimeoutError':
    case 'StropheSessionError':
    case 'LimitError':
      return Object.hasOwn(FAILURES[error.name], error.condition) ? 'known' : `unknown: ${error.condition}`;
    case 'UsageError':
      return 'misuse';
    default:
      return error satisfies never;
  }
};

interface Outcome {
  readonly name: SessionError['name'];
  readonly condition: string;
  readonly status?: number;
}

/** What became of a session, with everything that its error says. */
const expectFailure = (
  { status }: Actor,
  during: string,
  { name, condition, status: http }: Outcome,
): void => {
  expect(status).toMatchObject({ type: 'failed', during, error: { name, condition } });
  if (status.type !== 'failed') return;
  const { error } = status;
  expect(kindOf(error)).toBe('known');
  if (http !== undefined) expect(error).toMatchObject({ status: http });
  const reasons: Readonly<Record<string, { readonly retryable: unknown }>> = {
    ...(error.name === 'UsageError' ? {} : FAILURES[error.name]),
  };
  const { retryable } = reasons[condition]!;
  if (retryable !== 'said') expect(error.retryable).toBe(retryable);
  expect(error.message).toMatch(/^.{5,}\([a-z-]+\)$/);
};

const transport = (condition: Condition<'TransportError'>, status?: number): Outcome => ({
  name: 'TransportError',
  condition,
  ...(status !== undefined && { status }),
});

const HTML = '<!DOCTYPE html><html><title>Sign in</title></html>';
const answers: readonly (readonly [string, ScriptedAnswer, Outcome])[] = [
  ...[302, 400, 401, 403, 404, 405, 408, 413, 429, 500, 502, 503, 504].map((status) => {
    const conditions: Readonly<Record<number, Condition<'TransportError'>>> = {
      302: 'redirected',
      400: 'bad-request',
      401: 'unauthorized',
      403: 'policy-violation',
      404: 'item-not-found',
      405: 'refused',
      413: 'too-large',
    };
    return [
      `HTTP ${status}`,
      { status, body: HTML },
      transport(conditions[status] ?? 'http', status),
    ] as const;
  }),
  ['a page of HTML', { body: HTML }, transport('bad-answer', 200)],
  ['nothing', { body: '' }, transport('bad-answer', 200)],
  ['XML that was cut off', { body: body({ sid: 'a1' }).slice(0, -3) }, transport('bad-answer', 200)],
  ['a body without a sid', { body: body() }, transport('protocol-violation', 200)],
  [
    'a body that is too deep',
    { body: body({ sid: 'a1' }, '<a>'.repeat(200) + '</a>'.repeat(200)) },
    { name: 'LimitError', condition: 'answer-too-large' },
  ],
];

/** Answers whatever is open until there is nothing left to answer. */
const answerAll = ({ server, pass }: ScriptedStage, answer: ScriptedAnswer, ms: number): void => {
  for (let passed = 0; passed < ms; passed += 500) {
    while (server.open.length > 0) {
      server.answer('oldest', answer);
      pass(0);
    }
    pass(500);
  }
};

describe('a login', () => {
  it.each(answers)('that is answered with %s', (_, answer, outcome) => {
    withServer((stage) => {
      const romeo = stage.actor();
      romeo.client.connect(ROMEO);
      answerAll(stage, answer, 10_000);
      expectFailure(romeo, 'connect', outcome);
      expect(romeo.requests.length).toBeLessThanOrEqual(3);
    })();
  });

  it.each(['network', 'timeout'] as const)('whose every request fails: %s', (kind) => {
    withServer(({ actor, server, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      for (let i = 0; i < 3; i++) {
        server.fail('oldest', kind);
        pass(1_000);
      }
      expectFailure(romeo, 'connect', transport(kind, 0));
    })();
  });

  it(
    'that is never answered',
    withServer(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(40_000);
      expectFailure(romeo, 'connect', { name: 'TimeoutError', condition: 'timeout' });
    }),
  );
});

/** What a server may say of a login: RFC 6120 §6.5. */
const SASL_FAILURES = [
  ...(['aborted', 'account-disabled', 'credentials-expired', 'encryption-required'] as const),
  ...(['incorrect-encoding', 'invalid-authzid', 'invalid-mechanism', 'malformed-request'] as const),
  ...(['mechanism-too-weak', 'not-authorized', 'temporary-auth-failure'] as const),
] satisfies readonly Condition<'AuthError'>[];

describe('a login that the server refuses', () => {
  it.each(SASL_FAILURES)('by SASL: %s', (condition) => {
    withServer((stage) => {
      const romeo = stage.actor();
      beginLogin(stage, romeo);
      const failure = `<failure xmlns="${NS.SASL}"><${condition}/></failure>`;
      stage.server.answer('oldest', body({}, failure));
      stage.pass(10_000);
      expectFailure(romeo, 'auth', { name: 'AuthError', condition });
    })();
  });

  const types = [
    ['wait', true],
    ['cancel', false],
  ] as const;
  it.each(
    Object.keys(FAILURES.StanzaError).flatMap((condition) =>
      types.map(([type, retryable]) => [condition, type, retryable] as const),
    ),
  )('by not binding a resource: %s, of type %s', (condition, type, retryable) => {
    withServer((stage) => {
      const { server, pass } = stage;
      const romeo = stage.actor();
      passLogin(stage, romeo);
      server.answer('oldest', body({}, bindOffer()));
      pass(0);
      const error = `<error type="${type}"><${condition} xmlns="${NS.STANZAS}"/></error>`;
      const id = idIn(server.open[0]!);
      server.answer('oldest', body({}, `<iq xmlns="jabber:client" type="error" id="${id}">${error}</iq>`));
      pass(10_000);
      expectFailure(romeo, 'connect', { name: 'StanzaError', condition });
      expect(romeo.status).toMatchObject({ error: { retryable } });
    })();
  });
});

describe('a session', () => {
  const until: Readonly<Record<string, string>> = { http: 'expired', 'bad-answer': 'expired' };

  it.each(answers.filter(([name]) => name !== 'a body without a sid'))(
    'whose every request is answered with %s',
    (name, answer, { condition, ...outcome }) => {
      withServer((stage) => {
        const romeo = stage.actor();
        logInByHand(stage, romeo);
        answerAll(stage, answer, 300_000);
        const passing = until[condition] ?? (name === 'HTTP 413' ? 'expired' : condition);
        expectFailure(romeo, 'session', { ...outcome, condition: passing });
      })();
    },
  );

  it(
    'whose every connection breaks',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      for (let passed = 0; passed < 300_000; passed += 500) {
        while (stage.server.open.length > 0) {
          stage.server.fail('oldest');
          stage.pass(0);
        }
        stage.pass(500);
      }
      expectFailure(romeo, 'session', transport('expired', 0));
    }),
  );

  it.each(
    Object.keys(FAILURES.StreamError).filter(
      (name) => name !== 'bind-missing' && name !== 'protocol-violation',
    ),
  )('that is ended by the stream error %s', (condition) => {
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      const error = `<stream:error><${condition} xmlns="${NS.STREAMS}"/></stream:error>`;
      stage.server.answer('oldest', terminateBody('remote-stream-error', error));
      stage.pass(60_000);
      expectFailure(romeo, 'session', { name: 'StreamError', condition });
      expect(stage.server.open).toEqual([]);
    })();
  });

  it(
    'that its client closes fails nobody',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      romeo.client.close();
      expect(romeo.status.type).toBe('online');
      expect(romeo.completed).toContain('status$');
    }),
  );
});
