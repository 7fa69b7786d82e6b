import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const GUIDES = join(ROOT, 'examples/guides');

const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
const textOf = (name: string): string => readFileSync(join(GUIDES, name), 'utf8');

/** What a guide says to be from a file, and shows. */
const quotes = guides.flatMap((name) =>
  [...textOf(name).matchAll(/From `([^`]+)`:\n\n```typescript\n(.*?)```/gs)].map(
    ([, file = '', code = '']) => ({
      name,
      file,
      code,
    }),
  ),
);

/** Indentation is that of the guide. */
const flat = (code: string): string => code.replace(/^ +/gm, '');

const blocks = guides.flatMap((name) => textOf(name).match(/```typescript\n/g) ?? []);

describe('what guides quote', () => {
  it('is all said to be from somewhere', () => {
    expect(quotes.length).toBeGreaterThan(0);
    expect(blocks.length).toBe(quotes.length);
  });

  it.each(quotes)('is in $file as $name shows it', ({ file, code }) => {
    expect(flat(readFileSync(join(ROOT, file), 'utf8'))).toContain(flat(code));
  });
});

/** As GitHub makes anchors of headings. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('links between guides', () => {
  const links = guides.flatMap((name) =>
    [...textOf(name).matchAll(/\]\(([^):]*\.md)?(?:#([^)]+))?\)/g)].map(([, file, part]) => ({
      name,
      file: file ?? name,
      part,
    })),
  );

  it.each(links)('$name leads to $file $part', ({ file, part }) => {
    const headings = [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));
    if (part === undefined) expect(headings.length).toBeGreaterThan(0);
    else expect(headings).toContain(part);
  });
});
