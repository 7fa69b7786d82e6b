// The site and an XMPP domain in memory at one origin, as a reverse proxy would put them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import { createDomain, listen } from 'rxmpp/testing/node';

import { createSite, type SiteFiles } from './site.js';

/** What the users type here, and what lets them in to XMPP: two different secrets, and only the first is theirs. */
const SITE_PASSWORD = 'lovelace';
const XMPP_PASSWORD = 'kept by the site';

const readFiles = async (directory: string): Promise<SiteFiles> => {
  const { outputFiles } = await build({
    entryPoints: [join(directory, 'page.ts')],
    ...{
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      logLevel: 'warning',
    },
  });
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await read('index.html') }],
    ['/style.css', { type: 'text/css; charset=utf-8', body: await read('style.css') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: outputFiles[0]?.text ?? '' }],
  ]);
};

/** `directory` is that of this file. Port 0 takes any that is free. */
export const startDemo = async (directory: string, port: number) => {
  const domain = createDomain({ users: { ada: XMPP_PASSWORD }, random: Math.random });
  const site = createSite({
    service: () => listening.boshUrl,
    credentials: ({ name }) => ({ jid: `${name}@example.com`, password: XMPP_PASSWORD }),
    authenticate: (name, secret) => (name === 'ada' && secret === SITE_PASSWORD ? { name } : undefined),
    files: await readFiles(directory),
    secure: false,
  });
  const listening = await listen(domain, {
    port,
    otherwise: (request, response) => void site(request, response),
  });
  return { url: `http://127.0.0.1:${listening.port}/`, domain, close: listening.close };
};
