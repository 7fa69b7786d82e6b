import fc from 'fast-check';
import { readEmpty } from '../../lib/xml/empty.js';
import { parse, PARSE_LIMITS } from '../../lib/xml/parse.js';
import { XmlError } from '../../lib/xml/error.js';

const HTTPBIND = 'http://jabber.org/protocol/httpbind';

/** What comes of it, or how it is refused. */
const outcome = (xml: string): unknown => {
  try {
    const { name, ns, attrs, nodes, prefixes } = parse(xml);
    return { name, ns, attrs: { ...attrs }, nodes, prefixes: { ...prefixes } };
  } catch (error) {
    return error instanceof XmlError ? error.condition : error;
  }
};

// White space may follow the root element; there the parser is asked, whatever comes before.
const carefully = (xml: string): unknown => outcome(`${xml} `);

it.each([
  `<body xmlns="${HTTPBIND}" rid="7" sid="s"/>`,
  `<body xmlns='${HTTPBIND}' sid='5a1c-9d3e'/>`,
  `<body xmlns='${HTTPBIND}' xmlns:stream='http://etherx.jabber.org/streams' xmlns:xmpp="urn:xmpp:xbosh" xmpp:version='1.0'/>`,
  `<body xml:lang='en'/>`,
  `<a/>`,
])('reads %s without the parser, as the parser does', (xml) => {
  expect(readEmpty(xml, PARSE_LIMITS)).toBeDefined();
  expect(outcome(xml)).toEqual(carefully(xml));
});

it.each([
  '',
  '/>',
  '</>',
  '<body>',
  '<body></body>',
  '<body><a/></body>',
  `<body a='1' a='2'/>`,
  `<body a='1'b='2'/>`,
  `<body a='&amp;'/>`,
  `<body a='<'/>`,
  `<body a='\u00e9'/>`,
  `<body a='\n'/>`,
  `<body  a='1'/>`,
  `<body a="1'/>`,
  `<body a/>`,
  `<p:body/>`,
  `<body p:a='1'/>`,
  `<body xmlns:p=''/>`,
  `<body xmlns:xmlns='u'/>`,
  `<body xmlns='http://www.w3.org/2000/xmlns/'/>`,
  `<body xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>`,
  `<?xml version='1.0'?><body/>`,
])('leaves %s to the parser', (xml) => {
  expect(readEmpty(xml, PARSE_LIMITS)).toBeUndefined();
  expect(outcome(xml)).toEqual(carefully(xml));
});

it('keeps to the limits, which the parser then tells', () => {
  const xml = `<body a='1' b='2'/>`;
  expect(readEmpty(xml, { ...PARSE_LIMITS, maxAttributes: 1 })).toBeUndefined();
  expect(() => parse(xml, { maxAttributes: 1 })).toThrow('more than 1 attributes');
  expect(() => parse(xml, { maxElements: 0 })).toThrow('more than 0 elements');
});

const PIECES = [
  ...['<', '<body', '<a', '/>', '>', '/', ' ', '  ', '\n', '=', '"', "'", '&', '&lt;', 'é', '\u{1F600}', '\uD800'],
  ...['a', 'b', 'rid', 'xmlns', 'xmlns:p', 'p:a', 'xml:lang', 'xmlns:xml', 'xmlns:', ':', 'a:b:c', '-', '1', '.', '<!--', '<?'],
  ...[`="1"`, `='2'`, `="urn:x"`, `='http://www.w3.org/XML/1998/namespace'`, ` a='1'`, ` xmlns='u'`, ` xmlns:p='u'`, ` p:a='1'`],
]; // prettier-ignore

const attribute = fc
  .tuple(
    fc.constantFrom('a', 'b', 'xmlns', 'xmlns:p', 'p:a', 'q:a', 'xml:lang', 'xmlns:xml', 'constructor', '__proto__'),
    fc.constantFrom('"', "'"),
    fc.constantFrom('', '1', 'urn:x', HTTPBIND, 'a b', '&gt;', '>', 'ü', 'http://www.w3.org/XML/1998/namespace'),
  )
  .map(([name, quote, value]) => ` ${name}=${quote}${value}${quote}`); // prettier-ignore

const likely = fc
  .tuple(fc.constantFrom('body', 'a', 'p:a', '_', 'xmlns'), fc.array(attribute, { maxLength: 5 }))
  .map(([name, attributes]) => `<${name}${attributes.join('')}/>`);

const unlikely = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''));

it('accepts nothing that the parser does not, and reads it as the parser does', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        likely,
        unlikely,
        unlikely.map((inner) => `<body${inner}/>`),
      ),
      (xml) => {
        expect(outcome(xml)).toEqual(carefully(xml));
      },
    ),
    { numRuns: 3_000 },
  );
});
