import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import fc from 'fast-check';

import { parse } from '../../lib/xml/parse.js';
import { serialise } from '../../lib/xml/serialise.js';
import { corpus } from '../fuzz/support/corpus.js';
import { xmlElement } from '../xml/arbitraries.js';
import { type Consumer, install } from './support/consumer.js';

jest.setTimeout(180_000);

type Parse = (xml: string) => object;

let consumer: Consumer;
/** That of the ES build, which has only what it uses of saxes; the one that is imported above has the whole. */
let cutParse: Parse;

beforeAll(async () => {
  consumer = await install('spec/package/consumers/bundled', ['rxjs@7']);
  const { outputFiles } = await build({
    stdin: { contents: `export { parse } from 'rxmpp';`, resolveDir: consumer.directory },
    ...{ bundle: true, format: 'cjs', platform: 'browser', target: 'es2022', write: false },
    ...{ metafile: true, absWorkingDir: consumer.directory, logLevel: 'error' },
  });
  const file = join(consumer.directory, 'parse.cjs');
  await writeFile(file, outputFiles[0]?.contents ?? '');
  ({ parse: cutParse } = jest.requireActual<{ readonly parse: Parse }>(file));
});

afterAll(() => consumer.remove());

/** The tree, or what is said against it, to the word. */
const outcome = (read: Parse, xml: string): string => {
  try {
    return JSON.stringify(read(xml));
  } catch (error) {
    return String(error);
  }
};

const same = (xml: string): void => expect(outcome(cutParse, xml)).toBe(outcome(parse, xml));

/** Whatever means something to a parser, and what comes near it. */
const piece = fc.constantFrom(
  ...[
    '<a>',
    '<b>',
    '</a>',
    '</b>',
    '<a/>',
    '<',
    '>',
    '/>',
    '</',
    '<a ',
    'b=',
    `"`,
    `'`,
    'c="d"',
    ' ',
    '\n',
    '\r',
  ],
  ...[
    '\r\n',
    '\t',
    '=',
    'x',
    ':',
    'p:',
    `xmlns:p="u"`,
    'xmlns="v"',
    '&amp;',
    '&#10;',
    '&#x1F600;',
    '&#0;',
    '&x;',
  ],
  ...[
    '&#xz;',
    '&',
    ';',
    '#',
    '&\u00E9;',
    '&1;',
    '<![CDATA[',
    ']]>',
    ']]',
    ']',
    '<!',
    '<![',
    '<!--',
    '-->',
    '<?',
    '?>',
  ],
  ...[
    '<?xml version="1.0"?>',
    '<!DOCTYPE a>',
    '\uFEFF',
    '\uFFFE',
    '\0',
    '\uD83D',
    '\u{1F600}',
    '\u{F0000}',
    '\u00E9',
  ],
);
const soup = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

it('what is cut out of saxes is never missed', () => {
  const inside = soup.map((text) => `<a>${text}</a>`);
  fc.assert(fc.property(fc.oneof(soup, inside), same), { numRuns: 20_000 });
});

it('whole and broken elements read the same', () => {
  const broken = fc
    .tuple(xmlElement, fc.array(fc.tuple(fc.nat(400), fc.nat(5), soup), { maxLength: 3 }))
    .map(([element, changes]) =>
      changes.reduce(
        (xml, [at, cut, added]) => xml.slice(0, at) + added + xml.slice(at + cut),
        serialise(element),
      ),
    );
  fc.assert(fc.property(broken, same), { numRuns: 5_000 });
  const answers = Object.values(corpus).flat();
  expect(answers.length).toBeGreaterThan(10);
  answers.forEach(same);
});
