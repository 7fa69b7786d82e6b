import {
  defaultAnswer,
  isRequest,
  isResponse,
  mayAnswer,
  readStanzaError,
} from '../../lib/protocol/stanza.js';
import { parse } from '../../lib/xml/parse.js';

const own = 'user@example.com/here';
const iq = (attrs: string, children = '') => parse(`<iq xmlns="jabber:client" ${attrs}>${children}</iq>`);
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

describe('an error', () => {
  it('has its condition, text, and whether a retry helps (RFC 6120 §8.3)', () => {
    const children = `<text xmlns="${STANZAS}">Not now</text><resource-constraint xmlns="${STANZAS}"/><x xmlns="urn:x"/>`;
    const answer = iq('type="error"', `<error type="wait">${children}</error>`);
    const read = readStanzaError(answer);
    expect(read).toMatchObject({
      condition: 'resource-constraint',
      message: 'Not now (resource-constraint)',
      retryable: true,
    });
    expect(read.stanza).toBe(answer);
  });

  it.each(['', '<error/>', '<error type="cancel"><x xmlns="urn:x"/></error>'])(
    'can be empty: %s',
    (children) => {
      expect(readStanzaError(iq('type="error"', children))).toMatchObject({
        ...{
          condition: 'undefined-condition',
          message: 'The request was refused (undefined-condition)',
          retryable: false,
        },
      });
    },
  );
});

it.each([
  ['iq', 'get', true, false],
  ['iq', 'set', true, false],
  ['iq', 'result', false, true],
  ['iq', 'error', false, true],
  ['iq', 'other', false, false],
  ['message', 'get', false, false],
  ['message', 'error', false, false],
])('a %s of type %s: request %s, response %s', (name, type, request, response) => {
  const stanza = parse(`<${name} xmlns="jabber:client" type="${type}"/>`);
  expect([isRequest(stanza), isResponse(stanza)]).toEqual([request, response]);
});

it('what is no iq of a client is neither', () => {
  for (const text of [
    '<iq xmlns="jabber:client"/>',
    '<iq xmlns="urn:x" type="get"/>',
    '<iq xmlns="urn:x" type="result"/>',
  ])
    expect([isRequest(parse(text)), isResponse(parse(text))]).toEqual([false, false]);
});

describe('who may answer', () => {
  const ours = [undefined, 'user@example.com', own, 'example.com'];

  it.each([undefined, 'user@example.com', 'example.com'])(
    'a request to %s: our account, our server, nobody',
    (to) => {
      for (const from of ours) expect(mayAnswer(from, to, own)).toBe(true);
      for (const from of ['evil@example.com', 'example.org', 'user@example.com/there'])
        expect(mayAnswer(from, to, own)).toBe(false);
    },
  );

  it('a request to somebody else: that one alone', () => {
    expect(mayAnswer('a@b/c', 'a@b/c', own)).toBe(true);
    for (const from of [...ours, 'a@b', 'a@b/d']) expect(mayAnswer(from, 'a@b/c', own)).toBe(false);
  });
});

describe('the answer of last resort (case 107)', () => {
  it('to a ping is its result (XEP-0199)', () => {
    const answer = defaultAnswer(iq('type="get" id="1" from="a@b/c"', '<ping xmlns="urn:xmpp:ping"/>'));
    expect(answer.toString()).toBe('<iq xmlns="jabber:client" type="result" id="1" to="a@b/c"/>');
  });

  it.each([
    ['type="get" id="1" from="a@b"', '<query xmlns="urn:x"/>'],
    ['type="set" id="1" from="a@b"', '<ping xmlns="urn:xmpp:ping"/>'],
    ['type="get" id="1" from="a@b"', '<ping xmlns="urn:x"/>'],
  ])('to anything else is a refusal: %s %s', (attrs, children) => {
    expect(defaultAnswer(iq(attrs, children)).toString()).toBe(
      '<iq xmlns="jabber:client" type="error" id="1" to="a@b"><error type="cancel">' +
        `<service-unavailable xmlns="${STANZAS}"/></error></iq>`,
    );
  });

  it('has no address and no id where the request had none', () => {
    const answer = defaultAnswer(iq('type="get"', '<ping xmlns="urn:xmpp:ping"/>'));
    expect({ ...answer.attrs }).toEqual({ type: 'result' });
  });
});
