import type { Credentials } from '../client/credentials.js';
import type { HashName, ScramKeys } from '../protocol/scram.js';
import { bareJid, nodeOf } from '../xml/jid.js';
import type { Maybe } from './arguments.js';

/** SCRAM keys as Strophe.js writes them: to be given in place of the password. */
export interface Password {
  /** The hash: `SHA-1`, `SHA-256`, … */
  readonly name: string;
  /** Base64, like the keys. */
  readonly salt: string;
  readonly iter: number;
  /** The client key. */
  readonly ck: string;
  /** The server key. */
  readonly sk: string;
}

const toKeys = ({ name, salt, iter, ck, sk }: Password): ScramKeys => ({
  hash: name as HashName,
  salt,
  iterations: iter,
  clientKey: ck,
  serverKey: sk,
});

export const fromKeys = ({ hash, salt, iterations, clientKey, serverKey }: ScramKeys): Password => ({
  name: hash,
  salt,
  iter: iterations,
  ck: clientKey,
  sk: serverKey,
});

/** Who logs in, in the terms of SASL. */
export interface Identity {
  readonly authcid: string | null;
  readonly authzid: string | null;
}

/** Without a name of its own the node of the JID logs in. */
export const identityOf = (jid: string, authcid: Maybe<string>): Identity => ({
  authcid: authcid || (nodeOf(jid) ?? null),
  authzid: bareJid(jid),
});

/**
 * What `connect` is given, in the words of the client. The text may be a password or a token: the mechanism decides. With
 * nothing the TLS connection may show who logs in, and an `authcid` that is the JID itself leaves that JID unsaid (XEP-0178).
 */
export const credentialsFrom = (
  jid: string,
  pass: Maybe<string | Password>,
  authcid: Maybe<string>,
  learned: (keys: Password) => void,
): Credentials => {
  const named = nodeOf(jid) !== undefined;
  const itself = authcid === bareJid(jid);
  return {
    jid,
    ...(typeof pass === 'string' && pass !== '' && { password: pass, token: pass }),
    ...(pass && typeof pass === 'object' && { scramKeys: toKeys(pass) }),
    ...(!pass && named && { external: true }),
    ...(authcid && !itself && { authcid }),
    ...(itself && { authzid: '' }),
    onScramKeys: (keys) => learned(fromKeys(keys)),
  };
};
