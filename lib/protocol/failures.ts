/** What is known of a reason to fail. */
export interface FailureReason {
  /** Whether the same thing may work if tried again later; `said`: the server says so each time (RFC 6120 §8.3.2, type `wait`). */
  readonly retryable: boolean | 'said';
  /** For people: what has happened. */
  readonly means: string;
}

const final = (means: string): FailureReason => ({ retryable: false, means });
const passing = (means: string): FailureReason => ({ retryable: true, means });
const said = (means: string): FailureReason => ({ retryable: 'said', means });

/** Below XMPP: HTTP, the network, time. */
const TRANSPORT = {
  network: passing('The server can not be reached'),
  timeout: passing('No answer came in time'),
  http: passing('The server, or a proxy before it, can not answer now (HTTP 408, 425, 429, 5xx)'),
  'bad-answer': passing('Something else answered: a page, nothing, XML that was cut off'),
  expired: passing('Out of reach for longer than the server keeps a session'),
  closed: passing('The session was over before an answer came'),
  'no-tokens': passing('The tokens of a session, which `open` asks the app for, could not be had'),
  'rid-exhausted': passing('The request ids of the session are used up (XEP-0124 §14.1)'),
  'bad-request': final('HTTP 400: the server could not understand a request'),
  unauthorized: final('HTTP 401 or 407: the way to the server wants other credentials'),
  'policy-violation': final('HTTP 403: the server, or a proxy before it, refuses'),
  'item-not-found': final('HTTP 404: no such session, or no BOSH at this address'),
  'too-large': final('HTTP 413: a stanza is larger than the server takes'),
  redirected: final('HTTP 3xx: the server is elsewhere, at an address that is not allowed'),
  refused: final('Another HTTP status below 500: the server refuses'),
  'protocol-violation': final('The server broke the rules: a session without a sid, or with another one'),
  'no-address': final('The domain does not say where it can be reached (XEP-0156)'),
  'no-web-socket': final('There is no WebSocket here, and none was given'),
  'subprotocol-missing': final('There is a WebSocket at this address, but none for XMPP (RFC 7395 §3.1)'),
} satisfies Record<string, FailureReason>;

/** The server ended the stream or the session: XEP-0124 §17.2, RFC 6120 §4.9.3. */
const STREAM = {
  'bad-request': final('The server could not understand a request'),
  'host-gone': final('The server does not serve this host any more'),
  'host-unknown': final('The server does not serve this host'),
  'improper-addressing': final('The host to connect to is missing or wrong'),
  'internal-server-error': passing('The server has failed'),
  'item-not-found': final('The session or the request id is not known to the server'),
  'other-request': final('Another request has ended the session'),
  'policy-violation': final('The server ended the session for breaking a rule of its'),
  'remote-connection-failed': passing('The connection manager can not reach the server'),
  'remote-stream-error': passing('The XMPP stream has ended with an error'),
  'see-other-uri': final('The server asks to connect elsewhere'),
  'system-shutdown': passing('The server is shutting down'),
  'undefined-condition': final('The server ended the session'),
  'handled-count-too-high': passing('The server acknowledged more than it was sent (XEP-0198 §4)'),
  'bad-format': final('The server could not process what it was sent'),
  'bad-namespace-prefix': final('The server could not process a namespace prefix'),
  conflict: final('Another session has taken the place of this one'),
  'connection-timeout': passing('The server has heard nothing for too long'),
  'invalid-from': final('The server did not accept the sender'),
  'invalid-id': final('The server did not accept the id of the stream'),
  'invalid-namespace': final('The server did not accept a namespace'),
  'invalid-xml': final('The server did not accept an element'),
  'not-authorized': final('The server wanted a login first'),
  'not-well-formed': final('The server could not parse what it was sent'),
  'xml-not-well-formed': final('The server could not parse what it was sent'),
  reset: passing('The server wants the stream to be opened anew'),
  'resource-constraint': passing('The server has no room for this session now'),
  'restricted-xml': final('The server was sent XML that XMPP does not allow'),
  'see-other-host': final('The server asks to connect to another host'),
  'unsupported-encoding': final('The server does not know the encoding'),
  'unsupported-feature': final('The server wanted a feature that this client does not have'),
  'unsupported-stanza-type': final('The server does not know a kind of stanza'),
  'unsupported-version': final('The server does not know this version of XMPP'),
  'bind-missing': final('The server does not offer resource binding'),
  'protocol-violation': final('The server bound no full JID'),
} satisfies Record<string, FailureReason>;

/** The login failed: RFC 6120 §6.5, RFC 5802 §7, and what the client itself does not put up with. */
const AUTH = {
  aborted: final('The login was aborted'),
  'account-disabled': final('The account is disabled'),
  'credentials-expired': final('The credentials have expired'),
  'encryption-required': final('The password may go over an encrypted connection only'),
  'incorrect-encoding': final('The server could not decode the login'),
  'invalid-authzid': final('The server does not accept the identity to act as'),
  'invalid-mechanism': final('The server does not accept the mechanism'),
  'malformed-request': final(
    'The credentials can not be used: empty, or with characters that are not allowed',
  ),
  'mechanism-too-weak': final('The server wants a stronger mechanism'),
  'not-authorized': final('Wrong user name or password'),
  'temporary-auth-failure': passing('The server can not check credentials now'),
  'no-usable-mechanism': final('The server offers no mechanism that may be used here'),
  'server-signature': final('The server could not prove that it knows the password'),
  'malformed-challenge': final('The server said something that is not part of the login'),
  'invalid-challenge': final('The server asked for something that must not be answered'),
  'crypto-failure': final('The proof could not be computed'),
  'keys-outdated': final(
    'The SCRAM keys are made for another salt or iteration count: the password is needed',
  ),
  'mechanism-failure': final('A mechanism that the app has brought along has failed'),
  'no-credentials': passing('The app was asked for credentials and had none'),
  'invalid-encoding': final('The server could not decode the SCRAM exchange'),
  'extensions-not-supported': final('The server does not know an extension of SCRAM'),
  'invalid-proof': final('Wrong password'),
  'channel-bindings-dont-match': final('The TLS channel is not the one the server sees'),
  'server-does-support-channel-binding': final(
    'The server suspects that mechanisms were hidden from the client',
  ),
  'channel-binding-not-supported': final('The server does not support channel binding'),
  'unsupported-channel-binding-type': final('The server does not support this kind of channel binding'),
  'unknown-user': final('There is no such user'),
  'invalid-username-encoding': final('The server could not decode the user name'),
  'no-resources': passing('The server has no room for a login now'),
  'other-error': final('The server refused the SCRAM exchange'),
} satisfies Record<string, FailureReason>;

/** A stanza came back as an error: RFC 6120 §8.3.3. A login fails so when a resource is not bound. */
const STANZA = {
  'bad-request': said('The request is malformed'),
  conflict: said('Something of that name exists already'),
  'feature-not-implemented': said('The receiver does not know the feature'),
  forbidden: said('The sender may not do that'),
  gone: said('The receiver has left for good'),
  'internal-server-error': said('The server has failed'),
  'item-not-found': said('There is no such thing'),
  'jid-malformed': said('The address is no JID'),
  'not-acceptable': said('The receiver does not accept the request'),
  'not-allowed': said('Nobody may do that'),
  'not-authorized': said('The sender has to prove who it is first'),
  'payment-required': said('The sender has to pay first'),
  'policy-violation': said('The request breaks a rule of the server'),
  'recipient-unavailable': said('The receiver is not there'),
  redirect: said('The receiver is elsewhere'),
  'registration-required': said('The sender has to register first'),
  'remote-server-not-found': said('The server of the receiver does not exist'),
  'remote-server-timeout': said('The server of the receiver does not answer'),
  'resource-constraint': said('There is no room for the request now'),
  'service-unavailable': said('Nobody answers such requests there'),
  'subscription-required': said('The sender needs a subscription first'),
  'undefined-condition': said('The request was refused'),
  'unexpected-request': said('The request comes at the wrong time'),
} satisfies Record<string, FailureReason>;

/** There is no session to restore or to attach to. */
const SESSION = {
  'no-storage': final('There is no storage, or it can not be read'),
  'no-session': final('No session is kept'),
  'jid-mismatch': final('The session is one of another JID'),
  'not-bosh': final('Only BOSH sessions can be handed over and restored'),
  stale: final('The tokens are too old: the session has gone on without them'),
  'session-in-use': final('Another page drives the session'),
} satisfies Record<string, FailureReason>;

/** More than the limits of the client allow. */
const LIMIT = {
  'answer-too-large': final(
    'An answer is larger or deeper than the limits, or has more elements or attributes',
  ),
  'queue-full': passing('As many stanzas wait to be sent as may'),
  'too-many-requests': passing('As many requests wait for their answers as may'),
  'too-many-early': final('The server sent more stanzas before the session was open than may wait'),
  'storage-full': passing('A session would take more room in the storage than it may'),
} satisfies Record<string, FailureReason>;

/**
 * Every way in which a session or a request can fail: by the `name` of the error, then by its `condition`. Nothing else
 * ever comes; what a server says besides is mapped to one of these.
 */
export const FAILURES = {
  TransportError: TRANSPORT,
  StreamError: STREAM,
  AuthError: AUTH,
  StanzaError: STANZA,
  TimeoutError: { timeout: passing('The time for it was over') },
  StropheSessionError: SESSION,
  LimitError: LIMIT,
} satisfies Record<string, Record<string, FailureReason>>;

/** The conditions of an error, by its name. */
export type Condition<Name extends keyof typeof FAILURES> = keyof (typeof FAILURES)[Name] & string;
