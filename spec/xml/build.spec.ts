import fc from 'fast-check';
import { $build, $iq, $msg, $pres, stx, unsafeXML } from '../../lib/xml/build.js';
import { element } from '../../lib/xml/element.js';
import { XmlError } from '../../lib/xml/error.js';
import { parse } from '../../lib/xml/parse.js';
import { xmlElement, xmlText } from './arbitraries.js';

const CLIENT = 'jabber:client';

describe('stx', () => {
  it('makes an element of a template, in jabber:client if it is a stanza', () => {
    const to = 'romeo@example.net';
    expect(String(stx`<message to="${to}"><body>${'hi'}</body></message>`)).toBe(
      '<message xmlns="jabber:client" to="romeo@example.net"><body>hi</body></message>',
    );
    expect(stx`<presence/>`.ns).toBe(CLIENT);
    expect(stx`<iq xmlns="urn:x"/>`.ns).toBe('urn:x');
    expect(stx`<query/>`.ns).toBe('');
    expect(
      stx`<iq><query xmlns="jabber:iq:roster"><item/></query></iq>`.child('query')?.child('item')?.ns,
    ).toBe('jabber:iq:roster');
  });

  it('escapes every value, as text and in either kind of quotes', () => {
    fc.assert(
      fc.property(xmlText(), xmlText(), xmlText(), (text, one, two) => {
        const made = stx`<message a="${one}" b='x${two}y'><body>${text}</body></message>`;
        expect(made).toEqual(
          element('message', CLIENT, { a: one, b: `x${two}y` }, [element('body', CLIENT, {}, [text])]),
        );
      }),
    );
  });

  it.each(['a b="c"', 'a/', 'a><b/><a', '', ' ', '/>', '!--', '![CDATA[', 'a\n', '<a'])(
    'takes no %j where a name should be',
    (name) => {
      expect(() => stx`<x><${name}/></x>`).toThrow(XmlError);
      expect(() => stx`<x ${name}="1"/>`).toThrow(XmlError);
      expect(() => stx`<x ${[name]}/>`).toThrow(/stands where stx needs a name/);
    },
  );

  it('takes a name where a name should be, and nothing at all', () => {
    const [name, attribute] = ['message', 'xml:lang'];
    expect(String(stx`<${name} ${attribute}="de" ${null}/>`)).toBe(
      '<message xmlns="jabber:client" xml:lang="de"/>',
    );
  });

  it('leaves nothing of null, undefined and false between tags', () => {
    expect(stx`<a>${null}${undefined}${false}${0}${true}${12n}</a>`.text).toBe('0true12');
  });

  it('takes booleans, numbers and nothing as values of attributes', () => {
    expect(stx`<a b="${false}" c="${true}" d="${null}" e="${1.5}"/>`.attrs).toEqual({
      b: 'false',
      c: 'true',
      d: '',
      e: '1.5',
    });
  });

  it('takes elements, builders and lists of them, which come into the namespace of their place', () => {
    const items = ['a@b', 'c@d'].map((jid) => stx`<item jid="${jid}"/>`);
    const iq = stx`<iq type="set"><query xmlns="jabber:iq:roster">${items}${[['x'], $build('y')]}</query></iq>`;
    expect(String(iq)).toBe(
      '<iq xmlns="jabber:client" type="set"><query xmlns="jabber:iq:roster">' +
        '<item jid="a@b"/><item jid="c@d"/>x<y/></query></iq>',
    );
  });

  it('leaves an element in its own namespace', () => {
    const forwarded = stx`<forwarded xmlns="urn:xmpp:forward:0">${stx`<message/>`}${element('x', 'urn:x')}</forwarded>`;
    expect(forwarded.children.map(({ ns }) => ns)).toEqual([CLIENT, 'urn:x']);
    fc.assert(
      fc.property(xmlElement, (inner) => {
        fc.pre(inner.ns !== '');
        const [made] = stx`<a xmlns="urn:outer">${inner}</a>`.children;
        expect(parse(String(made)).name).toBe(inner.name);
        expect(made?.attrs).toEqual(inner.attrs);
      }),
    );
  });

  it('takes elements between tags only', () => {
    expect(() => stx`<a b="${stx`<c/>`}"/>`).toThrow(/elements between tags only/);
    expect(() => stx`<a ${[unsafeXML('b="c"')]}/>`).toThrow(XmlError);
  });

  it('takes XML as it is only from unsafeXML', () => {
    expect(stx`<a>${unsafeXML('<b/>c')}</a>`.nodes).toEqual([element('b', ''), 'c']);
    expect(() => stx`<a>${unsafeXML('</a><a>')}</a>`).toThrow(XmlError);
  });

  it('takes nothing that came as JSON for an element', () => {
    const forged: readonly object[] = [
      { unsafeXML: '<evil/>' },
      { name: 'evil', ns: '', attrs: {}, nodes: [], childrenOf: true },
      { nodeType: 1, nodeName: 'evil', attributes: [], childNodes: [] },
      { tree: { name: 'evil' } },
    ];
    for (const value of forged) expect(() => stx`<a>${value as never}</a>`).toThrow(/not-an-element/);
  });

  it('drops the white space of its layout, and not that of texts', () => {
    const message = stx`
      <message>
        <body> a
        </body>
        <html xmlns="http://jabber.org/protocol/xhtml-im">
          <body xmlns="http://www.w3.org/1999/xhtml"><p><b>a</b> <i>b</i></p></body>
        </html>
        <x> </x>
      </message>
    `;
    expect(String(message)).toBe(
      '<message xmlns="jabber:client"><body> a\n        </body><html xmlns="http://jabber.org/protocol/xhtml-im">' +
        '<body xmlns="http://www.w3.org/1999/xhtml"><p><b>a</b> <i>b</i></p></body></html><x> </x></message>',
    );
  });

  it.each([
    ['nothing', () => stx``, 'not-well-formed'],
    ['text', () => stx`hello`, 'not-well-formed'],
    ['two elements', () => stx`<a/><b/>`, 'not-well-formed'],
    ['an open element', () => stx`<a>`, 'not-well-formed'],
    ['a comment', () => stx`<a><!-- ${'x'} --></a>`, 'restricted-xml'],
    ['CDATA', () => stx`<a><![CDATA[${'x'}]]></a>`, 'restricted-xml'],
    ['a DTD', () => stx`<!DOCTYPE a><a/>`, 'restricted-xml'],
    ['an XML declaration', () => stx`<?xml version="1.0"?><a/>`, 'restricted-xml'],
    ['a value without quotes', () => stx`<a b=${'c'}/>`, 'not-well-formed'],
    ['a character that XML can not hold', () => stx`<a>${'\0'}</a>`, 'not-well-formed'],
  ])('refuses a template of %s', (_, make, condition) => {
    expect(make).toThrow(XmlError);
    expect(make).toThrow(`(${condition})`);
  });

  it('knows the place of a value behind > in quotes and quotes in text', () => {
    expect(stx`<a b=">" c='"' d="'">"it's" <e/>${false}</a>`.text).toBe(`"it's" `);
    expect(stx`<a b=">${1}"/>`.attrs['b']).toBe('>1');
  });
});

describe('the builders', () => {
  it('make stanzas in jabber:client', () => {
    expect(String($msg({ to: 'a@b' }))).toBe('<message xmlns="jabber:client" to="a@b"/>');
    expect(String($iq())).toBe('<iq xmlns="jabber:client"/>');
    expect(String($pres({ xmlns: 'jabber:server' }))).toBe('<presence xmlns="jabber:server"/>');
    expect(String($build('message'))).toBe('<message xmlns="jabber:client"/>');
    expect(String($build('body', { xmlns: 'urn:x', rid: 1, no: undefined }))).toBe(
      '<body xmlns="urn:x" rid="1"/>',
    );
  });

  it('c goes into the child, unless it is given a text', () => {
    const iq = $iq({ type: 'set' })
      .c('query', { xmlns: 'jabber:iq:x' })
      .c('a', null, 'text')
      .c('b', {}, 0)
      .c('empty', {}, '')
      .c('c', 'in')
      .t(' and ')
      .t(1);
    expect(String(iq)).toBe(
      '<iq xmlns="jabber:client" type="set"><query xmlns="jabber:iq:x">' +
        '<a>text</a><b>0</b><empty/><c>in and 1</c></query></iq>',
    );
  });

  it('up and root move; up from the root stays', () => {
    const made = $build('r')
      .c('a')
      .c('b')
      .up()
      .c('c')
      .root()
      .c('d')
      .up()
      .up()
      .up()
      .c('e')
      .c('f', null, null)
      .c('g');
    expect(String(made)).toBe('<r><a><b/><c/></a><d/><e><f><g/></f></e></r>');
  });

  it('attrs sets and removes at the place', () => {
    const made = $msg({ id: '1', type: 'chat' })
      .attrs({ id: null, to: 'a' })
      .c('x')
      .attrs({ xmlns: 'urn:x' })
      .c('y');
    expect(String(made)).toBe(
      '<message xmlns="jabber:client" type="chat" to="a"><x xmlns="urn:x"><y/></x></message>',
    );
    expect(String(made.root().attrs({ xmlns: 'urn:y', type: undefined }))).toMatch(
      /^<message xmlns="urn:y" to="a">/,
    );
    expect($msg({ xmlns: 'urn:y' }).attrs({ xmlns: null }).tree().ns).toBe(CLIENT);
  });

  it('leave the attributes that they are given as they are', () => {
    const attrs = Object.freeze({ to: 'a' });
    expect($msg(attrs).attrs({ to: 'b' }).tree().attrs).toEqual({ to: 'b' });
    expect(attrs).toEqual({ to: 'a' });
  });

  it('cnode adds an element and goes into it', () => {
    const child = parse('<x xmlns="urn:x" xmlns:p="urn:p" p:a="1"><y xmlns=""/></x>');
    const made = $msg().cnode(child).c('z').up().up().cnode($build('w').c('v')).t('text');
    expect(String(made)).toBe(
      '<message xmlns="jabber:client"><x xmlns="urn:x" xmlns:p="urn:p" p:a="1"><y xmlns=""/><z/></x>' +
        '<w><v/>text</w></message>',
    );
    expect(child.children).toHaveLength(1);
  });

  it('cnode gives an element without a namespace that of the place', () => {
    expect(String($build('a', { xmlns: 'u' }).c('b').cnode(element('c', '')))).toBe(
      '<a xmlns="u"><b><c/></b></a>',
    );
    expect(String($build('a').cnode(element('c', '')))).toBe('<a><c/></a>');
  });

  it('cnode of any element is that element', () => {
    fc.assert(
      fc.property(xmlElement, (inner) => {
        fc.pre(inner.ns !== '');
        expect($build('a').cnode(inner).tree().children[0]).toEqual(inner);
      }),
    );
  });

  it('tree and nodeTree give what there is at the moment', () => {
    const builder = $build('a');
    const before = builder.tree();
    builder.c('b');
    expect([before.toString(), builder.nodeTree.toString()]).toEqual(['<a/>', '<a><b/></a>']);
  });

  it('refuse names that are none', () => {
    expect(() => $build('a b').tree()).toThrow(XmlError);
    expect(() => $build('a').c('b/><c').toString()).toThrow(XmlError);
    expect(() => $build('a', { 'b="" c': 1 }).nodeTree).toThrow(XmlError);
  });

  it('hold every text', () => {
    fc.assert(
      fc.property(xmlText(), (text) => {
        expect(parse(String($build('a', { b: text }).t(text)))).toEqual(
          element('a', '', { b: text }, [text]),
        );
      }),
    );
  });
});
