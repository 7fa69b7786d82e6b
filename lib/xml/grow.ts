import { NewStrings, NO_STRINGS } from './attributes.js';
import type { Strings } from './attributes.js';
import { NO_NODES, XmlElement } from './element.js';
import type { XmlNode } from './element.js';
import { XmlError } from './error.js';
import {
  colonIn,
  defaultNamespaceOf,
  KNOWN_PREFIXES,
  namespaceOf,
  usedPrefixes,
  withPrefix,
} from './namespaces.js';

/** How large a document may be. */
export interface ParseLimits {
  /** Characters (UTF-16 code units) in all. */
  readonly maxLength: number;
  /** Elements within each other; the root counts. */
  readonly maxDepth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Elements in all. */
  readonly maxElements: number;
}

/** Takes in what a parser finds in a document that is well-formed apart from its namespaces, and makes the tree. */
export interface Grower {
  /** Attributes come before the tag that they are in. */
  readonly attribute: (attribute: { readonly name: string; readonly value: string }) => void;
  readonly opentag: (tag: { readonly name: string }) => void;
  readonly text: (text: string) => void;
  readonly closetag: () => void;
  readonly root: () => XmlElement;
}

/** An element whose end has not come. One for each depth, used again and again. */
interface Level {
  name: string;
  ns: string;
  attrs: Strings;
  attrPrefixes: Strings;
  nodes: XmlNode[] | undefined;
  /** In force inside of it: the default namespace, and the namespaces of prefixes. */
  innerNs: string;
  prefixes: Strings;
}

const newLevel = (): Level => ({
  name: '',
  ns: '',
  attrs: NO_STRINGS,
  attrPrefixes: NO_STRINGS,
  nodes: undefined,
  innerNs: '',
  prefixes: KNOWN_PREFIXES,
});

/** A tree that grows: namespaces are looked up per declaration, not per name, and nothing is made that the tree does not keep. */
export function createGrower({ maxAttributes, maxDepth, maxElements }: ParseLimits): Grower {
  const outside = newLevel();
  const levels = [outside];
  let level = outside;
  let depth = 0;
  let elements = 0;
  // Of the tag that is being read.
  let attributes = 0;
  let attrs: Record<string, string> | undefined;
  let hasPrefixes = false;
  let { innerNs, prefixes } = outside;

  const attribute: Grower['attribute'] = ({ name, value }) => {
    if (++attributes > maxAttributes) throw tooLarge(`more than ${maxAttributes} attributes`);
    if (name === 'xmlns') {
      innerNs = defaultNamespaceOf(value);
      return;
    }
    if (colonIn(name) >= 0) {
      if (name.startsWith('xmlns:')) {
        prefixes = withPrefix(prefixes, name, value);
        return;
      }
      hasPrefixes = true;
    }
    (attrs ??= new NewStrings())[name] = value;
  };

  const opentag: Grower['opentag'] = ({ name }) => {
    if (++elements > maxElements) throw tooLarge(`more than ${maxElements} elements`);
    if (++depth > maxDepth) throw tooLarge(`more than ${maxDepth} elements within each other`);
    const colon = colonIn(name);
    level = levels[depth] ??= newLevel();
    level.name = colon < 0 ? name : name.slice(colon + 1);
    level.ns = colon < 0 ? innerNs : namespaceOf(name, colon, prefixes);
    level.attrs = attrs ?? NO_STRINGS;
    level.attrPrefixes = attrs && hasPrefixes ? usedPrefixes(attrs, prefixes) : NO_STRINGS;
    level.nodes = undefined;
    level.innerNs = innerNs;
    level.prefixes = prefixes;
    attributes = 0;
    attrs = undefined;
    hasPrefixes = false;
  };

  const closetag = (): void => {
    const { name, ns, nodes, attrPrefixes } = level;
    const element = new XmlElement(name, ns, level.attrs, nodes ?? NO_NODES, attrPrefixes);
    level = levels[--depth] as Level;
    (level.nodes ??= []).push(element);
    ({ innerNs, prefixes } = level);
  };

  const text = (added: string): void => {
    const nodes = (level.nodes ??= []);
    const last = nodes.length - 1;
    const before = nodes[last];
    if (typeof before === 'string') nodes[last] = before + added;
    else nodes.push(added);
  };

  const root = (): XmlElement => outside.nodes?.find((node) => node instanceof XmlElement) as XmlElement;

  return { attribute, opentag, text, closetag, root };
}

/** The error for a document above the limits. */
export const tooLarge = (what: string): XmlError => new XmlError('policy-violation', what);
