import fc from 'fast-check';
import { element } from '../../lib/xml/element.js';
import { XmlError } from '../../lib/xml/error.js';
import { parse } from '../../lib/xml/parse.js';
import { escapeAttribute, escapeText, serialise } from '../../lib/xml/serialise.js';
import { xmlText } from './arbitraries.js';

describe('serialise', () => {
  const message = element('message', 'jabber:client', { to: 'a@b' }, [
    element('body', 'jabber:client', {}, ['hi']),
    element('x', 'urn:x', {}, [element('y', 'urn:x'), element('z', '')]),
  ]);

  it('declares a namespace only where it changes', () => {
    expect(serialise(message)).toBe(
      '<message xmlns="jabber:client" to="a@b"><body>hi</body><x xmlns="urn:x"><y/><z xmlns=""/></x></message>',
    );
  });

  it('declares nothing that the place has already', () => {
    expect(serialise(message, 'jabber:client')).toMatch(/^<message to="a@b"><body>/);
    expect(serialise(element('a', ''), 'urn:x')).toBe('<a xmlns=""/>');
    expect(serialise(element('a', ''))).toBe('<a/>');
  });

  it('declares the prefixes of attributes where they are used', () => {
    const body = element('body', 'u', { 'xmpp:version': '1.0', 'xmlns:xmpp': 'urn:"', 'xml:lang': 'en' });
    expect(serialise(body)).toBe(
      '<body xmlns="u" xmlns:xmpp="urn:&quot;" xmpp:version="1.0" xml:lang="en"/>',
    );
  });

  it('writes an element of the xml namespace with its prefix, since no other way is allowed', () => {
    const xml = '<a xmlns="u"><xml:b><c/></xml:b></a>';
    expect(serialise(parse(xml))).toBe(xml);
  });

  it('escapes what would not survive', () => {
    expect(escapeText(`<a b="c">&'\r\n\t`)).toBe(`&lt;a b="c"&gt;&amp;'&#13;\n\t`);
    expect(escapeAttribute(`<a b="c">&'\r\n\t`)).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#13;&#10;&#9;');
  });

  it('gives back every text, from text and from attributes', () => {
    fc.assert(
      fc.property(xmlText(), (text) => {
        expect(parse(`<a>${escapeText(text)}</a>`).text).toBe(text);
        expect(parse(`<a b="${escapeAttribute(text)}"/>`).getAttribute('b')).toBe(text);
        expect(parse(`<a b='${escapeAttribute(text)}'/>`).getAttribute('b')).toBe(text);
      }),
    );
  });

  it.each([
    ['\0', 'U+0000'],
    ['\x08', 'U+0008'],
    ['\x0B', 'U+000B'],
    ['\x1F', 'U+001F'],
    ['\uD83D', 'U+D83D'],
    ['\uDE00', 'U+DE00'],
    ['\uFFFE', 'U+FFFE'],
    ['\uFFFF', 'U+FFFF'],
  ])('refuses %j, which XML can not hold, wherever it stands', (character, name) => {
    const text = `a${character}b`;
    const elements = [
      element('a', '', {}, [text]),
      element('a', '', { b: text }),
      element('a', text),
      element('a', '', { 'xmlns:p': text }),
    ];
    for (const each of elements)
      expect(() => serialise(each)).toThrow(new RegExp(`U\\+${name.slice(2)} .*not-well-formed`));
    expect(() => escapeText(text)).toThrow(XmlError);
  });

  it('takes whole pairs of surrogates', () => {
    expect(escapeText('😀\u{10FFFF}\uFFFD\x7F\x85')).toBe('😀\u{10FFFF}\uFFFD\x7F\x85');
  });
});
