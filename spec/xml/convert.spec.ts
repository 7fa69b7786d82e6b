import { $msg } from '../../lib/xml/build.js';
import {
  asStanza,
  defaultNamespace,
  fromDom,
  toElement,
  type DomAttribute,
  type DomElement,
  type DomNode,
} from '../../lib/xml/convert.js';
import { element, redeliver } from '../../lib/xml/element.js';
import { UsageError } from '../../lib/xml/error.js';

/** As a DOM has it: `xmlns` is an attribute, too. */
const dom = (
  nodeName: string,
  attributes: readonly DomAttribute[] = [],
  childNodes: readonly (DomNode | DomElement)[] = [],
  more: Partial<DomElement> = {},
): DomElement => ({ nodeType: 1, nodeName, attributes, childNodes, getAttribute: () => null, ...more });

const text = (nodeValue: string | null, nodeType = 3): DomNode => ({ nodeType, nodeValue });

describe('fromDom', () => {
  it('copies an element that was parsed', () => {
    const parsed = dom(
      'message',
      [
        { name: 'xmlns', value: 'jabber:client', namespaceURI: 'http://www.w3.org/2000/xmlns/' },
        { name: 'xmlns:p', value: 'urn:p', namespaceURI: 'http://www.w3.org/2000/xmlns/' },
        { name: 'xml:lang', value: 'de', namespaceURI: 'http://www.w3.org/XML/1998/namespace' },
        { name: 'to', value: 'a@b', namespaceURI: null },
      ],
      [
        dom(
          'body',
          [{ name: 'p:a', value: '1', namespaceURI: 'urn:p' }],
          [text('x'), text('y', 4), text('no', 8), text(null)],
          {
            localName: 'body',
            prefix: null,
            namespaceURI: 'jabber:client',
          },
        ),
        dom(
          'p:x',
          [{ name: 'xmlns', value: 'urn:inner' }],
          [dom('z', [], [], { namespaceURI: 'urn:inner' })],
          {
            localName: 'x',
            prefix: 'p',
            namespaceURI: 'urn:p',
          },
        ),
        dom('none', [{ name: 'xmlns', value: '' }], [], { namespaceURI: null }),
      ],
      { localName: 'message', prefix: null, namespaceURI: 'jabber:client' },
    );
    expect(String(fromDom(parsed))).toBe(
      '<message xmlns="jabber:client" xmlns:p="urn:p" xml:lang="de" to="a@b">' +
        '<body xmlns:p="urn:p" p:a="1">xy</body><x xmlns="urn:p"><z xmlns="urn:inner"/></x><none xmlns=""/></message>',
    );
  });

  it('reads xmlns where it was only set as an attribute, and inherits it', () => {
    const built = dom(
      'iq',
      [{ name: 'xmlns', value: 'jabber:client' }],
      [
        dom(
          'query',
          [{ name: 'xmlns', value: 'jabber:iq:roster' }],
          [dom('item', [{ name: 'jid', value: 'a@b' }])],
        ),
      ],
    );
    expect(String(fromDom(built))).toBe(
      '<iq xmlns="jabber:client"><query xmlns="jabber:iq:roster"><item jid="a@b"/></query></iq>',
    );
  });

  it('puts a stanza without a namespace into jabber:client', () => {
    expect(fromDom(dom('presence', [], [dom('show')])).child('show', 'jabber:client')).toBeDefined();
  });

  it('fits the DOM of browsers', () => {
    const convert = (given: Element): DomElement => given;
    expect(convert).toBeDefined();
  });
});

describe('toElement', () => {
  it('gives back an element, mark and all', () => {
    const message = redeliver(element('message', 'jabber:client'));
    expect(toElement(message)).toBe(message);
    const none = element('a', '');
    expect(toElement(none)).toBe(none);
  });

  it('takes what has a tree, of either kind', () => {
    expect(String(toElement($msg({ to: 'a' })))).toBe('<message xmlns="jabber:client" to="a"/>');
    expect(toElement({ tree: () => dom('iq') })).toEqual(element('iq', 'jabber:client'));
  });

  it('takes a DOM Element', () => {
    expect(toElement(dom('a'))).toEqual(element('a', ''));
  });

  it('takes an element that another copy of the package made', () => {
    const { name, ns, attrs, nodes, prefixes } = element('a', 'u', { b: 'c' }, ['d']);
    const other = { name, ns, attrs, nodes, prefixes, childrenOf: () => [] };
    expect(toElement(other)).toBe(other);
  });

  it('puts a stanza without a namespace into jabber:client', () => {
    expect(
      toElement(element('message', '', {}, [element('body', '')])).child('body', 'jabber:client'),
    ).toBeDefined();
  });

  it.each([
    ['a string', '<message/>', /a string: parse\(xml\)/],
    ['nothing', undefined, /not \[object Undefined\]/],
    ['null', null, /not \[object Null\]/],
    ['a number', 1, /Number/],
    ['an object', {}, /Object/],
    ['an object without a prototype', Object.create(null), /Object/],
    ['a list', [element('a', '')], /Array/],
    ['what JSON says is an element', { name: 'a', ns: '', attrs: {}, nodes: [], childrenOf: true }, /Object/],
    ['half of an element', { ns: '', nodes: {}, childrenOf: () => [] }, /Object/],
    [
      'what JSON says is a DOM Element',
      { nodeType: 1, nodeName: 'a', attributes: [], childNodes: [] },
      /Object/,
    ],
    ['a document', { nodeType: 9, getAttribute: () => null }, /Object/],
    ['a tree of nothing', { tree: () => undefined }, /Undefined/],
  ])('refuses %s', (_, value: unknown, message) => {
    expect(() => toElement(value)).toThrow(UsageError);
    expect(() => toElement(value)).toThrow(message);
    expect(() => toElement(value)).toThrow(/\(not-an-element\)$/);
  });
});

describe('asStanza', () => {
  it('touches stanzas without a namespace only', () => {
    expect(asStanza(element('iq', '')).ns).toBe('jabber:client');
    expect(asStanza(element('iq', 'u')).ns).toBe('u');
    expect(['message', 'presence', 'iq', 'query'].map(defaultNamespace)).toEqual([
      'jabber:client',
      'jabber:client',
      'jabber:client',
      '',
    ]);
  });
});
