import {
  AuthError,
  isSessionError,
  LimitError,
  StanzaError,
  StreamError,
  StropheSessionError,
  TimeoutError,
  TransportError,
  UsageError,
  XmlError,
  XmppError,
} from '../../lib/protocol/errors.js';
import { element } from '../../lib/xml/element.js';

const stanza = element('iq', 'jabber:client', { type: 'error' });

it.each([
  [new StreamError('reset', 'It ended'), 'StreamError', 'reset', true],
  [new AuthError('not-authorized', 'It failed'), 'AuthError', 'not-authorized', false],
  [new TransportError('timeout', 'Too late'), 'TransportError', 'timeout', true],
  [new TransportError('http', 'No', 404, 'item-not-found'), 'TransportError', 'item-not-found', false],
  [new StanzaError('forbidden', 'No', stanza), 'StanzaError', 'forbidden', false],
  [new StanzaError('resource-constraint', 'Later', stanza, true), 'StanzaError', 'resource-constraint', true],
  [new TimeoutError('Too late'), 'TimeoutError', 'timeout', true],
  [new StropheSessionError('no-session', 'Nothing'), 'StropheSessionError', 'no-session', false],
  [new LimitError('queue-full', 'Full'), 'LimitError', 'queue-full', true],
  [new XmlError('not-well-formed', 'No'), 'XmlError', 'not-well-formed', false],
  [new UsageError('busy', 'No'), 'UsageError', 'busy', false],
])('%s is known by name and condition', (error, name, condition, retryable) => {
  expect(error).toBeInstanceOf(XmppError);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, condition, retryable });
  expect(error.message).toMatch(new RegExp(`^.+ \\(${condition}\\)$`));
});

it('a transport error says kind and HTTP status, and keeps its cause', () => {
  const cause = new Error('reset');
  expect(new TransportError('network', 'x')).toMatchObject({ kind: 'network', status: 0 });
  expect(new TransportError('http', 'x', 502, 'http', { cause })).toMatchObject({
    kind: 'http',
    status: 502,
    cause,
  });
});

it('a stream error says where to connect instead, if the server does', () => {
  expect(new StreamError('see-other-uri', 'x', 'https://b.example').uri).toBe('https://b.example');
  expect(new StreamError('conflict', 'x').uri).toBeUndefined();
});

it('a stanza error has the whole answer', () => {
  expect(new StanzaError('forbidden', 'No', stanza).stanza).toBe(stanza);
});

it('what ends a session is told from a defect of somebody', () => {
  expect(isSessionError(new StreamError('conflict', 'x'))).toBe(true);
  expect(isSessionError(new XmlError('not-well-formed', 'x'))).toBe(false);
  expect(isSessionError(new TypeError('x'))).toBe(false);
  expect(isSessionError(undefined)).toBe(false);
});
