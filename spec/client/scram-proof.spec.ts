import { webcrypto } from 'node:crypto';
import { lastValueFrom, throwError, type Observable } from 'rxjs';
import { webCrypto } from '../../lib/client/crypto.js';
import { scramProof } from '../../lib/client/scram-proof.js';
import { decodeBase64 } from '../../lib/protocol/base64.js';
import type { ScramProof, ScramProofRequest } from '../../lib/protocol/scram.js';
import { syncCrypto } from '../../lib/testing/crypto.js';

const valueOf = (value$: Observable<unknown>) => lastValueFrom(value$, { defaultValue: 'nothing' });

// RFC 7677 §3
const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const request: ScramProofRequest = {
  hash: 'SHA-256',
  secret: { password: 'pencil' },
  salt: Uint8Array.from(Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')),
  iterations: 4096,
  authMessage: `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`,
};
const proof = {
  clientKey: decodeBase64('pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos='),
  serverKey: decodeBase64('wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU='),
  clientProof: decodeBase64('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='),
  serverSignature: decodeBase64('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='),
};

it('comes at once from a synchronous port', () => {
  const proofs: ScramProof[] = [];
  scramProof(syncCrypto, request).subscribe((computed) => proofs.push(computed));
  expect(proofs).toEqual([proof]);
});

it('is the same from WebCrypto', async () => {
  expect(await valueOf(scramProof(webCrypto(webcrypto.subtle as SubtleCrypto), request))).toEqual(proof);
});

it('needs no password and no hashing of it where there are keys', () => {
  const secret = { clientKey: proof.clientKey!, serverKey: proof.serverKey! };
  const idle = { ...syncCrypto, pbkdf2: () => throwError(() => new Error('not asked for')) };
  const proofs: ScramProof[] = [];
  scramProof(idle, { ...request, secret }).subscribe((computed) => proofs.push(computed));
  expect(proofs).toEqual([proof]);
});

it('turns whatever the port reports into an AuthError', async () => {
  const cause = new Error('no such algorithm');
  const broken = { ...syncCrypto, hmac: () => throwError(() => cause) };
  await expect(valueOf(scramProof(broken, request))).rejects.toMatchObject({
    name: 'AuthError',
    condition: 'crypto-failure',
    cause,
  });
});
