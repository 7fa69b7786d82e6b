import { build } from 'esbuild';

/** The files of the library in each part of a bundle: the first is loaded at once, the others when they are needed. */
const partsOf = async (
  entry: string,
): Promise<{ readonly first: readonly string[]; readonly later: readonly string[] }> => {
  const { metafile } = await build({
    stdin: { contents: entry, resolveDir: `${__dirname}/..`, loader: 'ts' },
    ...{ bundle: true, splitting: true, format: 'esm', write: false, metafile: true, treeShaking: true },
    ...{ outdir: 'out', logLevel: 'silent', packages: 'external' },
  });
  const outputs = Object.entries(metafile.outputs);
  const filesOf = (names: ReadonlySet<string>): readonly string[] =>
    outputs.flatMap(([name, { inputs }]) =>
      names.has(name)
        ? Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))
        : [],
    );
  const entryPoint = outputs.find(([, output]) => output.entryPoint === '<stdin>')?.[0] ?? '';
  const atOnce = new Set<string>();
  const add = (name: string): void => {
    if (atOnce.has(name)) return;
    atOnce.add(name);
    for (const { path, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement') add(path);
  };
  add(entryPoint);
  return {
    first: filesOf(atOnce),
    later: filesOf(new Set(outputs.map(([name]) => name).filter((name) => !atOnce.has(name)))),
  };
};

const SOCKETS =
  /lib\/(transport\/websocket|protocol\/(socket|stream-management|framing|delay)|client\/web-socket-parts)/;

it('a page that speaks BOSH loads nothing of what speaks WebSocket', async () => {
  const { first, later } = await partsOf(
    `import { createClient } from './lib/index.ts'; createClient('/http-bind').connect({ jid: 'a@b' });`,
  );
  expect(first.some((file) => file.includes('transport/bosh'))).toBe(true);
  expect(first.filter((file) => SOCKETS.test(file))).toEqual([]);
  expect(later.filter((file) => SOCKETS.test(file)).length).toBeGreaterThan(8);
});

it('a page that wants it from the beginning has it in the same part', async () => {
  const { first } = await partsOf(
    `import { createClient, includeWebSocket } from './lib/index.ts'; createClient('wss://b/ws', { platform: { loadWebSocket: includeWebSocket } }).connect({ jid: 'a@b' });`,
  );
  expect(first.filter((file) => SOCKETS.test(file)).length).toBeGreaterThan(8);
});
