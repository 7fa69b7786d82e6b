import { parse, serialise } from 'rxmpp';
import { load } from './load.js';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

interface Parsed {
  toString(): string;
}

const writing =
  (prepare: (xml: string) => Promise<() => string>): Prepare =>
  async (size) => {
    const write = await prepare(answerOf(size));
    return { run: write, amount: Buffer.byteLength(write()) };
  };

/** One tree back into text. */
export const serialising: Readonly<Record<string, Prepare>> = {
  rxmpp: writing((xml) => {
    const tree = parse(xml);
    return Promise.resolve(() => serialise(tree));
  }),
  ltx: writing(async (xml) => {
    const tree = (await load<{ parse: (xml: string) => Parsed }>('ltx')).parse(xml);
    return () => String(tree);
  }),
  stanza: writing(async (xml) => {
    const tree = (await load<{ JXT: { parse: (xml: string) => Parsed } }>('stanza')).JXT.parse(xml);
    return () => String(tree);
  }),
  xmldom: writing(async (xml) => {
    const { DOMParser, XMLSerializer } = await load<{
      DOMParser: new () => { parseFromString(xml: string, type: string): object };
      XMLSerializer: new () => { serializeToString(node: object): string };
    }>('@xmldom/xmldom');
    const tree = new DOMParser().parseFromString(xml, 'text/xml');
    const serializer = new XMLSerializer();
    return () => serializer.serializeToString(tree);
  }),
};
