import { aMessage, anError, anIq, aPresence, aResult } from '../../lib/testing/builders.js';
import { readStanzaError } from '../../lib/protocol/stanza.js';
import { $build, $iq } from '../../lib/xml/build.js';
import { parse } from '../../lib/xml/parse.js';

const FROM = 'juliet@example.com/balcony';
const TO = 'romeo@example.com/orchard';

describe('a message', () => {
  it('is a chat message with what is said of it, and nothing else', () => {
    expect(aMessage()).toEqual(parse('<message xmlns="jabber:client" type="chat"/>'));
    expect(
      aMessage({
        from: FROM,
        to: TO,
        id: 'm',
        type: 'groupchat',
        body: 'ay & me',
        subject: 's',
        thread: 't',
      }),
    ).toEqual(
      parse(
        `<message xmlns="jabber:client" from="${FROM}" to="${TO}" id="m" type="groupchat"><subject>s</subject>` +
          '<body>ay &amp; me</body><thread>t</thread></message>',
      ),
    );
  });

  it('has waited since then', () => {
    const { children } = aMessage({ body: 'late', sentAt: Date.UTC(2026, 10, 27) });
    expect(children.map(({ name, ns }) => [name, ns])).toEqual([
      ['body', 'jabber:client'],
      ['delay', 'urn:xmpp:delay'],
    ]);
    expect(children[1]?.attrs['stamp']).toBe('2026-11-27T00:00:00.000Z');
  });

  it('is one that may have come before', () => {
    expect(
      [{}, { redelivered: true }, { redelivered: true, sentAt: 0 }].map(
        (parts) => aMessage(parts).redelivered,
      ),
    ).toEqual([false, true, true]);
  });

  it('has what else is put into it', () => {
    const active = $build('active', { xmlns: 'http://jabber.org/protocol/chatstates' });
    expect(
      aMessage({ body: 'b', children: [active, $build('x', { xmlns: 'u' }).tree()] }).children.map(String),
    ).toEqual([
      '<body xmlns="jabber:client">b</body>',
      '<active xmlns="http://jabber.org/protocol/chatstates"/>',
      '<x xmlns="u"/>',
    ]);
  });
});

it('a presence says that somebody is there, how, and how much', () => {
  expect(String(aPresence())).toBe('<presence xmlns="jabber:client"/>');
  expect(aPresence({ from: FROM, show: 'away', status: 'be right back', priority: -1 })).toEqual(
    parse(
      `<presence xmlns="jabber:client" from="${FROM}"><show>away</show><status>be right back</status>` +
        '<priority>-1</priority></presence>',
    ),
  );
  expect(aPresence({ from: FROM, type: 'unavailable' }).attrs).toEqual({ from: FROM, type: 'unavailable' });
});

it('an iq asks, with an id', () => {
  expect(String(anIq({ children: [$build('ping', { xmlns: 'urn:xmpp:ping' })] }))).toBe(
    '<iq xmlns="jabber:client" id="iq-1" type="get"><ping xmlns="urn:xmpp:ping"/></iq>',
  );
  expect(anIq({ type: 'set', id: 'other' }).attrs).toEqual({ type: 'set', id: 'other' });
});

describe('an answer', () => {
  const asked = $iq({ type: 'get', id: 'q', from: FROM, to: 'example.com' }).c('query', { xmlns: 'urn:q' });

  it('is a result for who has asked', () => {
    const result = aResult(asked, $build('query', { xmlns: 'urn:q' }), $build('more', { xmlns: 'urn:m' }));
    expect(result.attrs).toEqual({ type: 'result', id: 'q', to: FROM, from: 'example.com' });
    expect(result.children.map(({ name }) => name)).toEqual(['query', 'more']);
  });

  it.each([
    ['forbidden', 'auth', false],
    ['conflict', 'cancel', false],
    ['bad-request', 'modify', false],
    ['resource-constraint', 'wait', true],
  ] as const)('is an error that says %s, of type %s', (condition, type, retryable) => {
    const error = anError(asked, condition, { text: 'no' });
    expect(error.attrs).toEqual({ type: 'error', id: 'q', to: FROM, from: 'example.com' });
    expect(error.children.map(({ name }) => name)).toEqual(['query', 'error']);
    expect(error.child('error')?.attrs['type']).toBe(type);
    expect(readStanzaError(error)).toMatchObject({ condition, message: `no (${condition})`, retryable });
  });

  it('is an error of another type where that is said, and without a text where there is none', () => {
    const error = anError(aMessage({ from: FROM }), 'conflict', { type: 'wait' }).child('error');
    expect(error?.attrs['type']).toBe('wait');
    expect(error?.children.map(({ name }) => name)).toEqual(['conflict']);
  });
});
