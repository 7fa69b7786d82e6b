import { AuthError } from './errors.js';
import type { HashName, ScramKeys } from './scram.js';

/** Who logs in, and with what; user name and password already prepared (SASLprep). */
export interface SaslCredentials {
  /** Bare JID; the domain alone when there is no user to name. */
  readonly jid: string;
  /** As a rule the node of the JID; '' for an anonymous login. */
  readonly username: string;
  readonly password?: string;
  readonly keys?: ScramKeys;
  /** An OAuth 2.0 access token. */
  readonly token?: string;
  /** Whether the connection itself shows who we are, as with a TLS client certificate. */
  readonly external?: boolean;
  /** JID to act as, where that is another (RFC 6120 §6.3.8). */
  readonly authzid?: string;
}

/** A way to log in. `own`: the app's; `clear`: whether it may be used where others can listen. */
export type Mechanism = { readonly name: string } & (
  | { readonly kind: 'scram'; readonly hash: HashName }
  | { readonly kind: 'external' | 'plain' | 'oauthbearer' | 'xoauth2' | 'anonymous' }
  | { readonly kind: 'own'; readonly clear: boolean }
);

export type OwnMechanism = Extract<Mechanism, { kind: 'own' }>;

/**
 * Every mechanism this client knows, strongest first. None binds to the TLS channel (`-PLUS`), which a browser hides.
 *
 * @see RFC 4422 Appendix A, RFC 5802, RFC 7677, RFC 4616, RFC 7628, RFC 4505
 */
const MECHANISMS: readonly Mechanism[] = [
  { name: 'EXTERNAL', kind: 'external' },
  { name: 'SCRAM-SHA-512', kind: 'scram', hash: 'SHA-512' },
  { name: 'SCRAM-SHA-384', kind: 'scram', hash: 'SHA-384' },
  { name: 'SCRAM-SHA-256', kind: 'scram', hash: 'SHA-256' },
  { name: 'SCRAM-SHA-1', kind: 'scram', hash: 'SHA-1' },
  { name: 'PLAIN', kind: 'plain' },
  { name: 'OAUTHBEARER', kind: 'oauthbearer' },
  { name: 'X-OAUTH2', kind: 'xoauth2' },
  { name: 'ANONYMOUS', kind: 'anonymous' },
];

/** The mechanism of that name, if this client knows it. */
export const mechanismOf = (name: string): Mechanism | undefined =>
  MECHANISMS.find((mechanism) => mechanism.name === name);

export interface MechanismOptions {
  readonly credentials: SaslCredentials;
  /** Whether there is no user to log in as: only then will ANONYMOUS do. */
  readonly anonymous: boolean;
  /** Whether a password may go over this connection as it is. */
  readonly plainAllowed: boolean;
  /** The only mechanisms to use, most wanted first. Default: all, strongest first. */
  readonly mechanisms?: readonly (string | OwnMechanism)[] | undefined;
}

/** Whether there is what it takes to log in by this mechanism. */
const fits = (mechanism: Mechanism, { credentials, anonymous }: MechanismOptions): boolean => {
  const { username, password, keys, token, external } = credentials;
  switch (mechanism.kind) {
    case 'scram':
      return username !== '' && (Boolean(password) || keys?.hash === mechanism.hash);
    case 'plain':
      return username !== '' && Boolean(password);
    case 'oauthbearer':
    case 'xoauth2':
      return Boolean(token);
    case 'external':
      return external === true;
    case 'anonymous':
      return anonymous;
    case 'own':
      return true;
  }
};

/** Whether it shows the secret to whoever listens. */
const isClear = (mechanism: Mechanism): boolean =>
  mechanism.kind === 'own' ? !mechanism.clear : ['plain', 'oauthbearer', 'xoauth2'].includes(mechanism.kind);

const known = (wanted: string | OwnMechanism): readonly Mechanism[] =>
  typeof wanted === 'string' ? [mechanismOf(wanted) ?? []].flat() : [wanted];

/**
 * The mechanism to log in with.
 *
 * @param offered The names in the server's stream features.
 * @returns It, or `encryption-required` when all that would do must not be used here, or `no-usable-mechanism`.
 */
export const chooseMechanism = (
  offered: readonly string[],
  options: MechanismOptions,
): Mechanism | AuthError => {
  const { plainAllowed, mechanisms } = options;
  const allowed = mechanisms ? mechanisms.flatMap(known) : MECHANISMS;
  const fitting = allowed.filter((one) => offered.includes(one.name) && fits(one, options));
  const chosen = fitting.find((one) => plainAllowed || !isClear(one));
  if (chosen) return chosen;
  const list = `The server offers ${offered.length === 0 ? 'no mechanism' : offered.join(', ')}`;
  if (fitting.length === 0) {
    const message = `${list}; none that may be used fits ${describe(options)}`;
    return new AuthError('no-usable-mechanism', message);
  }
  const names = fitting.map(({ name }) => name).join(', ');
  const message = `${list}; ${names} is refused on a connection that is not encrypted`;
  return new AuthError('encryption-required', message);
};

/** What there is to log in with, for people. */
const describe = ({ credentials, anonymous }: MechanismOptions): string => {
  const { password, keys, token, external } = credentials;
  const has = [
    password && 'a password',
    keys && `keys for SCRAM-${keys.hash}`,
    token && 'a token',
    external && 'a certificate',
    anonymous && 'an anonymous login',
  ];
  return has.filter(Boolean).join(', ') || 'a login without a password';
};
