import { webcrypto } from 'node:crypto';
import { EMPTY, lastValueFrom, NEVER, type Observable, of, throwError } from 'rxjs';

import { webCrypto } from '../../lib/client/crypto.js';
import {
  type Credentials,
  credentialsOf,
  isAnonymous,
  prepareCredentials,
  saslCredentials,
} from '../../lib/client/credentials.js';
import { AuthError } from '../../lib/protocol/errors.js';

const port = webCrypto(webcrypto.subtle as SubtleCrypto);
const valueOf = (value$: Observable<unknown>) => lastValueFrom(value$, { defaultValue: 'nothing' });
const zone = { run: (work: () => void) => work() };
const ALICE: Credentials = { jid: 'alice@example.com/home', password: 'secret' };
const KEYS = { hash: 'SHA-1', salt: 'AA==', iterations: 1, clientKey: 'AA==', serverKey: 'AA==' } as const;

describe('credentialsOf', () => {
  it('has them at once', () => {
    const got: Credentials[] = [];
    credentialsOf(ALICE, zone).subscribe((one) => got.push(one));
    credentialsOf(() => of(ALICE, { jid: 'second@example.com' }), zone).subscribe((one) => got.push(one));
    expect(got).toEqual([ALICE, ALICE]);
  });

  it('asks a function at each subscription, not before, in the zone of the app', async () => {
    let asked = 0;
    let inside = 0;
    const ask = () => {
      asked += 1;
      return Promise.resolve({ ...ALICE, password: `secret ${asked}` });
    };
    const watched = {
      run: (work: () => void) => {
        inside += 1;
        work();
      },
    };
    const credentials$ = credentialsOf(ask, watched);
    expect(asked).toBe(0);
    expect(await valueOf(credentials$)).toMatchObject({ password: 'secret 1' });
    expect(await valueOf(credentials$)).toMatchObject({ password: 'secret 2' });
    expect(inside).toBe(2);
  });

  it('stops asking when nobody wants to know any more', () => {
    let open = 0;
    const source$ = NEVER.pipe((source$) => ((open += 1), source$));
    const asking = credentialsOf(() => source$, zone).subscribe();
    expect(open).toBe(1);
    asking.unsubscribe();
    expect(asking.closed).toBe(true);
  });

  const refused = new AuthError('account-disabled', 'No');
  it.each([
    ['nothing', () => EMPTY, { name: 'AuthError', condition: 'no-credentials', retryable: true }],
    [
      'an error',
      () => throwError(() => new Error('offline')),
      { name: 'AuthError', condition: 'no-credentials', cause: { message: 'offline' } },
    ],
    ['an error of ours', () => throwError(() => refused), refused],
    [
      'a function that throws',
      () => {
        throw new Error('bug');
      },
      { name: 'AuthError', condition: 'no-credentials' },
    ],
    ['a broken JID', () => of({ jid: 'a@' }), { name: 'UsageError', condition: 'jid-malformed' }],
  ])('fails with %s', async (_, source, expected) => {
    await expect(valueOf(credentialsOf(source, zone))).rejects.toMatchObject(expected);
  });

  it('has nothing from a zone that runs nothing', async () => {
    await expect(valueOf(credentialsOf(() => of(ALICE), { run: () => undefined }))).rejects.toMatchObject({
      condition: 'no-credentials',
    });
  });
});

describe('isAnonymous', () => {
  it.each([
    [{ jid: 'example.com' }, true],
    [{ jid: 'example.com', password: 'ignored' }, true],
    [{ jid: 'alice@example.com' }, false],
    [{ jid: 'example.com', authcid: 'alice' }, false],
    [{ jid: 'example.com', token: 'abc' }, false],
    [{ jid: 'example.com', external: true }, false],
    [{ jid: 'example.com', scramKeys: KEYS }, false],
  ])('%j: %s', (credentials, expected) => {
    expect(isAnonymous(credentials)).toBe(expected);
  });
});

describe('saslCredentials', () => {
  it.each([
    ['alice@example.com/home', { jid: 'alice@example.com', username: 'alice' }],
    ['alice@example.com', { jid: 'alice@example.com', username: 'alice' }],
    ['example.com', { jid: 'example.com', username: '' }],
  ])('of %s', (jid, expected) => {
    expect(saslCredentials({ jid })).toEqual(expected);
    expect(saslCredentials({ jid, password: '' })).toEqual({ ...expected, password: '' });
  });

  it('hold whatever there is to log in with', () => {
    expect(saslCredentials({ ...ALICE, scramKeys: KEYS, token: 'abc', external: true })).toEqual({
      ...{ jid: 'alice@example.com', username: 'alice', password: 'secret' },
      ...{ keys: KEYS, token: 'abc', external: true },
    });
  });

  it.each([
    ['another user acts as the one of the JID', { authcid: 'bob' }, 'bob', 'alice@example.com'],
    ['the same user does not', { authcid: 'alice' }, 'alice', undefined],
    ['an identity that is asked for', { authzid: 'carol@example.com' }, 'alice', 'carol@example.com'],
    ['an identity that is left out', { authcid: 'bob', authzid: '' }, 'bob', ''],
  ])('%s', (_, more, username, authzid) => {
    expect(saslCredentials({ ...ALICE, ...more })).toMatchObject({ username });
    expect(saslCredentials({ ...ALICE, ...more }).authzid).toBe(authzid);
  });

  it('act as nobody where the JID names nobody', () => {
    expect(saslCredentials({ jid: 'example.com', authcid: 'bob' })).toEqual({
      jid: 'example.com',
      username: 'bob',
    });
  });
});

describe('prepareCredentials', () => {
  const prepare = async (credentials: { username: string; password?: string }) =>
    valueOf(prepareCredentials(port, { jid: 'example.com', ...credentials }));

  it('prepares user name and password', async () => {
    expect(await prepare({ username: 'I\u00ADX', password: '\u2168' })).toEqual({
      jid: 'example.com',
      username: 'IX',
      password: 'IX',
    });
  });

  it('leaves out a password that is not there', async () => {
    expect(await prepare({ username: '' })).toEqual({ jid: 'example.com', username: '' });
  });

  it('is synchronous when the port is', () => {
    const names: string[] = [];
    prepareCredentials(
      { saslprep: (text) => of(text) },
      { jid: 'a@b', username: 'a', password: 'p' },
    ).subscribe(({ username }) => names.push(username));
    expect(names).toEqual(['a']);
  });

  it.each([
    [{ username: '\u0007', password: 'p' }, 'user name'],
    [{ username: 'a', password: '\u0007' }, 'password'],
  ])('says which of them may not be used', async (credentials, field) => {
    await expect(prepare(credentials)).rejects.toMatchObject({
      message: expect.stringContaining(`The ${field}`) as string,
    });
  });
});
