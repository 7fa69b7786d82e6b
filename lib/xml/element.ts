import { changed, declaredPrefixes, malformed, NO_STRINGS, plainAttributes } from './attributes.js';
import type { Attributes, Strings } from './attributes.js';
import { isLocalName, XML_NS } from './names.js';
import { descendants, isNamed, select } from './select.js';
import { serialise } from './serialise.js';

/** Mixed content, in document order. */
export type XmlNode = XmlElement | string;

export const NO_NODES: readonly XmlNode[] = Object.freeze([]);

/**
 * An immutable, namespace-aware XML element, without a DOM. Made by {@link element}, `parse`, `stx` and the builders.
 *
 * The second half are the reading names of the DOM, for code that comes from handlers of DOM Elements; `children` and the
 * like are arrays, text nodes are plain strings, and there is no way up to a parent.
 */
export class XmlElement {
  #children: readonly XmlElement[] | undefined;

  /** Takes its arguments as they are, unchecked: {@link element} is for everybody else. */
  constructor(
    /** Local name, without a prefix. */
    readonly name: string,
    /** Namespace URI; '' for none. */
    readonly ns: string,
    /** Values by local name, or by qualified name (`xml:lang`) where there is a prefix. Never holds `xmlns`. */
    readonly attrs: Strings,
    readonly nodes: readonly XmlNode[],
    /** Namespace URIs of the prefixes used in `attrs`, apart from `xml`. */
    readonly prefixes: Strings,
    /** Whether it may have been dispatched before, in a page that was killed. */
    readonly redelivered: boolean = false,
  ) {}

  /** Child elements. */
  get children(): readonly XmlElement[] {
    return (this.#children ??= this.nodes.filter((node) => typeof node !== 'string'));
  }

  /** Own text, without that of the children. */
  get text(): string {
    return this.nodes.filter((node) => typeof node === 'string').join('');
  }

  /** The first child element of that name; in any namespace unless one is given. */
  child(name: string, ns?: string): XmlElement | undefined {
    return this.children.find((child) => child.name === name && (ns === undefined || child.ns === ns));
  }

  /** All child elements of that name; in any namespace unless one is given. */
  childrenOf(name: string, ns?: string): readonly XmlElement[] {
    return this.children.filter((child) => child.name === name && (ns === undefined || child.ns === ns));
  }

  /** The element as XML text that stands alone. */
  toString(): string {
    return serialise(this);
  }

  get tagName(): string {
    return this.name;
  }

  get nodeName(): string {
    return this.name;
  }

  get localName(): string {
    return this.name;
  }

  /** The namespace; null for none, as in the DOM. */
  get namespaceURI(): string | null {
    return this.ns === '' ? null : this.ns;
  }

  get childNodes(): readonly XmlNode[] {
    return this.nodes;
  }

  get firstChild(): XmlNode | null {
    return this.nodes[0] ?? null;
  }

  get firstElementChild(): XmlElement | null {
    return this.children[0] ?? null;
  }

  /** All text within, that of descendants too. */
  get textContent(): string {
    return this.nodes.map((node) => (typeof node === 'string' ? node : node.textContent)).join('');
  }

  /** The attribute's value by its key in `attrs`, null without one. `xmlns` gives the namespace. */
  getAttribute(name: string): string | null {
    return name === 'xmlns' ? this.namespaceURI : (this.attrs[name] ?? null);
  }

  /** The value of an attribute by namespace URI and local name, whatever its prefix; null without one. */
  getAttributeNS(ns: string | null, name: string): string | null {
    if (!ns) return this.getAttribute(name);
    if (ns === XML_NS) return this.getAttribute(`xml:${name}`);
    for (const prefix in this.prefixes) {
      const value = this.prefixes[prefix] === ns ? this.getAttribute(`${prefix}:${name}`) : null;
      if (value !== null) return value;
    }
    return null;
  }

  /** Whether `getAttribute` has something to give. */
  hasAttribute(name: string): boolean {
    return this.getAttribute(name) !== null;
  }

  /** Descendants of that local name in document order; `*` for all. */
  getElementsByTagName(name: string): readonly XmlElement[] {
    return this.getElementsByTagNameNS('*', name);
  }

  /** Descendants of that namespace and local name in document order; `*` for any. */
  getElementsByTagNameNS(ns: string | null, name: string): readonly XmlElement[] {
    return descendants(this).filter(isNamed(name, ns ?? ''));
  }

  /** The first match of {@link querySelectorAll}, null without one. */
  querySelector(selector: string): XmlElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  /**
   * Descendants that match tag names, `[name]`, `[name="value"]` and the combinators for descendants and children (`a b`,
   * `a > b`, `a, b`). `[xmlns="uri"]` looks at the namespace. Anything else throws `UsageError` (`bad-selector`).
   */
  querySelectorAll(selector: string): readonly XmlElement[] {
    return select(this, selector);
  }
}

/** A stanza is its element. */
export type Stanza = XmlElement;

/** Content without empty texts, and with one text where two would meet: as it would be read from XML. */
export function joinTexts(nodes: readonly XmlNode[]): readonly XmlNode[] {
  const joined: XmlNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (typeof node === 'string' && typeof last === 'string') joined[joined.length - 1] = last + node;
    else if (node !== '') joined.push(node);
  }
  return joined;
}

/**
 * Makes an element. `attrs` may declare prefixes (`xmlns:xmpp`) and must, for those it uses; `xmlns` in it is ignored, `ns`
 * is the namespace. A name that is none and a prefix that is not declared throw `XmlError` (`not-well-formed`).
 */
export function element(
  name: string,
  ns: string,
  attrs: Attributes = NO_STRINGS,
  nodes: readonly XmlNode[] = NO_NODES,
): XmlElement {
  if (!isLocalName(name)) throw malformed(`'${name}' can't be the name of an element`);
  const prefixes = declaredPrefixes(attrs);
  return new XmlElement(name, ns, plainAttributes(attrs, prefixes), joinTexts(nodes), prefixes);
}

/** A copy with other attributes: those in `changes` are set, or removed where the value is null or undefined. */
export function withAttributes(original: XmlElement, changes: Attributes): XmlElement {
  const { attrs, prefixes } = changed(original, changes);
  return new XmlElement(original.name, original.ns, attrs, original.nodes, prefixes, original.redelivered);
}

/** A copy with other content. */
export function withNodes(original: XmlElement, nodes: readonly XmlNode[]): XmlElement {
  const { name, ns, attrs, prefixes, redelivered } = original;
  return new XmlElement(name, ns, attrs, joinTexts(nodes), prefixes, redelivered);
}

/** A copy that says `redelivered`: it may have been dispatched before. */
export function redeliver({ name, ns, attrs, nodes, prefixes }: XmlElement): XmlElement {
  return new XmlElement(name, ns, attrs, nodes, prefixes, true);
}

/** The element with the namespace `toNs` wherever it or a descendant has `fromNs`; itself when nothing does. */
export function withNamespace(original: XmlElement, fromNs: string, toNs: string): XmlElement {
  if (fromNs === toNs || !holdsNamespace(original, fromNs)) return original;
  const { name, ns, attrs, nodes, prefixes, redelivered } = original;
  const moved = nodes.map((node) => (typeof node === 'string' ? node : withNamespace(node, fromNs, toNs)));
  return new XmlElement(name, ns === fromNs ? toNs : ns, attrs, moved, prefixes, redelivered);
}

function holdsNamespace({ ns, nodes }: XmlElement, wanted: string): boolean {
  if (ns === wanted) return true;
  for (const node of nodes) if (typeof node !== 'string' && holdsNamespace(node, wanted)) return true;
  return false;
}
