import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { asyncScheduler } from 'rxjs';
import { createDomain } from 'rxmpp/testing';
import ts from 'typescript';

import { fetchFrom, installFetch } from '../fetch-from.js';

const ROOT = join(__dirname, '..', '..');
const OUT = join(ROOT, '.cache', `readme-${process.pid}`);
const PATIENCE_MS = 10_000;

/** A block of code, where it stands, and the output that it promises, if it promises one. */
interface Program {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  readonly output: readonly string[] | undefined;
}

const GUIDES = 'examples/guides';

const texts = [
  'README.md',
  ...(existsSync(join(ROOT, GUIDES)) ? readdirSync(join(ROOT, GUIDES)) : [])
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(GUIDES, name)),
];

/** Every `ts` block; one that a `text` block follows is a program and prints that. */
const programsIn = (text: string, at: number): readonly Program[] =>
  [...readFileSync(join(ROOT, text), 'utf8').matchAll(/```ts\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(
    ([, code = '', output], i) => ({
      name: `${text}, block ${i + 1}`,
      file: join(OUT, `text-${at}-block-${i + 1}.ts`),
      code,
      output: output?.trim().split('\n'),
    }),
  );

const blocks = texts.flatMap(programsIn);

const promising = blocks.flatMap(({ name, file, output }) => (output ? [{ name, file, output }] : []));

beforeAll(() => {
  mkdirSync(OUT, { recursive: true });
  for (const { file, code } of blocks) writeFileSync(file, code);
});

afterAll(() => rmSync(OUT, { recursive: true }));

describe('the programs in the README and the guides', () => {
  it('are all there', () => expect(promising.length).toBeGreaterThanOrEqual(5));

  it('compile as they stand', () => {
    const file = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT);
    const names = blocks.map(({ file }) => file);
    const program = ts.createProgram(names, { ...options, noUnusedLocals: false, types: ['node'] });
    const complaints = names
      .flatMap((name) => {
        const source = program.getSourceFile(name);
        return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      })
      .map(({ file, messageText }) => {
        const at = blocks.find((block) => block.file === file?.fileName)?.name;
        return `${at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      });
    expect(complaints).toEqual([]);
  }, 120_000);

  it.each(promising)(
    'print what they promise: $name',
    async ({ file, output }) => {
      const lines: string[] = [];
      const domain = createDomain({ scheduler: asyncScheduler, users: { alice: 'secret', bob: 'secret' } });
      const realLog = console.log;
      const done = new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`only printed: ${inspect(lines)}`)), PATIENCE_MS);
        console.log = (...parts: unknown[]) => {
          lines.push(parts.join(' '));
          if (lines.length < output.length) return;
          clearTimeout(late);
          resolve();
        };
      });
      const timers: NodeJS.Timeout[] = [];
      const realInterval = globalThis.setInterval;
      globalThis.setInterval = ((...given: Parameters<typeof setInterval>) => {
        const timer = realInterval(...given);
        timers.push(timer);
        return timer;
      }) as typeof setInterval;
      const leave = installFetch(fetchFrom(domain));
      try {
        await import(file);
        await done;
      } finally {
        leave();
        console.log = realLog;
        globalThis.setInterval = realInterval;
        // The programs stay connected, as programs do.
        for (const timer of timers) clearInterval(timer);
      }
      expect(lines).toEqual(output);
    },
    2 * PATIENCE_MS,
  );
});
