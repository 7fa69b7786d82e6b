import fc from 'fast-check';
import { scramProof } from '../../lib/client/scram-proof.js';
import { startSasl, stepSasl, type SaslInput, type SaslStep } from '../../lib/protocol/sasl.js';
import { mechanismOf } from '../../lib/protocol/sasl-mechanisms.js';
import type { SaslEffect } from '../../lib/protocol/sasl-step.js';
import type { HashName, ScramProof } from '../../lib/protocol/scram.js';
import { syncCrypto } from '../../lib/testing/crypto.js';
import { scramServer } from '../../lib/testing/scram-server.js';

const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (data: string) => Buffer.from(data, 'base64').toString();

const HASHES: readonly HashName[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

interface Login {
  readonly username?: string;
  readonly password: string;
  readonly known?: string;
  readonly authzid?: string;
  readonly hash?: HashName;
  /** Changes a message on its way: 0 client-first, 1 server-first, 2 client-final, 3 server-final. */
  readonly tamper?: (text: string, message: number) => string;
}

/** A whole login, client against server: how it ends, for the client and for the server. */
const login = ({
  hash = 'SHA-256',
  username = 'user',
  password,
  known = password,
  tamper,
  authzid,
}: Login) => {
  const wire = (text: string, message: number) => tamper?.(text, message) ?? text;
  const server = scramServer(hash, known, { iterations: 3, salt: 'QSXCR+Q6sek8bf92' }, 'server');
  const credentials = {
    jid: 'user@example.com',
    username,
    password,
    ...(authzid === undefined ? {} : { authzid }),
  };
  const first: SaslStep = startSasl(mechanismOf(`SCRAM-${hash}`)!, credentials, 'client');
  let { state, effect } = first as { state: SaslStep['state']; effect: SaslStep['effect'] };
  const hear = (input: SaslInput) => ({ state, effect } = stepSasl(state, input));
  hear({ type: 'challenge', data: encode(wire(server.first(wire(textOf(effect), 0)), 1)) });
  if (effect.type !== 'prove') return { ok: false, effect };
  scramProof(syncCrypto, effect.request).subscribe((proof: ScramProof) => hear({ type: 'proved', proof }));
  const { ok, serverFinal } = server.final(wire(textOf(effect), 2));
  hear({ type: 'success', data: encode(wire(serverFinal, 3)) });
  return { ok, effect };
};

const textOf = (effect: SaslEffect): string => ('data' in effect ? decode(effect.data) : '');

const password = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((text) => !text.includes('\0'));

it('agrees with the client, whatever the name and the password are', () => {
  fc.assert(
    fc.property(fc.constantFrom(...HASHES), password, password, (hash, username, password) => {
      expect(login({ hash, username, password })).toMatchObject({
        ok: true,
        effect: { type: 'succeed', keys: { hash } },
      });
    }),
  );
});

it('agrees with a client that acts as somebody else', () => {
  expect(login({ password: 'pencil', authzid: 'boss@example.com' })).toMatchObject({ ok: true });
});

it('lets nobody in with another password', () => {
  fc.assert(
    fc.property(password, password, (password, known) => {
      fc.pre(password !== known);
      expect(login({ password, known })).toMatchObject({
        ok: false,
        effect: { type: 'fail', error: { condition: 'invalid-proof' } },
      });
    }),
  );
});

it('comes to no success when a message was changed on its way', () => {
  const change = fc.tuple(
    fc.nat(3),
    fc.nat(200),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(change, fc.boolean(), ([message, position, character], insert) => {
      const tampered: boolean[] = [];
      const tamper = (text: string, at: number) => {
        if (at !== message) return text;
        const where = position % text.length;
        const result = text.slice(0, where) + character + text.slice(insert ? where : where + 1);
        tampered.push(result !== text);
        return result;
      };
      const { effect } = login({ password: 'pencil', tamper });
      expect(effect.type === 'succeed').toBe(!tampered.includes(true));
    }),
    { numRuns: 400 },
  );
});

it.each([
  ['the nonce', 1, /r=client/, 'r=cliemt', 'invalid-challenge'],
  ["the server's part of the nonce", 1, /server/, 'servant', 'other-error'],
  ['the salt', 1, /s=Q/, 's=R', 'invalid-proof'],
  ['the iteration count', 1, /i=3/, 'i=2', 'invalid-proof'],
  ['the proof', 2, /p=./, 'p=', 'invalid-proof'],
  ['the signature', 3, /v=..../, 'v=AAAA', 'server-signature'],
])('a client notices that %s was changed', (_, message, from, to, condition) => {
  const tamper = (text: string, at: number) => (at === message ? text.replace(from, to) : text);
  expect(login({ password: 'pencil', tamper }).effect).toMatchObject({ type: 'fail', error: { condition } });
});

it.each(['', 'hello', 'p=tls-unique,,n=user,r=client', 'n,,n=user', 'n,,m=x,n=user,r=client'])(
  'does not answer %j, nor anything after it',
  (message) => {
    const server = scramServer('SHA-1', 'pencil', { iterations: 1, salt: 'QSXC' }, 'server');
    expect(server.first(message)).toBe('e=invalid-encoding');
    expect(server.final('c=biws,r=clientserver,p=AAAA').ok).toBe(false);
  },
);
