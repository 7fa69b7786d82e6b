import type { XmlElement } from './element.js';
import { XmlError } from './error.js';
import { XML_NS } from './names.js';

// What may not stand as it is, and what may not stand at all (XML 1.0 §2.2). With the u flag a surrogate matches only alone.
const TEXT = /[&<>\r\0-\x08\v\f\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/gu;
const ATTRIBUTE = /[&<>"'\0-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/gu;

// The same, and whole surrogate pairs: to look is half the price of replacing nothing, and most text has none of it.
const TEXT_PERHAPS = new RegExp(TEXT.source);
const ATTRIBUTE_PERHAPS = new RegExp(ATTRIBUTE.source);

/** The text for a place between tags. A character that XML forbids throws `XmlError` (`not-well-formed`). */
export const escapeText = (text: string): string =>
  TEXT_PERHAPS.test(text) ? text.replace(TEXT, escapeCharacter) : text;

/** The text for an attribute value in either kind of quotes; throws like {@link escapeText}. */
export const escapeAttribute = (text: string): string =>
  ATTRIBUTE_PERHAPS.test(text) ? text.replace(ATTRIBUTE, escapeCharacter) : text;

/**
 * The element as XML text. `inheritedNs` is the default namespace in force where the text will stand: `xmlns` is written
 * only where an element's namespace differs from it. A character that XML forbids throws `XmlError`.
 */
export function serialise(element: XmlElement, inheritedNs = ''): string {
  const { ns, nodes } = element;
  // No default namespace may be this one (Namespaces in XML 1.0 §3).
  const isXml = ns === XML_NS;
  const name = isXml ? `xml:${element.name}` : element.name;
  const innerNs = isXml ? inheritedNs : ns;
  let text = `<${name}`;
  if (innerNs !== inheritedNs) text += ` xmlns="${escapeAttribute(ns)}"`;
  text += serialiseAttributes(element);
  if (nodes.length === 0) return `${text}/>`;
  text += '>';
  for (const node of nodes) text += typeof node === 'string' ? escapeText(node) : serialise(node, innerNs);
  return `${text}</${name}>`;
}

function serialiseAttributes({ attrs, prefixes }: XmlElement): string {
  let text = '';
  for (const prefix in prefixes) text += ` xmlns:${prefix}="${escapeAttribute(prefixes[prefix] as string)}"`;
  for (const name in attrs) text += ` ${name}="${escapeAttribute(attrs[name] as string)}"`;
  return text;
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&apos;';
    case '\t':
      return '&#9;';
    case '\n':
      return '&#10;';
    case '\r':
      return '&#13;';
    default:
      throw forbidden(character);
  }
}

function forbidden(character: string): XmlError {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return new XmlError('not-well-formed', `the character U+${code} can't stand in XML`);
}
