import { NewStrings } from './attributes.js';
import type { Strings } from './attributes.js';
import { isQualifiedName, XML_NS } from './names.js';

const XMLNS_NS = 'http://www.w3.org/2000/xmlns/';

/** What needs no declaration. Some servers forget that of `stream:features` and `stream:error` inside a BOSH body. */
export const KNOWN_PREFIXES: Strings = Object.assign(new NewStrings(), {
  xml: XML_NS,
  stream: 'http://etherx.jabber.org/streams',
});

/** Where the prefix of a name ends; -1 without one. */
export const colonIn = (name: string): number => name.indexOf(':');

/** The default namespace that `xmlns="uri"` puts in force. What it may not be is an error (Namespaces in XML 1.0 §3). */
export function defaultNamespaceOf(uri: string): string {
  if (uri === XML_NS || uri === XMLNS_NS) throw new Error(`the default namespace can't be ${uri}`);
  return uri;
}

/** The prefixes in force where an attribute declares one; `name` is that of the attribute, `xmlns:p`. */
export function withPrefix(prefixes: Strings, name: string, uri: string): Strings {
  const prefix = name.slice('xmlns:'.length);
  if (!isQualifiedName(name) || prefix === 'xmlns') throw new Error(`'${name}' declares no prefix`);
  if (uri === '') throw new Error(`the prefix '${prefix}' needs a namespace`);
  if (uri === XMLNS_NS || (uri === XML_NS) !== (prefix === 'xml')) {
    throw new Error(`the prefix '${prefix}' can't stand for ${uri}`);
  }
  return prefixes[prefix] === uri ? prefixes : Object.assign(new NewStrings(), prefixes, { [prefix]: uri });
}

/** The namespace of a name with a prefix, which ends at `colon`. */
export function namespaceOf(name: string, colon: number, prefixes: Strings): string {
  const uri = prefixes[name.slice(0, colon)];
  if (uri === undefined) throw new Error(`nothing declares the prefix of '${name}'`);
  if (!isQualifiedName(name)) throw new Error(`malformed name '${name}'`);
  return uri;
}

/** The namespaces of the prefixes that the attributes use, apart from `xml`. No two may be the same attribute. */
export function usedPrefixes(attrs: Strings, prefixes: Strings): Strings {
  const used = new NewStrings();
  const seen = new Set<string>();
  for (const name of Object.keys(attrs)) {
    const colon = colonIn(name);
    if (colon < 0) continue;
    const uri = namespaceOf(name, colon, prefixes);
    const expanded = `${uri} ${name.slice(colon + 1)}`;
    if (seen.has(expanded)) throw new Error(`duplicate attribute '${name}'`);
    seen.add(expanded);
    if (uri !== XML_NS) used[name.slice(0, colon)] = uri;
  }
  return used;
}
