import fc from 'fast-check';
import { XmlError } from '../../lib/xml/error.js';
import { parse, PARSE_LIMITS } from '../../lib/xml/parse.js';
import { serialise } from '../../lib/xml/serialise.js';
import { xmlElement } from './arbitraries.js';

const refused = (xml: string, limits = {}): string => {
  try {
    parse(xml, limits);
  } catch (error) {
    if (error instanceof XmlError) return error.condition;
    throw error;
  }
  return 'accepted';
};

describe('parse', () => {
  it('reads names, namespaces, attributes and mixed content', () => {
    const body = parse('<body xmlns="urn:a" sid="1">x<p:child xmlns:p="urn:b"/>y</body>');
    expect(body).toMatchObject({ name: 'body', ns: 'urn:a', attrs: { sid: '1' }, text: 'xy' });
    expect(body.children).toHaveLength(1);
    expect(body.children[0]).toMatchObject({ name: 'child', ns: 'urn:b', attrs: {}, nodes: [] });
  });

  it('leaves namespace declarations out of attrs and keeps the prefixes that attributes use', () => {
    const a = parse(
      '<a xmlns="u" xmlns:p="urn:p" xmlns:q="urn:q" xml:lang="de" p:version="1"><b p:c="2"/></a>',
    );
    expect(a.attrs).toEqual({ 'xml:lang': 'de', 'p:version': '1' });
    expect(a.prefixes).toEqual({ p: 'urn:p' });
    expect(a.child('b')?.prefixes).toEqual({ p: 'urn:p' });
  });

  it('has no attribute that nobody sent', () => {
    const { attrs } = parse('<a/>');
    expect([attrs['constructor'], attrs['__proto__'], attrs['toString']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(parse('<a __proto__="x"/>').getAttribute('__proto__')).toBe('x');
  });

  it('ends a declaration with its element', () => {
    const a = parse('<a xmlns="u" xmlns:p="v"><b xmlns="w" xmlns:p="x"><p:c/><d/></b><p:c/><d/></a>');
    expect(a.nodes.map((node) => typeof node !== 'string' && [node.name, node.ns])).toEqual([
      ['b', 'w'],
      ['c', 'v'],
      ['d', 'u'],
    ]);
    expect(a.child('b')?.children.map(({ name, ns }) => [name, ns])).toEqual([
      ['c', 'x'],
      ['d', 'w'],
    ]);
  });

  it('takes a declaration that comes behind what uses it, and namespaces as they are written', () => {
    const a = parse('<p:a p:b="1" xmlns:p=" u "><p:b/></p:a>');
    expect(a).toMatchObject({ name: 'a', ns: ' u ', attrs: { 'p:b': '1' }, prefixes: { p: ' u ' } });
    expect(a.child('b', ' u ')).toBeDefined();
  });

  it('knows the prefix xml, declared or not', () => {
    const xml = 'http://www.w3.org/XML/1998/namespace';
    expect(parse(`<xml:a xmlns:xml="${xml}" xml:id="1"/>`)).toMatchObject({
      name: 'a',
      ns: xml,
      attrs: { 'xml:id': '1' },
      prefixes: {},
    });
  });

  it('keeps xmlns="" within another namespace', () => {
    expect(parse('<a xmlns="u"><b xmlns=""><c/></b></a>').child('b', '')?.child('c', '')).toBeDefined();
  });

  it('takes the prefix stream as declared, and a declaration of it as it stands', () => {
    const ns = 'http://etherx.jabber.org/streams';
    expect(parse('<body><stream:features/></body>').child('features', ns)).toBeDefined();
    expect(
      parse('<body xmlns:stream="urn:x"><stream:features/></body>').child('features', 'urn:x'),
    ).toBeDefined();
  });

  it('takes an XML declaration, a byte order mark and white space around the root', () => {
    expect(parse('<?xml version="1.0" encoding="UTF-8"?>\n<a/>\n').name).toBe('a');
    expect(parse("\uFEFF<?xml version='1.0'?><a/>").name).toBe('a');
    expect(parse(' \t\r\n<a/> ').name).toBe('a');
    expect(parse(`<?xml\r\nversion = '1.7'\tencoding='x-y.1'  standalone="yes" ?><a/>`).name).toBe('a');
    expect(refused('<?xml version="1.1"?><a>\x85&#1;</a>')).toBe('not-well-formed');
  });

  it('reads the five entities and character references, in text and attributes', () => {
    const a = parse('<a b="&lt;&#10;&quot;">&amp;&gt;&apos;&#x1F600;</a>');
    expect(a.getAttribute('b')).toBe('<\n"');
    expect(a.text).toBe("&>'😀");
  });

  it('reads CDATA as text, joined with the text around it', () => {
    expect(parse('<a>x<![CDATA[<!-- & ]]>y<![CDATA[]]></a>').nodes).toEqual(['x<!-- & y']);
    expect(parse('<a><![CDATA[]]></a>').nodes).toEqual([]);
    expect(parse('<a><![CDATA[<?x?>]]></a>').text).toBe('<?x?>');
  });

  it('normalises line ends', () => {
    expect(parse('<a b="1\r\n2">1\r\n2\r3</a>')).toMatchObject({ attrs: { b: '1 2' }, text: '1\n2\n3' });
  });

  it('reads back whatever serialise writes', () => {
    fc.assert(fc.property(xmlElement, (element) => expect(parse(serialise(element))).toEqual(element)));
    fc.assert(
      fc.property(xmlElement, (element) => expect(parse(String(parse(String(element))))).toEqual(element)),
    );
  });
});

describe('parse refuses', () => {
  it.each([
    ['a comment', '<a><!-- x --></a>'],
    ['a comment before the root', '<!-- x --><a/>'],
    ['a comment after the root', '<a/><!-- x -->'],
    ['a processing instruction', '<a><?php x?></a>'],
    ['a processing instruction before the root', '<?xml-stylesheet href="x"?><a/>'],
    ['a processing instruction after an XML declaration', '<?xml version="1.0"?><?x y?><a/>'],
    ['an external DTD', '<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>'],
    ['an internal DTD', '<!DOCTYPE a [<!ELEMENT a ANY>]><a/>'],
    ['a DTD inside of the root', '<a><!DOCTYPE a></a>'],
    ['an entity that is declared', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an entity that is not declared', '<a>&nbsp;</a>'],
    ['an entity in an attribute', '<a b="&nbsp;"/>'],
    ['a cut comment', '<a><!-- x'],
    ['a comment behind an element that is not closed', '<a><b></a><!-- x -->'],
    ['a comment behind CDATA', '<a><![CDATA[x]]><!-- ]]> --></a>'],
    ['a late XML declaration', '<a/><?xml version="1.0"?>'],
    ['an XML declaration behind white space', ' <?xml version="1.0"?><a/>'],
    ['two XML declarations', '<?xml version="1.0"?><?xml version="1.0"?><a/>'],
    ['an XML declaration without a version', '<?xml encoding="UTF-8"?><a/>'],
    ['another version', '<?xml version="2.0"?><a/>'],
    ['another space in the declaration', '<?xml\xA0version="1.0"?><a/>'],
    ['a declaration in the wrong order', '<?xml version="1.0" standalone="no" encoding="UTF-8"?><a/>'],
    ['a declaration with unlike quotes', `<?xml version="1.0'?><a/>`],
    ['a declaration that says something else', '<?xml version="1.0" x="y"?><a/>'],
  ])('%s (RFC 6120 §11.1): restricted-xml', (_, xml) => {
    expect(refused(xml)).toBe('restricted-xml');
  });

  it.each([
    ['nothing', ''],
    ['white space', ' '],
    ['text', 'Bad Gateway'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a/>x'],
    ['CDATA after the root', '<a/><![CDATA[x]]>'],
    ['a second root', '<a/><b/>'],
    ['an open element', '<a><b></a>'],
    ['an element named as what is restricted', '<a><undefined.entity.doctype></a>'],
    ['an end that is none', '<a></b>'],
    ['an end without a start', '<a/></a>'],
    ['a cut document', '<a><b x="1'],
    ['cut CDATA', '<a><![CDATA[<!-- x'],
    ['half a CDATA', '<a><![CDAT'],
    ['a bare ampersand', '<a>AT&T</a>'],
    ['a bare < in an attribute', '<a b="<"/>'],
    [']]> in text', '<a>]]></a>'],
    ['an attribute without a value', '<a b/>'],
    ['an attribute without quotes', '<a b=c/>'],
    ['an attribute given twice', '<a b="1" b="2"/>'],
    ['an attribute given twice under two prefixes', '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>'],
    ['an undeclared prefix', '<p:a/>'],
    ['an undeclared prefix of an attribute', '<a p:b="1"/>'],
    ['a prefix without a namespace', '<a xmlns:p=""/>'],
    ['a name with two colons', '<a:b:c xmlns:a="u"/>'],
    ['a name that begins with a colon', '<:a/>'],
    ['a name that ends with a colon', '<a: xmlns:a="u"/>'],
    ['a name whose second half is none', '<a:1 xmlns:a="u"/>'],
    ['such a name of an attribute', '<a xmlns:a="u" a:1="x"/>'],
    ['a declaration of no prefix', '<a xmlns:="u"/>'],
    ['a declaration of a prefix with a colon', '<a xmlns:b:c="u"/>'],
    ['a declaration of the prefix xmlns', '<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['an element with the prefix xmlns', '<xmlns:a/>'],
    ['another prefix for the namespace of xmlns', '<a xmlns:b="http://www.w3.org/2000/xmlns/"/>'],
    ['the namespace of xmlns by default', '<a xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['another namespace for the prefix xml', '<a xmlns:xml="u"/>'],
    ['another prefix for the namespace of xml', '<a xmlns:b="http://www.w3.org/XML/1998/namespace"/>'],
    ['the namespace of xml by default', '<a xmlns="http://www.w3.org/XML/1998/namespace"/>'],
    ['a prefix that was declared within an element before', '<a><b xmlns:p="u"/><p:c/></a>'],
    ['the character U+0000', '<a>\0</a>'],
    ['the character U+FFFE', '<a>\uFFFE</a>'],
    ['a reference to a forbidden character', '<a>&#0;</a>'],
    ['half of a surrogate pair', '<a>\uD83Dx</a>'],
    ['the other half', '<a>\uDE00</a>'],
    ['half of a pair at the end', '<a/>\uD83D'],
    ['HTML', '<!doctype html><html><br></html>'],
  ])('%s: not-well-formed', (_, xml) => {
    expect(refused(xml)).toBe('not-well-formed');
  });

  it('says what and where, at no great length', () => {
    expect(() => parse('<a>\n<b></a>')).toThrow(
      /unexpected close tag\. at character 11 \(not-well-formed\)$/,
    );
    expect(() => parse('<?xml version="1.0"?><a>')).toThrow(/unclosed tag: a at character 24 /);
    const error = (() => {
      try {
        return parse(`<${'a'.repeat(100_000)}>`);
      } catch (thrown) {
        return thrown as XmlError;
      }
    })();
    expect(String(error).length).toBeLessThan(300);
    expect((error as XmlError).cause).toBeInstanceOf(Error);
  });

  it('mutated XML with an XmlError and with nothing else', () => {
    const mutation = fc.record({
      at: fc.nat({ max: 400 }),
      cut: fc.nat({ max: 5 }),
      text: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('<', '>', '&', '"', '<!', ']]>', '<?', '\uD800', 'xmlns:'),
      ),
    });
    fc.assert(
      fc.property(xmlElement, fc.array(mutation, { minLength: 1, maxLength: 4 }), (element, mutations) => {
        const xml = mutations.reduce(
          (text, { at, cut, text: added }) => text.slice(0, at) + added + text.slice(at + cut),
          serialise(element),
        );
        expect(['accepted', 'not-well-formed', 'restricted-xml']).toContain(refused(xml));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(refused(text)).not.toBe('accepted')),
    );
  });
});

describe('the limits of parse', () => {
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  const attributes = (count: number): string =>
    `<a ${Array.from({ length: count }, (_, index) => `b${index}="1"`).join(' ')}/>`;

  it('hold by default', () => {
    expect(PARSE_LIMITS).toEqual({
      maxLength: 10_485_760,
      maxDepth: 100,
      maxAttributes: 100,
      maxElements: 200_000,
    });
    expect(refused(nested(100))).toBe('accepted');
    expect(refused(nested(101))).toBe('policy-violation');
    expect(refused(attributes(100))).toBe('accepted');
    expect(refused(attributes(101))).toBe('policy-violation');
    expect(refused(`<a>${'<b/>'.repeat(199_999)}</a>`)).toBe('accepted');
    expect(refused(`<a>${'<b/>'.repeat(200_000)}</a>`)).toBe('policy-violation');
    expect(refused(`<a>${' '.repeat(10 * 2 ** 20)}</a>`)).toBe('policy-violation');
  });

  it('can be set one by one', () => {
    expect(refused('<a><b/></a>', { maxDepth: 1 })).toBe('policy-violation');
    expect(refused('<a><b/><b/></a>', { maxDepth: 2 })).toBe('accepted');
    expect(refused('<a><b/></a>', { maxElements: 1 })).toBe('policy-violation');
    expect(refused('<a b="" xmlns="u"/>', { maxAttributes: 1 })).toBe('policy-violation');
    expect(refused('<a b=""><c d=""/></a>', { maxAttributes: 1 })).toBe('accepted');
    expect(refused('<a></a>', { maxLength: 6 })).toBe('policy-violation');
    expect(refused('<a></a>', { maxLength: 7 })).toBe('accepted');
    expect(refused(nested(101), { maxDepth: undefined })).toBe('policy-violation');
  });

  it('stop at the excess, and do not read on to the end', () => {
    expect(refused(`${'<a>'.repeat(101)}&nothing; <<< `)).toBe('policy-violation');
    expect(refused(nested(100_000))).toBe('policy-violation');
    expect(refused(`<a ${'b="1" c="1" '.repeat(51)}`)).toBe('policy-violation');
  });

  it('refuse a billion laughs at the DTD', () => {
    const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`);
    expect(refused(`<!DOCTYPE a [<!ENTITY l0 "ha">${entities.join('')}]><a>&l10;</a>`)).toBe(
      'restricted-xml',
    );
  });

  it('leave time linear: ten times the children take nothing like a hundred times as long', () => {
    const time = (children: number): number => {
      const xml = `<a>${'<b c="d">e</b>'.repeat(children)}</a>`;
      const runs = Array.from({ length: 7 }, () => {
        // The time of this process, not of the clock: others may want the processor too.
        const start = process.cpuUsage();
        expect(parse(xml).children).toHaveLength(children);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      });
      return Math.min(...runs);
    };
    time(1_000);
    expect(time(10_000) / time(1_000)).toBeLessThan(50);
  });
});
