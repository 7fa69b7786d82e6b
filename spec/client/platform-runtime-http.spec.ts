import { runtimeHttp as inBrowsers } from '../../lib/client/platform-browser-http.js';
import { runtimeHttp } from '../../lib/client/platform-runtime-http.js';

const elsewhere = { navigator: { userAgent: 'Mozilla/5.0' }, process } as typeof globalThis;

it('is there in Node, and nowhere else', () => {
  expect(runtimeHttp(globalThis)).toBeInstanceOf(Function);
  expect(runtimeHttp(elsewhere)).toBeUndefined();
  expect(runtimeHttp({})).toBeUndefined();
});

it('is never there in what is bundled for browsers', () => {
  for (const global of [globalThis, elsewhere, {}]) expect(inBrowsers(global)).toBeUndefined();
});
