import type { XmlElement } from './element.js';
import { createGrower } from './grow.js';
import type { ParseLimits } from './grow.js';

const EMPTY = /^<([A-Za-z_][\w.-]*)(?: [A-Za-z_][\w.:-]*=(["'])[^"'&<>\0-\x1F\x7F-\uFFFF]*\2)*\/>$/;
const NAME_END = /[ /]/;

/**
 * Reads what most answers of a BOSH server are, `<body …/>` with nothing in it, without a parser: one element without
 * content, its attributes in plain ASCII without quotes. Undefined for anything else, and for what is wrong: that is for the parser to say.
 */
export function readEmpty(xml: string, limits: ParseLimits): XmlElement | undefined {
  if (!EMPTY.test(xml)) return undefined;
  const grower = createGrower(limits);
  const names: string[] = [];
  let at = xml.search(NAME_END);
  const name = xml.slice(1, at);
  try {
    while (xml[at] === ' ') {
      const equals = xml.indexOf('=', at);
      const end = xml.indexOf(xml[equals + 1] as string, equals + 2);
      const key = xml.slice(at + 1, equals);
      if (names.includes(key)) return undefined;
      names.push(key);
      grower.attribute({ name: key, value: xml.slice(equals + 2, end) });
      at = end + 1;
    }
    grower.opentag({ name });
  } catch {
    return undefined;
  }
  grower.closetag();
  return grower.root();
}
