import { $msg, parse, Strophe } from 'rxmpp';

const MESSAGE = parse(
  '<message xmlns="jabber:client">own &amp; text<body>a</body><x xmlns="urn:x"/><body>b</body></message>',
);

/** A DOM Element with a text and a child, as far as the helpers look. */
const DOM = {
  ...{ nodeType: 1, nodeName: 'a', localName: 'a', namespaceURI: 'urn:a', attributes: [] },
  getAttribute: () => null,
  childNodes: [
    { nodeType: 3, nodeValue: '<text>' },
    {
      ...{ nodeType: 1, nodeName: 'b', localName: 'b', namespaceURI: 'urn:a', attributes: [] },
      childNodes: [],
      getAttribute: () => null,
    },
  ],
};

it('addNamespace gives a namespace a name in NS', () => {
  expect(Strophe.NS.CLIENT).toBe('jabber:client');
  Strophe.addNamespace('MINE', 'urn:mine');
  expect(Strophe.NS['MINE']).toBe('urn:mine');
});

it('forEachChild calls with child elements, all or those of a name', () => {
  const names: string[] = [];
  Strophe.forEachChild(MESSAGE, null, ({ name }) => names.push(name));
  Strophe.forEachChild(MESSAGE, 'body', ({ text }) => names.push(text));
  Strophe.forEachChild(DOM as never, null, ({ nodeName }: { nodeName: string }) => names.push(nodeName));
  expect(names).toEqual(['body', 'x', 'body', 'a', 'b', 'b']);
});

it('getText gives the own text, escaped', () => {
  expect(Strophe.getText(MESSAGE)).toBe('own &amp; text');
  expect(Strophe.getText(DOM)).toBe('&lt;text&gt;');
  expect(Strophe.getText(null)).toBeNull();
});

it('isTagEqual and getNamespace read either kind of element', () => {
  expect([Strophe.isTagEqual(MESSAGE, 'message'), Strophe.isTagEqual(MESSAGE, 'Message')]).toEqual([
    true,
    false,
  ]);
  expect(Strophe.isTagEqual(DOM, 'a')).toBe(true);
  expect([Strophe.getNamespace(MESSAGE), Strophe.getNamespace(DOM)]).toEqual(['jabber:client', 'urn:a']);
  expect(Strophe.getNamespace(parse('<a/>'))).toBeNull();
});

it('xmlElement makes an element of a name, attributes and a text', () => {
  expect(String(Strophe.xmlElement('a', { b: 1, c: null, xmlns: 'urn:a' }, 'x<y'))).toBe(
    '<a xmlns="urn:a" b="1">x&lt;y</a>',
  );
  expect(String(Strophe.xmlElement('a', [['b', '1']]))).toBe('<a b="1"/>');
  expect(
    [Strophe.xmlElement('a', 'x'), Strophe.xmlElement('a', 5), Strophe.xmlElement('a')].map(String),
  ).toEqual([...['<a>x</a>', '<a>5</a>', '<a/>']]);
});

it('copyElement gives an element of ours', () => {
  expect(Strophe.copyElement(MESSAGE)).toBe(MESSAGE);
  expect(String(Strophe.copyElement(DOM))).toBe('<a xmlns="urn:a">&lt;text&gt;<b/></a>');
});

it('xmlunescape undoes xmlescape', () => {
  const text = `<a b="c" d='e'>&amp;lt;`;
  expect(Strophe.xmlunescape(Strophe.xmlescape(text))).toBe(text);
  expect(Strophe.serialize($msg())).toBe('<message xmlns="jabber:client"/>');
});

it('ElementType and ErrorCondition are the documented numbers and words', () => {
  expect(Strophe.ElementType).toEqual({ NORMAL: 1, TEXT: 3, CDATA: 4, FRAGMENT: 11 });
  expect(Strophe.ErrorCondition.CONFLICT).toBe('conflict');
});
