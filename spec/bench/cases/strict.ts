import { launchBrowser } from '../../browser/support/browser.js';
import { bundleText } from '../../browser/support/bundle.js';
import { MALFORMED } from '../support/malformed.js';
import { sliceInTurn } from '../support/slices.js';
import type { Line } from '../support/line.js';
import type { Case } from './bench.js';

const CONTENDERS = ['rxmpp', 'ltx', 'stanza', 'xmldom', 'node-expat'];

/** What each parser takes of it. */
export const strict: Case = {
  name: 'strict',
  async run(bench) {
    const taken: Record<string, readonly number[]> = {};
    for (const contender of CONTENDERS) {
      const options = { rounds: 1, sliceMs: 1, warmupMs: 1 };
      bench.say(`strict, ${contender}`);
      const [seat] = await sliceInTurn(bench.programs.slices, 'strict:0', [contender], options);
      const bits = seat?.amount ?? 0;
      taken[contender] = MALFORMED.map((_, n) => Math.floor(bits / 2 ** n) % 2);
    }
    const rows = [
      ['', ...CONTENDERS],
      ['---', ...CONTENDERS.map(() => ':-:')],
      ...MALFORMED.map(([what], n) => [what, ...CONTENDERS.map((one) => (taken[one]?.[n] ? 'taken' : '–'))]),
    ];
    const table = `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
    const note = 'What no XMPP parser may take (RFC 6120 §11), and who takes it nevertheless.';
    return [{ title: 'Malformed XML', note, lines: [], table }];
  },
};

const PAGE = `
  import { parse } from './dist/esm/index.js';
  import { answerOf } from './spec/bench/works/payload.ts';
  const parser = new DOMParser();
  const contenders = { rxmpp: parse, DOMParser: (xml) => parser.parseFromString(xml, 'text/xml') };
  const slice = (read, xml, ms) => {
    const begun = performance.now();
    let runs = 0;
    do {
      read(xml);
      runs += 1;
    } while (performance.now() - begun < ms);
    return (runs * xml.length * 1000) / (performance.now() - begun) / 2 ** 20;
  };
  window.measure = (size, rounds) => {
    const xml = answerOf(size);
    const figures = { rxmpp: [], DOMParser: [] };
    for (const [name, read] of Object.entries(contenders)) slice(read, xml, 300);
    for (let n = 0; n < rounds; n++) {
      for (const [name, read] of Object.entries(contenders)) figures[name].push(slice(read, xml, 12));
    }
    return figures;
  };
`;

type Figures = Readonly<Record<string, readonly number[]>>;

/** Beside the browser's own parser, in Chromium. */
export const inBrowser: Case = {
  name: 'browser',
  async run(bench) {
    const sizes = bench.quick ? [100] : [1, 100, 1_000];
    bench.say('parse, in Chromium');
    const values: Record<string, Record<string, readonly number[]>> = {};
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: await bundleText(PAGE, process.cwd()), type: 'module' });
      await page.waitForFunction('window.measure !== undefined');
      for (const size of sizes) {
        const figures: Figures = await page.evaluate(`window.measure(${size}, ${bench.quick ? 20 : 60})`);
        for (const [name, each] of Object.entries(figures)) (values[name] ??= {})[String(size)] = each;
      }
    } finally {
      await browser.close();
    }
    const what = `Parse answers of ${sizes.map((size) => size.toLocaleString('en')).join(' / ')} messages`;
    const line: Line = { what, unit: 'MB/s', better: 'more', quantile: 0.95, values };
    return [{ title: 'XML in Chromium', note: 'Text to tree, the best twentieth of slices.', lines: [line] }];
  },
};
