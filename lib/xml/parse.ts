import { SaxesParser } from 'saxes';
import { malformed, NewStrings, NO_STRINGS } from './attributes.js';
import type { Strings } from './attributes.js';
import { XmlElement } from './element.js';
import type { XmlNode } from './element.js';
import { XmlError } from './error.js';

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

/** What `parse` takes unless told otherwise. */
export const PARSE_LIMITS: ParseLimits = {
  maxLength: 10 * 2 ** 20,
  maxDepth: 100,
  maxAttributes: 100,
  maxElements: 200_000,
};

const OPTIONS = {
  xmlns: true,
  position: false,
  defaultXMLVersion: '1.0',
  forceXMLVersion: true,
  // Some servers forget to declare it on stream:features and stream:error inside a BOSH body.
  additionalNamespaces: { stream: 'http://etherx.jabber.org/streams' },
} as const;

type Parser = SaxesParser<typeof OPTIONS>;

// saxes takes whatever follows a high surrogate for its other half, even a '<'.
const LONE_HIGH_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/;

const COMMENT_OR_INSTRUCTION = /<!--|<\?(?!xml\s)/;

const RESTRICTED = /^Error: (?:inappropriately located doctype|undefined entity)/;

/**
 * The root element of one XML document, as XMPP allows it (RFC 6120 §11).
 *
 * Throws `XmlError`: `not-well-formed`; `restricted-xml` for a DTD, a comment, a processing instruction, an entity that XML
 * itself does not define; `policy-violation` above the limits (those not given are {@link PARSE_LIMITS}). An XML
 * declaration may come first, CDATA counts as text. The prefix `stream` need not be declared.
 */
export function parse(xml: string, limits: Partial<ParseLimits> = {}): XmlElement {
  const { maxLength = PARSE_LIMITS.maxLength } = limits;
  if (xml.length > maxLength) throw tooLarge(`more than ${maxLength} characters`);
  if (LONE_HIGH_SURROGATE.test(xml)) throw malformed('half of a surrogate pair');
  const parser: Parser = new SaxesParser(OPTIONS);
  parser.on('doctype', refuse('a document type declaration'));
  // saxes is five times slower with more than six handlers (the engine gives up on its object), so only where they are needed.
  if (COMMENT_OR_INSTRUCTION.test(xml)) {
    parser.on('processinginstruction', refuse('a processing instruction'));
    parser.on('comment', refuse('a comment'));
  }
  // What stands outside of the root: white space, and the root.
  const outside: XmlNode[] = [];
  growTree(parser, limits, outside);
  try {
    parser.write(xml).close();
  } catch (error) {
    throw error instanceof XmlError ? error : refusal(error, parser);
  }
  return outside.find((node) => node instanceof XmlElement) as XmlElement;
}

function growTree(parser: Parser, limits: Partial<ParseLimits>, outside: XmlNode[]): void {
  const { maxDepth = PARSE_LIMITS.maxDepth, maxElements = PARSE_LIMITS.maxElements } = limits;
  const { maxAttributes = PARSE_LIMITS.maxAttributes } = limits;
  const open: XmlNode[][] = [];
  let nodes = outside;
  let elements = 0;
  let attributes = 0;
  let attrs: Record<string, string> | undefined;
  let hasPrefixes = false;
  const addText = (text: string): void => {
    const last = nodes.length - 1;
    const before = nodes[last];
    if (typeof before === 'string') nodes[last] = before + text;
    else nodes.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', (text) => {
    if (text !== '') addText(text);
  });
  parser.on('attribute', ({ name, prefix, value }) => {
    if (++attributes > maxAttributes) throw tooLarge(`more than ${maxAttributes} attributes`);
    if (name === 'xmlns' || prefix === 'xmlns') return;
    (attrs ??= new NewStrings())[name] = value;
    if (prefix !== '' && prefix !== 'xml') hasPrefixes = true;
  });
  parser.on('opentag', (tag) => {
    if (++elements > maxElements) throw tooLarge(`more than ${maxElements} elements`);
    if (open.length >= maxDepth) throw tooLarge(`more than ${maxDepth} elements within each other`);
    const own: XmlNode[] = [];
    const prefixes = hasPrefixes ? usedPrefixes(tag.attributes) : NO_STRINGS;
    nodes.push(new XmlElement(tag.local, tag.uri, attrs ?? NO_STRINGS, own, prefixes));
    open.push(own);
    nodes = own;
    attributes = 0;
    attrs = undefined;
    hasPrefixes = false;
  });
  parser.on('closetag', () => {
    open.pop();
    nodes = open.at(-1) ?? outside;
  });
}

function usedPrefixes(
  attributes: Readonly<Record<string, { readonly prefix: string; readonly uri: string }>>,
): Strings {
  const prefixes = new NewStrings();
  for (const { prefix, uri } of Object.values(attributes)) {
    if (prefix !== '' && prefix !== 'xml' && prefix !== 'xmlns') prefixes[prefix] = uri;
  }
  return prefixes;
}

const refuse = (what: string) => (): never => {
  throw new XmlError('restricted-xml', `${what} is not allowed in XMPP`);
};

function refusal(error: unknown, { line, column }: Parser): XmlError {
  // It may quote the document, at any length.
  const message = String(error).slice(0, 200);
  const condition = RESTRICTED.test(message) ? 'restricted-xml' : 'not-well-formed';
  return new XmlError(condition, `${message} at ${line}:${column}`, false, { cause: error });
}

const tooLarge = (what: string): XmlError => new XmlError('policy-violation', what);
