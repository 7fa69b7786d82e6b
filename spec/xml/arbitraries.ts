import fc from 'fast-check';
import { element, type XmlElement } from '../../lib/xml/element.js';

/** Text of all characters that XML 1.0 allows (§2.2). */
export const xmlText = (): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ' ', ']]>') }),
    )
    .filter((text) => !/[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]/.test(text));

const name = fc.constantFrom('a', 'b', 'message', 'ü', '_x-1.y', '__proto__', 'constructor', 'toString', '𐐀');
const prefix = fc.constantFrom('p', 'q', 'ns1');
const ns = fc.constantFrom('', 'jabber:client', 'urn:x', 'urn:"<&>');

const attributes = fc
  .record({
    plain: fc.dictionary(name, xmlText(), { maxKeys: 3 }),
    lang: fc.option(xmlText()),
    foreign: fc.array(fc.tuple(prefix, name, xmlText()), { maxLength: 2 }),
  })
  .map(({ plain, lang, foreign }) =>
    Object.fromEntries<string>([
      ...Object.entries(plain),
      ...(lang === null ? [] : [['xml:lang', lang] as [string, string]]),
      ...foreign.flatMap(([prefix, name, value]): [string, string][] => [
        [`xmlns:${prefix}`, `urn:of:${prefix}`],
        [`${prefix}:${name}`, value],
      ]),
    ]),
  );

/** Elements with all that can be in them. */
export const xmlElement = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc
    .tuple(
      name,
      ns,
      attributes,
      fc.array(fc.oneof({ depthSize: 'small', withCrossShrink: true }, xmlText(), tie('node')), {
        maxLength: 4,
      }),
    )
    .map(([name, ns, attrs, nodes]) => element(name, ns, attrs, nodes)),
})).node;
