import type { runtimeHttp as other } from './platform-runtime-http.js';

/** In bundles for browsers, by `imports` in package.json, in the place of the one for Node: there is no such client. */
export const runtimeHttp: typeof other = () => undefined;
