import {
  body,
  childrenOfBody,
  creationBody,
  isEcho,
  isReason,
  parseBody,
  readBody,
  readParams,
  readTerminate,
  restartBody,
  type BodyAnswer,
} from '../../lib/protocol/bosh-body.js';
import * as NS from '../../lib/protocol/ns.js';
import { parse } from '../../lib/xml/parse.js';
import { body as answerOf, containing, message, settings, terminate } from './support/bosh.js';

const read = (text: string): BodyAnswer => {
  const answer = readBody(text);
  if (!answer) throw new Error('not a body');
  return answer;
};

describe('a creation request', () => {
  it('says what a server needs, and no sid (XEP-0124 §7.1, case 1)', () => {
    const { name, ns, attrs, nodes } = parse(creationBody(settings, 1234));
    expect([name, ns, nodes]).toEqual(['body', NS.HTTPBIND, []]);
    expect({ ...attrs }).toEqual({
      rid: '1234',
      to: 'example.com',
      'xml:lang': 'en',
      ver: '1.11',
      wait: '60',
      hold: '1',
      content: 'text/xml; charset=utf-8',
      'xmpp:version': '1.0',
    });
  });

  it('escapes what it is told', () => {
    expect(parse(creationBody({ ...settings, to: `"<&>'` }, 1)).attrs['to']).toBe(`"<&>'`);
  });
});

it('restarts with the rid, the sid and where to (XEP-0206 §5, case 54)', () => {
  const { attrs, nodes } = parse(restartBody(settings, 's"1', 5));
  expect(nodes).toEqual([]);
  expect({ ...attrs }).toEqual({
    ...{ rid: '5', sid: 's"1', to: 'example.com', 'xml:lang': 'en', 'xmpp:restart': 'true' },
  });
});

describe('any other request', () => {
  it.each([
    [[], undefined, '<body xmlns="http://jabber.org/protocol/httpbind" rid="5" sid="s&quot;1"/>'],
    [
      [],
      'terminate',
      '<body xmlns="http://jabber.org/protocol/httpbind" rid="5" sid="s&quot;1" type="terminate"/>',
    ],
    [
      ['<a/>', '<b/>'],
      undefined,
      '<body xmlns="http://jabber.org/protocol/httpbind" rid="5" sid="s&quot;1"><a/><b/></body>',
    ],
  ] as const)('with %j of type %s', (payload, type, text) => {
    expect(body('s"1', 5, payload, type)).toBe(text);
  });

  it('can be read back', () => {
    expect(childrenOfBody(body('s', 5, [message('a'), message('b')])).map(String)).toEqual([
      message('a'),
      message('b'),
    ]);
    expect(childrenOfBody('<body')).toEqual([]);
  });
});

describe('an answer', () => {
  it.each([
    '',
    '<html/>',
    '<body/>',
    '<body',
    'Bad gateway',
    `<x xmlns="${NS.HTTPBIND}"/>`,
    '<!DOCTYPE body>',
    '\uD800',
  ])('that is not a body is nothing: %j', (text) => expect(readBody(text)).toBeUndefined());

  it('has stanzas in jabber:client though they inherit the namespace of the body (XEP-0206 §2)', () => {
    const text = `\n${answerOf('<message><body>hi</body></message><iq xmlns="jabber:client"/>', 'ack="7"')}\n`;
    const { attrs, answer } = read(text);
    expect(attrs['ack']).toBe('7');
    expect(answer.text).toBe(text);
    expect(answer.children.map(String)).toEqual([
      '<message xmlns="jabber:client"><body>hi</body></message>',
      '<iq xmlns="jabber:client"/>',
    ]);
  });

  it('may forget to declare the stream prefix', () => {
    expect(read(answerOf('<stream:features/>')).answer.children[0]).toMatchObject({
      name: 'features',
      ns: NS.STREAM,
    });
  });
});

describe('the parameters of a session', () => {
  it('are what was asked for where the server is silent, and two requests', () => {
    expect(readParams({ sid: 'x' }, settings)).toEqual({ sid: 'x', wait: 60, hold: 1, requests: 2 });
  });

  it('are what the server says', () => {
    const said = { wait: '9', hold: '0', requests: '5', inactivity: '3', polling: '2', maxpause: '1' };
    expect(readParams({ sid: 'x', ver: '1.6', ...said }, settings)).toEqual({
      ...{ sid: 'x', ver: '1.6', wait: 9, hold: 0, requests: 5, inactivity: 3, polling: 2, maxpause: 1 },
    });
  });

  it('are as if not said when they are no numbers, and allow one request at least', () => {
    const said = {
      sid: 'x',
      wait: '-1',
      hold: 'one',
      requests: '0',
      inactivity: '1e3',
      polling: '',
      maxpause: '1.5',
    };
    expect(readParams(said, settings)).toEqual({ sid: 'x', wait: 60, hold: 1, requests: 1 });
  });

  it.each([{}, { sid: '' }])('are none without a sid: %j (case 11)', (attrs) =>
    expect(readParams(attrs, settings)).toBeUndefined(),
  );
});

describe('the reason of an end', () => {
  const reason = (text: string) => readTerminate(read(text));

  it.each([
    ['bad-request', false],
    ['host-gone', false],
    ['host-unknown', false],
    ['improper-addressing', false],
    ['internal-server-error', true],
    ['item-not-found', false],
    ['other-request', false],
    ['policy-violation', false],
    ['remote-connection-failed', true],
    ['remote-stream-error', true],
    ['see-other-uri', false],
    ['system-shutdown', true],
    ['undefined-condition', false],
  ])('is the condition %s (XEP-0124 §17.2, case 44)', (condition, retryable) => {
    const error = reason(terminate(condition));
    expect(error).toMatchObject({ name: 'StreamError', condition, retryable });
    expect(error.message).toMatch(/^.{20,} \([a-z-]+\)$/);
  });

  it.each([undefined, 'unheard-of', 'constructor', '__proto__', ''])(
    'is undefined-condition for %s (cases 45, 46)',
    (condition) => {
      const error = reason(terminate(condition));
      expect(error).toMatchObject({ condition: 'undefined-condition', retryable: false });
      expect(error.message).toBe('The server ended the session (undefined-condition)');
    },
  );

  it('is the stream error inside, with its text (case 43)', () => {
    const inner =
      '<stream:error xmlns:stream="http://etherx.jabber.org/streams">' +
      '<text xmlns="urn:ietf:params:xml:ns:xmpp-streams">Replaced</text>' +
      '<conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>';
    const error = reason(terminate('remote-stream-error', message('a') + inner));
    expect(error).toMatchObject({ condition: 'conflict', retryable: false, message: 'Replaced (conflict)' });
  });

  it('is what can be known of an empty stream error', () => {
    const error = reason(
      terminate('remote-stream-error', '<stream:error><reset xmlns="urn:x"/></stream:error>'),
    );
    expect(error).toMatchObject({
      condition: 'undefined-condition',
      message: containing('The server ended'),
    });
    expect(reason(terminate(undefined, '<error/>'))).toMatchObject({ condition: 'undefined-condition' });
  });

  it('says where to connect instead (case 47)', () => {
    const uri = '<uri> https://b.example/bosh </uri>';
    expect(reason(terminate('see-other-uri', uri))).toMatchObject({ uri: 'https://b.example/bosh' });
    expect(reason(terminate('see-other-uri'))).toMatchObject({ condition: 'see-other-uri', uri: undefined });
    const { children } = read(terminate('see-other-uri', `${uri}${message('a')}<stream:error/>`)).answer;
    expect(children.map(isReason)).toEqual([true, false, true]);
  });

  it('is worth a retry for stream errors that pass', () => {
    const inner = '<stream:error><reset xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>';
    expect(reason(terminate('remote-stream-error', inner))).toMatchObject({
      condition: 'reset',
      retryable: true,
    });
  });
});

describe('an echo', () => {
  const stanza = '<message xmlns="jabber:client" id="1" to="a"><body>hi</body>and<x/></message>';
  const request = body('s', 5, [stanza]);
  const echoed = (children: string, rid = '5') =>
    isEcho(read(answerOf(children, `rid="${rid}"`)), 5, request);

  it('has our rid and our children, whatever their namespace', () => {
    expect(echoed(stanza)).toBe(true);
    expect(echoed(stanza.replace(' xmlns="jabber:client"', ''))).toBe(true);
  });

  it.each([
    ['another rid', stanza, '6'],
    ['no child', '', '5'],
    ['a child more', `${stanza}<x/>`, '5'],
    ['another name', stanza.replaceAll('message', 'iq'), '5'],
    ['another attribute', stanza.replace('to=', 'from='), '5'],
    ['an attribute more', stanza.replace('to=', 'from="b" to='), '5'],
    ['another value', stanza.replace('"a"', '"b"'), '5'],
    ['another text', stanza.replace('and', 'or'), '5'],
    ['other content', stanza.replace('<x/>', ''), '5'],
    ['an element for a text', stanza.replace('and', '<and/>'), '5'],
    ['a text for an element', stanza.replace('<body>hi</body>and<x/>', 'and<x/>and'), '5'],
  ])('does not have %s', (_, children, rid) => expect(echoed(children, rid)).toBe(false));

  it('says its rid', () => expect(isEcho(read(answerOf(stanza)), 5, request)).toBe(false));
});

it('what was kept and is more than any limit allows can not be read', () => {
  const deep = answerOf('<a>'.repeat(200) + '</a>'.repeat(200));
  expect(readBody(deep)).toBeUndefined();
  expect(parseBody(deep)).toMatchObject({ name: 'LimitError', condition: 'answer-too-large' });
  expect(parseBody(deep, { maxDepth: 300 })).toMatchObject({ attrs: {} });
});
