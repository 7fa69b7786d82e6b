// The site and an XMPP domain in memory at one origin, as a reverse proxy would put them.
import { createDomain, listen } from 'rxmpp/testing/node';

import { readPage } from '../page-files.js';
import { createSite } from './site.js';

/** What the users type here, and what lets them in to XMPP: two different secrets, and only the first is theirs. */
const SITE_PASSWORD = 'lovelace';
const XMPP_PASSWORD = 'kept by the site';

/** `directory` is that of this file. Port 0 takes any that is free. */
export const startDemo = async (directory: string, port: number) => {
  const domain = createDomain({ users: { ada: XMPP_PASSWORD }, random: Math.random });
  const site = createSite({
    service: () => listening.boshUrl,
    credentials: ({ name }) => ({ jid: `${name}@example.com`, password: XMPP_PASSWORD }),
    authenticate: (name, secret) => (name === 'ada' && secret === SITE_PASSWORD ? { name } : undefined),
    files: await readPage(directory, 'page'),
    secure: false,
  });
  const listening = await listen(domain, {
    port,
    otherwise: (request, response) => void site(request, response),
  });
  return { url: `http://127.0.0.1:${listening.port}/`, domain, close: listening.close };
};
