import { build } from 'esbuild';

/** The files of lib/ that a program with this one line takes along, below lib/. */
const filesOf = async (program: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: `${__dirname}/..`, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return Object.keys(metafile.inputs).flatMap((path) => /^lib\/(.*)$/.exec(path)?.[1] ?? []);
};

const isOfTheKit = (path: string): boolean => path.startsWith('testing');

it('an app takes nothing of the testing kit along, whichever names of the main door it uses', async () => {
  const files = await filesOf(`export * from './lib/index.js';`);
  expect(files).toContain('client/create-client.ts');
  expect(files.filter(isOfTheKit)).toEqual([]);
});

it('a test that uses both doors has one copy of each class, and no port of Node', async () => {
  const files = await filesOf(`export * from './lib/index.js'; export * as kit from './lib/testing.js';`);
  expect(files.filter((path) => path === 'xml/element.ts')).toHaveLength(1);
  expect(files.filter(isOfTheKit)).toContain('testing/domain.ts');
  expect(files.filter((path) => /^testing\/node/.test(path))).toEqual([]);
});
