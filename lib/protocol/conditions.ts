import type { Condition, FAILURES } from './failures.js';

type Name = keyof typeof FAILURES;

/** The conditions after which the same thing may work if tried again later: {@link FAILURES} without its texts. */
const PASSING: Readonly<Partial<Record<Name, string>>> = {
  TransportError: 'network timeout http bad-answer expired closed no-tokens rid-exhausted',
  StreamError:
    'internal-server-error remote-connection-failed remote-stream-error system-shutdown ' +
    'handled-count-too-high connection-timeout reset resource-constraint',
  AuthError: 'temporary-auth-failure no-credentials no-resources',
  LimitError: 'queue-full too-many-requests storage-full',
  TimeoutError: 'timeout',
};

/** The other ones of what a server may say. */
const FINAL = {
  StreamError:
    'bad-request host-gone host-unknown improper-addressing item-not-found other-request ' +
    'policy-violation see-other-uri undefined-condition bad-format bad-namespace-prefix conflict ' +
    'invalid-from invalid-id invalid-namespace invalid-xml not-authorized not-well-formed ' +
    'xml-not-well-formed restricted-xml see-other-host unsupported-encoding unsupported-feature ' +
    'unsupported-stanza-type unsupported-version bind-missing protocol-violation',
  AuthError:
    'aborted account-disabled credentials-expired encryption-required incorrect-encoding ' +
    'invalid-authzid invalid-mechanism malformed-request mechanism-too-weak not-authorized ' +
    'no-usable-mechanism server-signature malformed-challenge invalid-challenge crypto-failure ' +
    'keys-outdated mechanism-failure invalid-encoding extensions-not-supported invalid-proof ' +
    'channel-bindings-dont-match server-does-support-channel-binding channel-binding-not-supported ' +
    'unsupported-channel-binding-type unknown-user invalid-username-encoding other-error',
  StanzaError:
    'bad-request conflict feature-not-implemented forbidden gone internal-server-error ' +
    'item-not-found jid-malformed not-acceptable not-allowed not-authorized payment-required ' +
    'policy-violation recipient-unavailable redirect registration-required remote-server-not-found ' +
    'remote-server-timeout resource-constraint service-unavailable subscription-required ' +
    'undefined-condition unexpected-request',
} satisfies Partial<Record<Name, string>>;

const has = (words: string | undefined, word: string): boolean => words?.split(' ').includes(word) === true;

/** Whether the same thing may work if tried again later. */
export const isRetryable = <N extends Exclude<Name, 'StanzaError'>>(
  name: N,
  condition: Condition<N>,
): boolean => has(PASSING[name], condition);

/** Whether a word of the wire is one of the conditions of that error. */
export const isCondition = <N extends keyof typeof FINAL>(name: N, word: string): word is Condition<N> =>
  has(PASSING[name], word) || has(FINAL[name], word);
