// npm run demo:web [-- --port 8080]
import { parseArgs } from 'node:util';

import { readPage } from '../page-files.js';
import { startServer } from './server.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const { url } = await startServer(await readPage(import.meta.dirname, 'main'), Number(values.port));
console.log(`${url}  (Ctrl-C ends it)`);
