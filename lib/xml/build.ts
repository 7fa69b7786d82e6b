import { malformed } from './attributes.js';
import type { Attributes, Strings } from './attributes.js';
import { asStanza, defaultNamespace, toElement } from './convert.js';
import type { ElementLike } from './convert.js';
import { element, withNamespace, withNodes } from './element.js';
import type { XmlElement, XmlNode } from './element.js';
import { XmlError } from './error.js';
import { isQualifiedName } from './names.js';
import { parse } from './parse.js';
import { escapeAttribute, serialise } from './serialise.js';

// A symbol, because data from JSON can't have it. Registered, because another copy of the package may have made the value.
const UNSAFE = Symbol.for('rxmpp.unsafeXML');

/** XML text that `stx` takes as it is; made by {@link unsafeXML}. */
export interface UnsafeXml {
  readonly [UNSAFE]: string;
}

/** What a template may hold: an element, a text, or a list of such. */
export type StxValue =
  ElementLike | UnsafeXml | string | number | bigint | boolean | null | undefined | readonly StxValue[];

/** Where in the template a value stands. */
type Place = 'text' | 'tag' | '"' | "'";

/** Marks XML text as safe to be put into a template unescaped. Whoever does so answers for it. */
export const unsafeXML = (xml: string): UnsafeXml => ({ [UNSAFE]: xml });

/**
 * The element that the template describes. Values are escaped: none can be anything but text or the value of an attribute, apart
 * from elements and builders between tags. Lists are joined; null, undefined and, between tags, false leave nothing. In the
 * place of a name only a name is taken. A stanza without `xmlns` is in `jabber:client`; white space between tags is dropped,
 * except inside of `body`. Throws `XmlError`.
 */
export function stx(strings: TemplateStringsArray, ...values: readonly StxValue[]): XmlElement {
  let xml = '';
  let place: Place = 'text';
  strings.forEach((string, index) => {
    if (/<[!?]/.test(string)) throw new XmlError('restricted-xml', 'stx takes elements and text only');
    place = placeAfter(string, place);
    xml += string + rendered(values[index], place);
  });
  return asStanza(withoutIndent(parse(xml, { maxLength: Infinity, maxElements: Infinity })));
}

function placeAfter(string: string, before: Place): Place {
  let place = before;
  for (const character of string) {
    if (place === 'text') place = character === '<' ? 'tag' : 'text';
    else if (place !== 'tag') place = character === place ? 'tag' : place;
    else if (character === '>') place = 'text';
    else if (character === '"' || character === "'") place = character;
  }
  return place;
}

function rendered(value: StxValue, place: Place): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: StxValue) => rendered(item, place)).join('');
  if (typeof value !== 'object') return renderedText(value, place);
  if (place !== 'text') throw malformed('stx takes elements between tags only');
  return UNSAFE in value ? value[UNSAFE] : serialise(toElement(value));
}

function renderedText(value: string | number | bigint | boolean, place: Place): string {
  const text = place !== 'text' || value !== false ? String(value) : '';
  if (place === 'tag' && !isQualifiedName(text))
    throw malformed(`${JSON.stringify(text)} stands where stx needs a name`);
  return escapeAttribute(text);
}

function withoutIndent(parent: XmlElement): XmlElement {
  if (parent.children.length === 0) return parent;
  const nodes = parent.nodes.filter((node) => typeof node !== 'string' || /\S/.test(node));
  return withNodes(
    parent,
    nodes.map((node) => (typeof node === 'string' || node.name === 'body' ? node : withoutIndent(node))),
  );
}

/**
 * Makes an element step by step, as Strophe's builder does: `c`, `cnode`, `up` and `root` move the place where it grows.
 *
 * It is mutable; `tree()` gives the element as it is at that moment.
 */
export class Builder {
  readonly #root: Draft;
  #place: Draft;

  /** Use `$build`, `$msg`, `$iq`, `$pres`. `attrs` may hold `xmlns`; a stanza without it is in `jabber:client`. */
  constructor(name: string, attrs: Attributes = {}) {
    this.#root = { name, attrs, nodes: [], parent: undefined };
    this.#place = this.#root;
  }

  /** Adds a child and goes into it; given a text as well it adds that to the child and stays. */
  c(name: string, attrs?: Attributes | string | null, text?: string | number | null): this {
    const child = this.#add(name, typeof attrs === 'string' ? {} : (attrs ?? {}));
    if (typeof attrs === 'string') child.nodes.push(attrs);
    if (text === undefined || text === null) this.#place = child;
    else child.nodes.push(String(text));
    return this;
  }

  /** Adds an element, builder or DOM Element and goes into it. One without a namespace takes that of the place. */
  cnode(child: ElementLike): this {
    const given = toElement(child);
    const { name, ns, attrs, nodes, prefixes } =
      given.ns === '' ? withNamespace(given, '', namespaceAt(this.#place)) : given;
    this.#place = this.#add(name, { ...attrs, ...declarationsOf(prefixes), xmlns: ns }, nodes);
    return this;
  }

  /** Adds text. */
  t(text: string | number): this {
    this.#place.nodes.push(String(text));
    return this;
  }

  /** Goes to the parent; at the root it stays. */
  up(): this {
    this.#place = this.#place.parent ?? this.#root;
    return this;
  }

  /** Goes to the root. */
  root(): this {
    this.#place = this.#root;
    return this;
  }

  /** Sets attributes of the element at the place; null or undefined removes one. `xmlns` sets the namespace. */
  attrs(changes: Attributes): this {
    this.#place.attrs = { ...this.#place.attrs, ...changes };
    return this;
  }

  /** The whole element. A name that is none throws `XmlError`. */
  tree(): XmlElement {
    return finished(this.#root);
  }

  get nodeTree(): XmlElement {
    return this.tree();
  }

  /** The whole element as XML text. */
  toString(): string {
    return this.tree().toString();
  }

  #add(name: string, attrs: Attributes, nodes: readonly XmlNode[] = []): Draft {
    const draft: Draft = { name, attrs, nodes: [...nodes], parent: this.#place };
    this.#place.nodes.push(draft);
    return draft;
  }
}

/** A builder for an element of that name. `attrs` may hold `xmlns`. */
export const $build = (name: string, attrs?: Attributes): Builder => new Builder(name, attrs);

/** A builder for a message. */
export const $msg = (attrs?: Attributes): Builder => new Builder('message', attrs);

/** A builder for an iq. */
export const $iq = (attrs?: Attributes): Builder => new Builder('iq', attrs);

/** A builder for a presence. */
export const $pres = (attrs?: Attributes): Builder => new Builder('presence', attrs);

/** An element that still grows. */
interface Draft {
  readonly name: string;
  /** With `xmlns` and declared prefixes. */
  attrs: Attributes;
  readonly nodes: (Draft | XmlNode)[];
  readonly parent: Draft | undefined;
}

function finished(draft: Draft): XmlElement {
  const inside = draft.nodes.map((node) => (isDraft(node) ? finished(node) : node));
  return element(draft.name, namespaceAt(draft), draft.attrs, inside);
}

const declarationsOf = (prefixes: Strings): Attributes =>
  Object.fromEntries(Object.entries(prefixes).map(([prefix, uri]) => [`xmlns:${prefix}`, uri]));

function namespaceAt({ name, attrs, parent }: Draft): string {
  const own = attrs['xmlns'];
  if (own !== undefined && own !== null) return String(own);
  return parent ? namespaceAt(parent) : defaultNamespace(name);
}

const isDraft = (node: Draft | XmlNode): node is Draft => typeof node !== 'string' && 'parent' in node;
