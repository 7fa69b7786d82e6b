// npm run demo:prebind [-- --port 8080]: the site with an XMPP domain in memory behind it.
import { parseArgs } from 'node:util';

import { startDemo } from './demo.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const { url } = await startDemo(import.meta.dirname, Number(values.port));
console.log(`${url}  (name ada, password lovelace; Ctrl-C ends it)`);
