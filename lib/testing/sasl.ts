import { decodeBase64, encodeBase64 } from '../protocol/base64.js';
import type { HashName } from '../protocol/scram.js';
import { decodeUtf8, encodeUtf8 } from '../protocol/utf8.js';
import { domainOf, nodeOf } from '../xml/jid.js';
import type { Ids } from './ids.js';
import { scramServer, type ScramServer } from './scram-server.js';

/** What the domain can offer for a login (RFC 6120 §6). */
export type Mechanism =
  | 'SCRAM-SHA-512'
  | 'SCRAM-SHA-384'
  | 'SCRAM-SHA-256'
  | 'SCRAM-SHA-1'
  | 'PLAIN'
  | 'OAUTHBEARER'
  | 'X-OAUTH2'
  | 'EXTERNAL'
  | 'ANONYMOUS';

/** What the server says next; `data` is base64 or ''. */
export type SaslStep =
  | { readonly type: 'challenge'; readonly data: string }
  | { readonly type: 'success'; readonly data: string; readonly node: string }
  | { readonly type: 'failure'; readonly condition: string };

/** The server's side of one SASL negotiation (RFC 6120 §6). Texts are the base64 of the elements. */
export interface SaslServer {
  auth(mechanism: string, initial: string): SaslStep;
  response(text: string): SaslStep;
}

export interface SaslOptions {
  readonly domain: string;
  /** Password by node. */
  readonly users: Readonly<Record<string, string>>;
  /** Node by OAuth 2.0 access token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The node that the client's certificate names, if it has one. */
  readonly certificate: string | undefined;
  /** Whether a node may act as another JID. */
  readonly mayActAs: (node: string, authzid: string) => boolean;
  readonly mechanisms: readonly Mechanism[];
  readonly iterations: number;
  readonly ids: Ids;
}

/** A mechanism takes the client's plain texts, one after the other. */
type Dialogue = (text: string) => SaslStep;

const toBase64 = (text: string): string => encodeBase64(encodeUtf8(text));

const fromBase64 = (text: string): string | undefined => {
  const bytes = decodeBase64(text);
  return bytes && decodeUtf8(bytes);
};

const failure = (condition: string): SaslStep => ({ type: 'failure', condition });

/** The user is known; perhaps it acts as somebody else (RFC 6120 §6.3.8). */
const admit = ({ domain, mayActAs }: SaslOptions, node: string, authzid: string, data = ''): SaslStep => {
  if (authzid === '' || authzid === `${node}@${domain}`) return { type: 'success', data, node };
  const other = nodeOf(authzid);
  const allowed = other !== undefined && domainOf(authzid) === domain && mayActAs(node, authzid);
  return allowed ? { type: 'success', data, node: other } : failure('invalid-authzid');
};

const plain =
  (options: SaslOptions): Dialogue =>
  (text) => {
    const [authzid = '', node, password] = text.split('\0');
    if (node === undefined || password === undefined) return failure('malformed-request');
    const { users } = options;
    if (!Object.hasOwn(users, node) || users[node] !== password) return failure('not-authorized');
    return admit(options, node, authzid);
  };

/** The token's owner, if it is what the client says. */
const ownerOf = ({ tokens }: SaslOptions, token: string): string | undefined =>
  Object.hasOwn(tokens, token) ? tokens[token] : undefined;

const xoauth2 =
  (options: SaslOptions): Dialogue =>
  (text) => {
    const [authzid = '', , token] = text.split('\0');
    if (token === undefined) return failure('malformed-request');
    const node = ownerOf(options, token);
    return node === undefined ? failure('not-authorized') : admit(options, node, authzid);
  };

const REFUSAL = '{"status":"invalid_token"}';

/** RFC 7628 §3: a token that is none is refused with a challenge first, and failure follows when the client has heard it. */
const oauthbearer = (options: SaslOptions): Dialogue => {
  let refused = false;
  return (text) => {
    if (refused) return failure('not-authorized');
    const [, authzid = '', token] =
      /^n,(?:a=([^,]*))?,\x01(?:.*\x01)?auth=Bearer ([^\x01]+)\x01\x01$/.exec(text) ?? [];
    if (token === undefined) return failure('malformed-request');
    const node = ownerOf(options, token);
    if (node !== undefined) return admit(options, node, readName(authzid));
    refused = true;
    return { type: 'challenge', data: toBase64(REFUSAL) };
  };
};

const external =
  (options: SaslOptions): Dialogue =>
  (authzid) => {
    const { certificate } = options;
    return certificate === undefined ? failure('not-authorized') : admit(options, certificate, authzid);
  };

const anonymous =
  ({ ids }: SaslOptions): Dialogue =>
  () => ({ type: 'success', data: '', node: ids('anonymous') });

const readName = (name: string): string => name.replaceAll('=2C', ',').replaceAll('=3D', '=');

/** Whom to act as and the user name in a client-first message: `n,a=authzid,n=name,r=nonce` (RFC 5802 §5.1). */
const readFirst = (clientFirst: string): { readonly authzid: string; readonly name: string } | undefined => {
  const [, authzid = '', name] = /^[ny],(?:a=([^,]*))?,n=([^,]*),r=/.exec(clientFirst) ?? [];
  return name === undefined ? undefined : { authzid: readName(authzid), name: readName(name) };
};

const scram = (hash: HashName, options: SaslOptions): Dialogue => {
  const { users, iterations, ids } = options;
  let server: ScramServer | undefined;
  let first = { authzid: '', name: '' };
  return (text) => {
    if (server) {
      const { ok, serverFinal } = server.final(text);
      return ok
        ? admit(options, first.name, first.authzid, toBase64(serverFinal))
        : failure('not-authorized');
    }
    const read = readFirst(text);
    if (!read) return failure('malformed-request');
    const password = Object.hasOwn(users, read.name) ? users[read.name] : undefined;
    if (password === undefined) return failure('not-authorized');
    first = read;
    // An account keeps its salt, so that keys made of it stay good.
    const salt = toBase64(`salt of ${read.name}`);
    server = scramServer(hash, password, { iterations, salt }, ids('nonce'));
    return { type: 'challenge', data: toBase64(server.first(text)) };
  };
};

const MECHANISMS: Readonly<Record<Mechanism, (options: SaslOptions) => Dialogue>> = {
  'SCRAM-SHA-512': (options) => scram('SHA-512', options),
  'SCRAM-SHA-384': (options) => scram('SHA-384', options),
  'SCRAM-SHA-256': (options) => scram('SHA-256', options),
  'SCRAM-SHA-1': (options) => scram('SHA-1', options),
  PLAIN: plain,
  OAUTHBEARER: oauthbearer,
  'X-OAUTH2': xoauth2,
  EXTERNAL: external,
  ANONYMOUS: anonymous,
};

export const createSaslServer = (options: SaslOptions): SaslServer => {
  let dialogue: Dialogue | undefined;

  const response = (text: string): SaslStep => {
    const decoded = text === '=' ? '' : fromBase64(text);
    if (decoded === undefined) return failure('incorrect-encoding');
    return dialogue ? dialogue(decoded) : failure('malformed-request');
  };

  return {
    response,
    auth(name, initial) {
      const mechanism = options.mechanisms.find((known) => known === name);
      if (!mechanism) return failure('invalid-mechanism');
      dialogue = MECHANISMS[mechanism](options);
      // No initial response: the server asks for it with an empty challenge (RFC 6120 §6.4.2); ANONYMOUS needs none.
      if (initial === '' && mechanism !== 'ANONYMOUS') return { type: 'challenge', data: '' };
      return response(initial);
    },
  };
};
