import { SaxesParser } from 'saxes';
import { parse } from 'rxmpp';
import { load } from './load.js';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

const reading =
  (prepare: () => Promise<(xml: string) => unknown>): Prepare =>
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
    parser.write(xml);
    parser.end();
    return root;
  };

interface Ltx {
  readonly parse: (xml: string) => unknown;
}

interface Xmldom {
  readonly DOMParser: new () => { parseFromString(xml: string, type: string): unknown };
}

interface Stanza {
  readonly JXT: { readonly parse: (xml: string) => unknown };
}

interface NodeExpat {
  readonly default: { readonly Parser: new (encoding: string) => Expat };
}

/** One answer into a tree. `saxes-events` and its like build none: what a tree on saxes is measured by. */
export const parsing: Readonly<Record<string, Prepare>> = {
  rxmpp: reading(() => Promise.resolve(parse)),
  'saxes-events': reading(() => Promise.resolve(events(true))),
  'saxes-events-plain': reading(() => Promise.resolve(events(false))),
  ltx: reading(async () => (await load<Ltx>('ltx')).parse),
  stanza: reading(async () => (await load<Stanza>('stanza')).JXT.parse),
  xmldom: reading(async () => {
    const { DOMParser } = await load<Xmldom>('@xmldom/xmldom');
    return (xml) => new DOMParser().parseFromString(xml, 'text/xml');
  }),
  'node-expat': reading(async () => expat((await load<NodeExpat>('node-expat')).default.Parser)),
};
