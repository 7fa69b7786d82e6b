import { SaxesParser } from 'saxes';
import { parse } from 'rxmpp';
import { load } from './load.js';
import { answerOf } from './payload.js';
import { MALFORMED } from '../support/malformed.js';
import type { Prepare } from './works.js';

const reading =
  (prepare: Reader): Prepare =>
  async (size) => {
    const xml = answerOf(size);
    const read = await prepare();
    return { run: () => read(xml), amount: Buffer.byteLength(xml) };
  };

const events =
  (xmlns: boolean) =>
  (xml: string): void => {
    new SaxesParser({ xmlns, position: false }).write(xml).close();
  };

interface ExpatElement {
  readonly children: (ExpatElement | string)[];
}

interface Expat {
  on(event: 'startElement', handler: (name: string, attrs: Readonly<Record<string, string>>) => void): void;
  on(event: 'endElement' | 'text', handler: (text: string) => void): void;
  write(text: string): boolean;
  end(): void;
}

const expat =
  (Parser: new (encoding: string) => Expat) =>
  (xml: string): ExpatElement => {
    const parser = new Parser('UTF-8');
    const root: ExpatElement = { children: [] };
    const open = [root];
    parser.on('startElement', (name, attrs) => {
      const element = { name, attrs, children: [] };
      open.at(-1)?.children.push(element);
      open.push(element);
    });
    parser.on('endElement', () => open.pop());
    parser.on('text', (text) => open.at(-1)?.children.push(text));
    if (!parser.write(xml)) throw new Error('expat');
    parser.end();
    return root;
  };

interface Ltx {
  readonly parse: (xml: string) => unknown;
}

interface Xmldom {
  readonly DOMParser: new (options: { readonly onError: () => void }) => {
    parseFromString(xml: string, type: string): unknown;
  };
}

interface Stanza {
  readonly JXT: { readonly parse: (xml: string) => unknown };
}

interface NodeExpat {
  readonly default: { readonly Parser: new (encoding: string) => Expat };
}

type Reader = () => Promise<(xml: string) => unknown>;

const READERS: Readonly<Record<string, Reader>> = {
  rxmpp: () => Promise.resolve(parse),
  'saxes-events': () => Promise.resolve(events(true)),
  'saxes-events-plain': () => Promise.resolve(events(false)),
  ltx: async () => (await load<Ltx>('ltx')).parse,
  stanza: async () => (await load<Stanza>('stanza')).JXT.parse,
  xmldom: async () => {
    const { DOMParser } = await load<Xmldom>('@xmldom/xmldom');
    // It writes on the console what it puts up with.
    return (xml) => new DOMParser({ onError: () => undefined }).parseFromString(xml, 'text/xml');
  },
  'node-expat': async () => expat((await load<NodeExpat>('node-expat')).default.Parser),
};

const each = (prepare: (reader: Reader) => Prepare): Readonly<Record<string, Prepare>> =>
  Object.fromEntries(Object.entries(READERS).map(([name, reader]) => [name, prepare(reader)]));

/** One answer into a tree. `saxes-events` and its like build none: what a tree on saxes is measured by. */
export const parsing = each(reading);

const isTaken = (read: (xml: string) => unknown, xml: string): boolean => {
  try {
    read(xml);
    return true;
  } catch {
    return false;
  }
};

/** Which of the malformed texts it takes: the n-th bit of the amount says so of the n-th. */
export const refusing = each((reader) => async () => {
  const read = await reader();
  const amount = MALFORMED.reduce((sum, [, xml], n) => sum + (isTaken(read, xml) ? 2 ** n : 0), 0);
  return { run: () => undefined, amount };
});
