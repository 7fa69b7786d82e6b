import { NewStrings } from './attributes.js';
import { element, withNamespace, XmlElement } from './element.js';
import type { XmlNode } from './element.js';
import { UsageError } from './error.js';

/** As much of a DOM Attr as is read. */
export interface DomAttribute {
  readonly name: string;
  readonly value: string;
  readonly namespaceURI?: string | null;
}

/** As much of a DOM Node as is read. */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
}

/** As much of a DOM Element as is read; any implementation's will do. */
export interface DomElement {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly localName?: string | null;
  readonly prefix?: string | null;
  readonly namespaceURI?: string | null;
  readonly attributes: ArrayLike<DomAttribute>;
  readonly childNodes: ArrayLike<DomNode | DomElement>;
  /** Null where there is no such attribute. */
  readonly getAttribute: (name: string) => string | null;
}

/** What stands for an element: it, a builder, a DOM Element, a builder of DOM Elements. */
export type ElementLike =
  | XmlElement
  | DomElement
  | {
      /** The element built so far. */
      readonly tree: () => unknown;
    };

const [ELEMENT, TEXT, CDATA] = [1, 3, 4];
const TEXT_GIVEN = 'a string: parse(xml) makes an element of XML that you trust';
const STANZAS: readonly string[] = ['message', 'presence', 'iq'];

/**
 * The element of whatever stands for one (`ElementLike`); a stanza without a namespace is put into `jabber:client`. Anything else
 * throws `UsageError` (`not-an-element`): a string, and all that JSON can hold, so that no data passes for an element.
 */
export function toElement(value: unknown): XmlElement {
  if (isXmlElement(value)) return asStanza(value);
  if (hasTree(value)) return toElement(value.tree());
  if (isDomElement(value)) return fromDom(value);
  const given = typeof value === 'string' ? TEXT_GIVEN : Object.prototype.toString.call(value);
  throw new UsageError('not-an-element', `expected an element, a builder or a DOM Element, not ${given}`);
}

/** A stanza without a namespace put into `jabber:client`; every other element as it is. */
export const asStanza = (root: XmlElement): XmlElement =>
  root.ns === '' ? withNamespace(root, '', defaultNamespace(root.name)) : root;

/** The namespace of a root element that names none. */
export const defaultNamespace = (name: string): string => (STANZAS.includes(name) ? 'jabber:client' : '');

/**
 * A copy of a DOM Element. Where `xmlns` was only set as an attribute, so that the DOM knows no namespace, it counts as if
 * the element had been written and read again. Comments and processing instructions are left out.
 */
export function fromDom(dom: DomElement): XmlElement {
  return asStanza(copied(dom, ''));
}

function copied(dom: DomElement, inheritedNs: string): XmlElement {
  const attrs = new NewStrings();
  for (const { name, value, namespaceURI } of Array.from(dom.attributes)) {
    const prefix = /^(?!xml(?:ns)?:)[^:]+(?=:)/.exec(name)?.[0];
    if (prefix !== undefined && namespaceURI) attrs[`xmlns:${prefix}`] = namespaceURI;
    attrs[name] = value;
  }
  const ns = (dom.prefix ? undefined : attrs['xmlns']) ?? dom.namespaceURI ?? inheritedNs;
  const nodes: XmlNode[] = [];
  for (const node of Array.from(dom.childNodes)) {
    if (isDomElement(node)) nodes.push(copied(node, ns));
    else if (node.nodeType === TEXT || node.nodeType === CDATA) nodes.push(node.nodeValue ?? '');
  }
  return element(dom.localName ?? dom.nodeName, ns, attrs, nodes);
}

/** By its shape, since another copy of the package may have made it. */
function isXmlElement(value: unknown): value is XmlElement {
  if (value instanceof XmlElement) return true;
  return (
    isObject(value) &&
    typeof value['ns'] === 'string' &&
    Array.isArray(value['nodes']) &&
    typeof value['childrenOf'] === 'function'
  );
}

function hasTree(value: unknown): value is { readonly tree: () => unknown } {
  return isObject(value) && typeof value['tree'] === 'function';
}

function isDomElement(value: unknown): value is DomElement {
  return isObject(value) && value['nodeType'] === ELEMENT && typeof value['getAttribute'] === 'function';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
