import fc from 'fast-check';
import {
  element,
  redeliver,
  withAttributes,
  withNamespace,
  withNodes,
  XmlElement,
} from '../../lib/xml/element.js';
import { XmlError } from '../../lib/xml/error.js';
import { parse } from '../../lib/xml/parse.js';
import { xmlElement } from './arbitraries.js';

const CLIENT = 'jabber:client';
const HTTPBIND = 'http://jabber.org/protocol/httpbind';

describe('element', () => {
  it('makes an element, with nothing in it unless told', () => {
    expect(element('a', 'u')).toMatchObject({ name: 'a', ns: 'u', attrs: {}, nodes: [], redelivered: false });
    expect(element('a', 'u')).toBeInstanceOf(XmlElement);
  });

  it('leaves out attributes that are null or undefined and takes the rest as text', () => {
    const attrs = { to: undefined, from: null, id: 7, ok: false, type: '' };
    expect(element('a', 'u', attrs).attrs).toEqual({ id: '7', ok: 'false', type: '' });
  });

  it('takes declarations of prefixes apart', () => {
    const body = element('body', 'u', {
      xmlns: 'v',
      'xmlns:xmpp': 'urn:xmpp:xbosh',
      'xmlns:no': null,
      'xmpp:version': '1.0',
    });
    expect(body.ns).toBe('u');
    expect(body.attrs).toEqual({ 'xmpp:version': '1.0' });
    expect(body.prefixes).toEqual({ xmpp: 'urn:xmpp:xbosh' });
  });

  it('joins texts that meet and drops empty ones, as if it had been read', () => {
    const b = element('b', 'u');
    expect(element('a', 'u', {}, ['', 'x', 'y', '', b, '', 'z']).nodes).toEqual(['xy', b, 'z']);
  });

  it.each([
    ['an element name with a space', () => element('a b', '')],
    ['an element name with a colon', () => element('a:b', '')],
    ['an empty element name', () => element('', '')],
    ['an element name with a line break', () => element('a\n', '')],
    ['markup as a name', () => element('a><b', '')],
    ['an attribute name with a space', () => element('a', '', { 'b c': '' })],
    ['markup as an attribute name', () => element('a', '', { 'b="" c': '' })],
    ['an attribute of a prefix that nothing declares', () => element('a', '', { 'p:b': '' })],
    ['an attribute name with two colons', () => element('a', '', { 'xmlns:p': 'u', 'p:b:c': '' })],
    ['a prefix that is no name', () => element('a', '', { 'xmlns:p q': 'u' })],
    ['a prefix without a namespace', () => element('a', '', { 'xmlns:p': '' })],
    ['another namespace for xml', () => element('a', '', { 'xmlns:xml': 'u' })],
    ['another namespace for xmlns', () => element('a', '', { 'xmlns:xmlns': 'u' })],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(XmlError);
    expect(make).toThrow(/\(not-well-formed\)$/);
  });
});

describe('XmlElement', () => {
  const message = parse(
    `<message xmlns="${CLIENT}" to="a@b" xmlns:p="urn:p" xmlns:q="urn:p" q:x="1" xml:lang="de">` +
      '<body>one</body> and <body xml:lang="en">two</body><x xmlns="urn:x"><body>three</body></x></message>',
  );

  it('gives children, text and children by name', () => {
    expect(message.children.map(({ name }) => name)).toEqual(['body', 'body', 'x']);
    expect(message.children).toBe(message.children);
    expect(message.text).toBe(' and ');
    expect(message.child('body')?.text).toBe('one');
    expect(message.child('x', 'urn:x')?.name).toBe('x');
    expect(message.child('x', CLIENT)).toBeUndefined();
    expect(message.childrenOf('body').map(({ text }) => text)).toEqual(['one', 'two']);
    expect(message.childrenOf('body', CLIENT)).toHaveLength(2);
    expect(message.childrenOf('body', 'urn:x')).toEqual([]);
  });

  it('has the reading names of the DOM', () => {
    expect([message.tagName, message.nodeName, message.localName]).toEqual(['message', 'message', 'message']);
    expect([message.namespaceURI, element('a', '').namespaceURI]).toEqual([CLIENT, null]);
    expect(message.childNodes).toBe(message.nodes);
    expect([message.firstChild, element('a', '').firstChild]).toEqual([message.child('body'), null]);
    expect([message.firstElementChild, element('a', '', {}, ['x']).firstElementChild]).toEqual([
      message.child('body'),
      null,
    ]);
    expect(message.textContent).toBe('one and twothree');
  });

  it('gives attributes by name, and by namespace', () => {
    expect([message.getAttribute('to'), message.getAttribute('from')]).toEqual(['a@b', null]);
    expect([message.getAttribute('xmlns'), element('a', '').getAttribute('xmlns')]).toEqual([CLIENT, null]);
    expect([
      message.hasAttribute('to'),
      message.hasAttribute('from'),
      message.hasAttribute('constructor'),
    ]).toEqual([true, false, false]);
    expect(message.getAttributeNS('urn:p', 'x')).toBe('1');
    expect(message.getAttributeNS('urn:p', 'y')).toBeNull();
    expect(message.getAttributeNS('urn:other', 'x')).toBeNull();
    expect(message.getAttributeNS(null, 'to')).toBe('a@b');
    expect(message.getAttributeNS('http://www.w3.org/XML/1998/namespace', 'lang')).toBe('de');
  });

  it('finds descendants by name in document order, itself excepted', () => {
    expect(message.getElementsByTagName('body').map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(message.getElementsByTagName('*').map(({ name }) => name)).toEqual(['body', 'body', 'x', 'body']);
    expect(message.getElementsByTagName('message')).toEqual([]);
    expect(message.getElementsByTagNameNS('urn:x', '*').map(({ name }) => name)).toEqual(['x', 'body']);
    expect(message.getElementsByTagNameNS('*', 'x')).toHaveLength(1);
    expect(parse('<a xmlns="u"><b xmlns=""/></a>').getElementsByTagNameNS(null, 'b')).toHaveLength(1);
  });

  it('is text where text is wanted', () => {
    expect(String(message)).toBe(message.toString());
    expect(parse(message.toString()).toString()).toBe(message.toString());
  });
});

describe('copies', () => {
  const original = parse('<iq xmlns="u" id="1" p:a="2" xmlns:p="urn:p"><query/></iq>');

  it('redeliver marks one, and leaves the original', () => {
    const copy = redeliver(original);
    expect([copy.redelivered, original.redelivered]).toEqual([true, false]);
    expect(copy.toString()).toBe(original.toString());
  });

  it('withAttributes sets and removes, and keeps the rest', () => {
    const copy = withAttributes(redeliver(original), { id: null, to: 'x', 'xmlns:q': 'urn:q', 'q:b': 3 });
    expect(copy.attrs).toEqual({ 'p:a': '2', to: 'x', 'q:b': '3' });
    expect(copy.prefixes).toEqual({ p: 'urn:p', q: 'urn:q' });
    expect([copy.ns, copy.nodes, copy.redelivered]).toEqual(['u', original.nodes, true]);
    expect(original.attrs).toEqual({ id: '1', 'p:a': '2' });
    expect(() => withAttributes(original, { 'z:b': '' })).toThrow(XmlError);
  });

  it('withNodes has other content, and keeps the rest', () => {
    const copy = withNodes(redeliver(original), ['x', 'y']);
    expect(copy.toString()).toBe('<iq xmlns="u" xmlns:p="urn:p" id="1" p:a="2">xy</iq>');
    expect(copy.redelivered).toBe(true);
  });
});

describe('withNamespace', () => {
  it('moves what inherited the namespace of a BOSH body, and nothing else', () => {
    const body = parse(
      `<body xmlns="${HTTPBIND}"><message><body>x</body><y xmlns="u"><z/></y></message></body>`,
    );
    const message = withNamespace(redeliver(body.children[0]!), HTTPBIND, CLIENT);
    expect(message.toString()).toBe(
      `<message xmlns="${CLIENT}"><body>x</body><y xmlns="u"><z/></y></message>`,
    );
    expect(message.redelivered).toBe(true);
    expect(message.child('y')).toBe(body.children[0]!.child('y'));
  });

  it('moves a descendant of an element that stays', () => {
    const a = parse('<a xmlns="u" b="c">x<d xmlns="v"/></a>');
    expect(withNamespace(a, 'v', 'w').toString()).toBe('<a xmlns="u" b="c">x<d xmlns="w"/></a>');
  });

  it('gives back the very element when nothing changes', () => {
    fc.assert(
      fc.property(xmlElement, (element) => {
        expect(withNamespace(element, 'urn:nobody', 'v')).toBe(element);
        expect(withNamespace(element, element.ns, element.ns)).toBe(element);
      }),
    );
  });

  it('leaves none in the old namespace and can be taken back', () => {
    fc.assert(
      fc.property(xmlElement, (element) => {
        const moved = withNamespace(element, CLIENT, 'urn:moved');
        expect([moved, ...moved.getElementsByTagName('*')].every(({ ns }) => ns !== CLIENT)).toBe(true);
        expect(withNamespace(moved, 'urn:moved', CLIENT)).toEqual(element);
      }),
    );
  });
});
