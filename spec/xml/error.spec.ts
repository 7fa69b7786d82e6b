import * as protocol from '../../lib/protocol/errors.js';
import { UsageError, XmlError, XmppError } from '../../lib/xml/error.js';

describe('errors', () => {
  it('say what and why, and keep the cause', () => {
    const cause = new Error('below');
    const error = new XmlError('not-well-formed', 'no end', true, { cause });
    expect(error).toBeInstanceOf(XmppError);
    expect(error).toMatchObject({ name: 'XmlError', condition: 'not-well-formed', retryable: true, cause });
    expect(String(error)).toBe('XmlError: no end (not-well-formed)');
  });

  it('tell no one to try again unless told', () => {
    expect(new UsageError('jid-malformed', 'x')).toMatchObject({ name: 'UsageError', retryable: false });
  });

  it('are the same at both places', () => {
    expect(protocol).toMatchObject({ UsageError, XmlError, XmppError });
  });
});
