import {
  catchError,
  defer,
  EMPTY,
  forkJoin,
  from,
  map,
  type Observable,
  type ObservableInput,
  of,
  take,
  tap,
  throwError,
  throwIfEmpty,
} from 'rxjs';

import { AuthError, isSessionError, type SessionError } from '../protocol/errors.js';
import type { SaslCredentials } from '../protocol/sasl-mechanisms.js';
import type { ScramKeys } from '../protocol/scram.js';
import { bareJid, nodeOf, parseJid } from '../xml/jid.js';
import type { CryptoPort } from './crypto.js';
import type { ZonePort } from './platform.js';

/**
 * Who logs in, and with what. Which of the secrets is used follows from what the server offers and the app allows
 * (`mechanisms`). With nothing but a `jid` without a node the login is anonymous.
 */
export interface Credentials {
  /** A resource in it is asked for. */
  readonly jid: string;
  readonly password?: string;
  /** In place of the password: what `onScramKeys` has given after an earlier login. */
  readonly scramKeys?: ScramKeys;
  /** An OAuth 2.0 access token (RFC 7628). */
  readonly token?: string;
  /** Logs in by EXTERNAL: the connection itself shows who this is, with a TLS client certificate (XEP-0178). */
  readonly external?: boolean;
  /** User name to log in with. Default: the node of `jid`; with another one this user acts as `jid`. */
  readonly authcid?: string;
  /**
   * JID to act as (RFC 6120 §6.3.8). Default: `jid` where `authcid` is another user's and for EXTERNAL, else left out; ''
   * leaves it out always.
   */
  readonly authzid?: string;
  /**
   * Gets the keys after each login by SCRAM, once the server has proven that it knows the password. They let in without it,
   * as long as the password, its salt and its iteration count stay; then they fail with `keys-outdated` or `not-authorized`.
   */
  readonly onScramKeys?: (keys: ScramKeys) => void;
}

/** Credentials, or a function that is asked for them at each attempt. The first that it emits are taken. */
export type CredentialsSource = Credentials | (() => ObservableInput<Credentials>);

const noCredentials = (cause?: unknown): SessionError =>
  isSessionError(cause)
    ? cause
    : new AuthError('no-credentials', 'There are no credentials to log in with', { cause });

/**
 * The credentials for one attempt. Cold; at once unless a function has to think. Errors with what the function errors with
 * if that is one of ours, else with an {@link AuthError} `no-credentials`; with a UsageError `jid-malformed`.
 */
export const credentialsOf = (
  source: CredentialsSource,
  zone: Pick<ZonePort, 'run'>,
): Observable<Credentials> => {
  if (typeof source !== 'function') return of(source);
  const ask = (): ObservableInput<Credentials> => {
    const asked: ObservableInput<Credentials>[] = [];
    zone.run(() => asked.push(source()));
    return asked[0] ?? EMPTY;
  };
  return defer(() => from(ask())).pipe(
    take(1),
    throwIfEmpty(() => noCredentials()),
    catchError((cause: unknown) => throwError(() => noCredentials(cause))),
    tap(({ jid }) => parseJid(jid)),
  );
};

/** Whether there is nobody to log in as. */
export const isAnonymous = ({ jid, authcid, token, scramKeys, external }: Credentials): boolean =>
  nodeOf(jid) === undefined && authcid === undefined && !token && !scramKeys && external !== true;

/** The parts of credentials that SASL needs; the resource is bound later. */
export const saslCredentials = (credentials: Credentials): SaslCredentials => {
  const { jid, password, scramKeys, token, external, authcid } = credentials;
  const node = nodeOf(jid);
  const deputy = authcid !== undefined && node !== undefined && authcid !== node;
  const authzid = credentials.authzid ?? (deputy ? bareJid(jid) : undefined);
  return {
    jid: bareJid(jid),
    username: authcid ?? node ?? '',
    ...(password !== undefined && { password }),
    ...(scramKeys && { keys: scramKeys }),
    ...(token !== undefined && { token }),
    ...(external !== undefined && { external }),
    ...(authzid !== undefined && { authzid }),
  };
};

/** The credentials with user name and password prepared (RFC 4013), as SASL takes them. */
export const prepareCredentials = (
  crypto: Pick<CryptoPort, 'saslprep'>,
  credentials: SaslCredentials,
): Observable<SaslCredentials> =>
  forkJoin({
    username: crypto.saslprep(credentials.username, 'user name'),
    password: crypto.saslprep(credentials.password ?? '', 'password'),
  }).pipe(
    map(({ username, password }) =>
      credentials.password === undefined
        ? { ...credentials, username }
        : { ...credentials, username, password },
    ),
  );
