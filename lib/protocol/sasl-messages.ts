import { AuthError } from './errors.js';
import type { SaslCredentials } from './sasl-mechanisms.js';

const unusable = (message: string): AuthError => new AuthError('malformed-request', message);

/** RFC 4616 §2; and the same with a token as its secret, as X-OAUTH2 has it. */
export const plainMessage = (
  { username, authzid = '' }: SaslCredentials,
  secret: string | undefined,
): string | AuthError => {
  const parts = [authzid, username, secret ?? ''];
  return parts.some((text) => text.includes('\0'))
    ? unusable('The credentials contain U+0000')
    : parts.join('\0');
};

/** RFC 7628 §3.1. Who a token is for is in the token; a user that is named must be the same. */
export const bearerMessage = ({
  jid,
  username,
  token = '',
  authzid,
}: SaslCredentials): string | AuthError => {
  if (!/^[\x21-\x7e]+$/.test(token))
    return unusable('A token has printable ASCII characters only, and no space');
  const who = authzid ?? (username === '' ? '' : jid);
  const name = who.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return `n,${name && `a=${name}`},\x01auth=Bearer ${token}\x01\x01`;
};

/** The JID to log in as, which the server holds against the certificate; an `authzid` of '' leaves the choice to it (XEP-0178 §3). */
export const externalMessage = ({ jid, username, authzid }: SaslCredentials): string =>
  authzid ?? (username === '' ? '' : jid);

/** No trace information: nobody is to be recognised by it (RFC 4505 §5). */
export const anonymousMessage = (): string => '';
