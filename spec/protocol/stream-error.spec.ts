import { readStreamError } from '../../lib/protocol/stream-error.js';
import { parse } from '../../lib/xml/parse.js';

const error = (...children: readonly string[]) =>
  parse(`<stream:error xmlns:stream="http://etherx.jabber.org/streams">${children.join('')}</stream:error>`);
const STREAMS = 'xmlns="urn:ietf:params:xml:ns:xmpp-streams"';

it('says the condition and the text, in whichever order they come', () => {
  const text = `<text ${STREAMS}>Somebody else</text>`;
  for (const children of [
    [`<conflict ${STREAMS}/>`, text],
    [text, `<conflict ${STREAMS}/>`],
  ]) {
    expect(readStreamError(error(...children))).toMatchObject({
      ...{ name: 'StreamError', condition: 'conflict' },
      message: 'Somebody else (conflict)',
    });
  }
});

it.each([
  ['an unknown condition', `<odd ${STREAMS}/>`],
  ['a condition of somebody else', '<conflict xmlns="urn:odd"/>'],
  ['none', ''],
])('takes %s for undefined-condition', (_, child) => {
  expect(readStreamError(error(child))).toMatchObject({
    condition: 'undefined-condition',
    message: 'The server ended the stream (undefined-condition)',
  });
});
