import { NewStrings, NO_STRINGS } from './attributes.js';
import { NO_NODES, XmlElement } from './element.js';
import type { ParseLimits } from './grow.js';
import { colonIn, defaultNamespaceOf, KNOWN_PREFIXES, usedPrefixes, withPrefix } from './namespaces.js';

const EMPTY = /^<([A-Za-z_][\w.-]*)(?: [A-Za-z_][\w.:-]*=(["'])[^"'&<>\0-\x1F\x7F-\uFFFF]*\2)*\/>$/;
const NAME_END = /[ /]/;

/**
 * Reads what most answers of a BOSH server are, `<body …/>` with nothing in it, without a parser: one element without
 * content, its attributes in plain ASCII without quotes. Undefined for anything else, and for what is wrong: that is for the parser to say.
 */
export function readEmpty(xml: string, limits: ParseLimits): XmlElement | undefined {
  if (!EMPTY.test(xml) || limits.maxDepth < 1 || limits.maxElements < 1) return undefined;
  try {
    return readElement(xml, limits.maxAttributes);
  } catch {
    return undefined;
  }
}

function readElement(xml: string, maxAttributes: number): XmlElement | undefined {
  const names: string[] = [];
  let ns = '';
  let prefixes = KNOWN_PREFIXES;
  let attrs: Record<string, string> | undefined;
  let hasPrefixes = false;
  const nameEnd = xml.search(NAME_END);
  for (let at = nameEnd; xml[at] === ' ';) {
    const equals = xml.indexOf('=', at);
    const end = xml.indexOf(xml[equals + 1] as string, equals + 2);
    const name = xml.slice(at + 1, equals);
    const value = xml.slice(equals + 2, end);
    if (names.includes(name) || names.push(name) > maxAttributes) return undefined;
    if (name === 'xmlns') ns = defaultNamespaceOf(value);
    else if (name.startsWith('xmlns:')) prefixes = withPrefix(prefixes, name, value);
    else {
      (attrs ??= new NewStrings())[name] = value;
      hasPrefixes ||= colonIn(name) >= 0;
    }
    at = end + 1;
  }
  const used = attrs && hasPrefixes ? usedPrefixes(attrs, prefixes) : NO_STRINGS;
  return new XmlElement(xml.slice(1, nameEnd), ns, attrs ?? NO_STRINGS, NO_NODES, used);
}
