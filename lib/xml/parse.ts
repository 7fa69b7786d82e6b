import { SaxesParser } from 'saxes';
import { malformed } from './attributes.js';
import type { XmlElement } from './element.js';
import { readEmpty } from './empty.js';
import { XmlError } from './error.js';
import { createGrower, tooLarge } from './grow.js';
import type { Grower, ParseLimits } from './grow.js';

export type { ParseLimits } from './grow.js';

/** What `parse` takes unless told otherwise. */
export const PARSE_LIMITS: ParseLimits = {
  maxLength: 10 * 2 ** 20,
  maxDepth: 100,
  maxAttributes: 100,
  maxElements: 200_000,
};

// Without `xmlns`: saxes would look every name up again, and make a set and an object of each attribute.
const OPTIONS = { position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Parser = SaxesParser<typeof OPTIONS>;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/;

/** saxes takes whatever follows a high surrogate for its other half, even a '<'. */
const isWhole = (xml: string & { readonly isWellFormed?: () => boolean }): boolean =>
  xml.isWellFormed?.() ?? !LONE_SURROGATE.test(xml);

/** The XML declaration (XML 1.0 §2.8), in which only ASCII may be. We know all that it can say. */
const DECLARATION =
  /^\uFEFF?(?=[ -~\t\r\n]*?\?>)<\?xml\s+version\s*=\s*(["'])1\.\d+\1(\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\3)?(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>/;

/** To the end of the document where it has none. */
const CDATA = /<!\[CDATA\[[^]*?(?:\]\]>|$)/g;

/** Outside of CDATA these can't be anything else: saxes need not know them, and in the ES build doesn't (.ci/saxes.js). */
const RESTRICTED = /<(?:\?|!--|!DOCTYPE)/;

const isRestricted = (xml: string): boolean =>
  (xml.includes('<?') || xml.includes('<!')) && RESTRICTED.test(xml.replace(CDATA, ''));

/**
 * The root element of one XML document, as XMPP allows it (RFC 6120 §11).
 *
 * Throws `XmlError`: `not-well-formed`; `restricted-xml` for a DTD, a comment, a processing instruction, an entity that XML
 * itself does not define, whatever else is wrong; `policy-violation` above the limits (those not given are {@link PARSE_LIMITS}).
 * An XML declaration may come first, CDATA counts as text. The prefix `stream` need not be declared.
 */
export function parse(xml: string, limits: Partial<ParseLimits> = {}): XmlElement {
  const {
    maxLength = PARSE_LIMITS.maxLength,
    maxDepth = PARSE_LIMITS.maxDepth,
    maxAttributes = PARSE_LIMITS.maxAttributes,
    maxElements = PARSE_LIMITS.maxElements,
  } = limits;
  const all = { maxLength, maxDepth, maxAttributes, maxElements };
  if (xml.length > maxLength) throw tooLarge(`more than ${maxLength} characters`);
  return readEmpty(xml, all) ?? readAny(xml, all);
}

function readAny(xml: string, limits: ParseLimits): XmlElement {
  if (!isWhole(xml)) throw malformed('half of a surrogate pair');
  const start = DECLARATION.exec(xml)?.[0].length ?? 0;
  const document = xml.slice(start);
  if (isRestricted(document)) {
    throw new XmlError(
      'restricted-xml',
      'a DTD, a comment or a processing instruction is not allowed in XMPP',
    );
  }
  const parser: Parser = new SaxesParser(OPTIONS);
  const grower = createGrower(limits);
  listen(parser, grower);
  try {
    parser.write(document).close();
  } catch (error) {
    throw error instanceof XmlError ? error : refusal(error, start + parser.position);
  }
  return grower.root();
}

/** saxes is five times slower with more than six handlers: the engine gives up on its object. */
function listen(parser: Parser, { attribute, opentag, closetag, text }: Grower): void {
  parser.on('attribute', attribute);
  parser.on('opentag', opentag);
  parser.on('closetag', closetag);
  parser.on('text', text);
  parser.on('cdata', (added) => {
    if (added !== '') text(added);
  });
}

function refusal(error: unknown, position: number): XmlError {
  // It may quote the document, at any length.
  const message = String(error).slice(0, 200);
  const condition = message.startsWith('Error: undefined entity') ? 'restricted-xml' : 'not-well-formed';
  return new XmlError(condition, `${message} at character ${position}`, false, { cause: error });
}
