import { build } from 'esbuild';

/** Bundles the text of a module, that would stand in the folder `resolveDir`, and all it imports, for the browser. */
export const bundleText = async (contents: string, resolveDir: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
};
