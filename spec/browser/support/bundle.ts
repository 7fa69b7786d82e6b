import { build, type BuildOptions } from 'esbuild';

const bundled = async (what: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<string> => {
  const { outputFiles } = await build({
    ...what,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
};

/** Bundles a module and all it imports for the browser, as an ES module. `entry` is relative to the project's root. */
export const bundle = (entry: string): Promise<string> => bundled({ entryPoints: [entry] });

/** The same for the text of a module that would stand in the folder `resolveDir`. */
export const bundleText = (contents: string, resolveDir: string): Promise<string> =>
  bundled({ stdin: { contents, resolveDir } });
