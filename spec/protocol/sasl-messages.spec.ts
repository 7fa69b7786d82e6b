import {
  anonymousMessage,
  bearerMessage,
  externalMessage,
  plainMessage,
} from '../../lib/protocol/sasl-messages.js';

const USER = { jid: 'user@example.com', username: 'user' };
const refused = { name: 'AuthError', condition: 'malformed-request' };

describe('plainMessage', () => {
  it.each([
    [undefined, '\0user\0pencil'],
    ['boss@example.com', 'boss@example.com\0user\0pencil'],
  ])('acting as %s', (authzid, message) => {
    expect(plainMessage({ ...USER, ...(authzid !== undefined && { authzid }) }, 'pencil')).toBe(message);
  });

  it('may hold nothing', () =>
    expect(plainMessage({ jid: 'example.com', username: '' }, undefined)).toBe('\0\0'));

  it.each([
    [{ ...USER, username: 'user\0admin' }, 'x'],
    [USER, 'pen\0cil'],
    [{ ...USER, authzid: '\0' }, 'x'],
  ])('refuses what would shift the parts: %j, %j', (credentials, secret) => {
    expect(plainMessage(credentials, secret)).toMatchObject(refused);
  });
});

describe('bearerMessage', () => {
  it.each([
    ['the user of the JID', USER, 'n,a=user@example.com,'],
    ['nobody in particular', { jid: 'example.com', username: '' }, 'n,,'],
    ['somebody else', { ...USER, authzid: 'b,o=s@example.com' }, 'n,a=b=2Co=3Ds@example.com,'],
    ['nobody on purpose', { ...USER, authzid: '' }, 'n,,'],
  ])('for %s (RFC 7628 §4.1)', (_, credentials, header) => {
    expect(bearerMessage({ ...credentials, token: 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==' })).toBe(
      `${header}\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01`,
    );
  });

  it.each([undefined, '', 'a b', 'a\x01host=evil', 'ä', 'a\n'])('refuses the token %j', (token) => {
    expect(bearerMessage({ ...USER, ...(token !== undefined && { token }) })).toMatchObject(refused);
  });
});

describe('externalMessage', () => {
  it.each([
    [USER, 'user@example.com'],
    [{ ...USER, authzid: 'boss@example.com' }, 'boss@example.com'],
    [{ ...USER, authzid: '' }, ''],
    [{ jid: 'example.com', username: '' }, ''],
  ])('of %j', (credentials, message) => {
    expect(externalMessage(credentials)).toBe(message);
  });
});

it('an anonymous login leaves no trace', () => expect(anonymousMessage()).toBe(''));
