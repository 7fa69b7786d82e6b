import type { XmlElement } from './element.js';
import { createGrower } from './grow.js';
import type { Grower, ParseLimits } from './grow.js';

const VALUE = `[^&<>\\0-\\x1F\\x7F-\\uFFFF`;
const EMPTY = new RegExp(`^<[A-Za-z_][\\w.-]*(?: [A-Za-z_][\\w.:-]*=(?:"${VALUE}"]*"|'${VALUE}']*'))*/>$`);
/** An element of our own or of any server has fewer attributes; among more it would take long to find one that comes twice. */
const MAX_ATTRIBUTES = 20;

/**
 * Reads what most answers of a BOSH server are, `<body …/>` with nothing in it, without a parser: one element without
 * content, its attributes in plain ASCII. Undefined for anything else, and for what is wrong: that is for the parser to say.
 */
export function readEmpty(xml: string, limits: ParseLimits): XmlElement | undefined {
  if (!xml.endsWith('/>') || xml.includes('<', 1) || !EMPTY.test(xml)) return undefined;
  const grower = createGrower(limits);
  try {
    return readTag(xml, grower) ? grower.root() : undefined;
  } catch {
    return undefined;
  }
}

function readTag(xml: string, grower: Grower): boolean {
  const names: string[] = [];
  const nameEnd = xml.search(/[ /]/);
  let at = nameEnd;
  while (xml[at] === ' ') {
    const equals = xml.indexOf('=', at);
    const end = xml.indexOf(xml[equals + 1] as string, equals + 2);
    const name = xml.slice(at + 1, equals);
    if (names.includes(name) || names.length === MAX_ATTRIBUTES) return false;
    names.push(name);
    grower.attribute({ name, value: xml.slice(equals + 2, end) });
    at = end + 1;
  }
  grower.opentag({ name: xml.slice(1, nameEnd) });
  grower.closetag();
  return true;
}
