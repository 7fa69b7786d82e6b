import { decodeBase64, encodeBase64 } from '../protocol/base64.js';
import { decodeUtf8, encodeUtf8 } from '../protocol/utf8.js';
import type { Ids } from './ids.js';
import { scramServer, type ScramServer } from './scram-server.js';

/** What the domain can offer for a login (RFC 6120 §6). */
export type Mechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'PLAIN' | 'ANONYMOUS';

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
  /** Password by node. */
  readonly users: Readonly<Record<string, string>>;
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

const plain =
  ({ users }: SaslOptions): Dialogue =>
  (text) => {
    const [, node, password] = text.split('\0');
    if (node === undefined || password === undefined) return failure('malformed-request');
    if (!Object.hasOwn(users, node) || users[node] !== password) return failure('not-authorized');
    return { type: 'success', data: '', node };
  };

const anonymous =
  ({ ids }: SaslOptions): Dialogue =>
  () => ({ type: 'success', data: '', node: ids('anonymous') });

/** The user name in a client-first message: `n,,n=name,r=nonce` (RFC 5802 §5.1). */
const scramName = (clientFirst: string): string | undefined => {
  const name = /^[ny],[^,]*,n=([^,]*),r=/.exec(clientFirst)?.[1];
  return name?.replaceAll('=2C', ',').replaceAll('=3D', '=');
};

const scram = (hash: 'SHA-1' | 'SHA-256', { users, iterations, ids }: SaslOptions): Dialogue => {
  let server: ScramServer | undefined;
  let node = '';
  return (text) => {
    if (server) {
      const { ok, serverFinal } = server.final(text);
      return ok ? { type: 'success', data: toBase64(serverFinal), node } : failure('not-authorized');
    }
    const name = scramName(text);
    if (name === undefined) return failure('malformed-request');
    const password = Object.hasOwn(users, name) ? users[name] : undefined;
    if (password === undefined) return failure('not-authorized');
    node = name;
    server = scramServer(hash, password, { iterations, salt: toBase64(ids('salt')) }, ids('nonce'));
    return { type: 'challenge', data: toBase64(server.first(text)) };
  };
};

const MECHANISMS: Readonly<Record<Mechanism, (options: SaslOptions) => Dialogue>> = {
  'SCRAM-SHA-256': (options) => scram('SHA-256', options),
  'SCRAM-SHA-1': (options) => scram('SHA-1', options),
  PLAIN: plain,
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
