import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const GUIDES = join(ROOT, 'examples', 'guides');
const OUT = join(ROOT, '.cache', `guides-${process.pid}`);

/** A test that a guide shows: a block that begins with three back quotes and `ts test`, complete as it stands. */
interface Shown {
  readonly name: string;
  readonly file: string;
  readonly code: string;
}

const headingBefore = (text: string, index: number): string =>
  [...text.slice(0, index).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? 'the beginning';

const shownIn = (guide: string): readonly Shown[] => {
  const text = readFileSync(join(GUIDES, guide), 'utf8');
  return [...text.matchAll(/```ts test\n(.*?)```/gs)].map((match, i) => ({
    name: `${guide}, ${headingBefore(text, match.index)}`,
    file: join(OUT, `${guide.replace(/\.md$/, '')}-${i + 1}.ts`),
    code: match[1] ?? '',
  }));
};

const shown = readdirSync(GUIDES)
  .filter((name) => name.endsWith('.md'))
  .flatMap(shownIn);

mkdirSync(OUT, { recursive: true });
for (const { file, code } of shown) writeFileSync(file, code);
afterAll(() => rmSync(OUT, { recursive: true }));

it('the guide to testing shows at least five tests', () => {
  expect(shown.filter(({ name }) => name.startsWith('testing.md')).length).toBeGreaterThanOrEqual(5);
});

it('the tests that the guides show compile as they stand', () => {
  const file = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT);
  const names = shown.map((block) => block.file);
  const program = ts.createProgram(names, options);
  const complaints = names.flatMap((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) =>
        `${shown.find((block) => block.file === name)?.name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
  expect(complaints).toEqual([]);
});

describe.each(shown)('$name', ({ file }) => {
  // The block registers its tests here, as it would in a file of its own.
  jest.requireActual(file);
});
