import type { XmlElement } from './element.js';
import { createGrower } from './grow.js';
import type { ParseLimits } from './grow.js';

const EMPTY = /^<([A-Za-z_][\w.-]*)(?: [A-Za-z_][\w.:-]*=(["'])[^"'&<>\0-\x1F\x7F-\uFFFF]*\2)*\/>$/;
const QUOTE = /["']/;

/**
 * Reads what most answers of a BOSH server are, `<body …/>` with nothing in it, without a parser: one element without
 * content, its attributes in plain ASCII without quotes. Undefined for anything else, and for what is wrong: that is for the parser to say.
 */
export function readEmpty(xml: string, limits: ParseLimits): XmlElement | undefined {
  const name = EMPTY.exec(xml)?.[1];
  if (name === undefined) return undefined;
  const grower = createGrower(limits);
  const names = new Set<unknown>();
  try {
    const parts = xml.split(QUOTE);
    for (let i = 1; i < parts.length; i += 2) {
      const [before, value] = [parts[i - 1] as string, parts[i] as string];
      const key = before.slice(before.lastIndexOf(' ') + 1, -1);
      if (names.has(key)) return undefined;
      names.add(key);
      grower.attribute({ name: key, value });
    }
    grower.opentag({ name });
  } catch {
    return undefined;
  }
  grower.closetag();
  return grower.root();
}
