// npm run demo:web [-- --port 8080]
import { parseArgs } from 'node:util';

import { readFiles } from './files.js';
import { startServer } from './server.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const { url } = await startServer(await readFiles(import.meta.dirname), Number(values.port));
console.log(`${url}  (Ctrl-C ends it)`);
