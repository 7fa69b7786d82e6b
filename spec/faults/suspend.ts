import { parseArgs } from 'node:util';

import { SERVERS } from '../servers/support/servers.js';
import { suspend } from './support/suspend.js';

/** `npm run suspend -- --seconds 200`: a program with a client is stopped for that long, on each server. */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '200' },
    every: { type: 'string', default: '0' },
    reopen: { type: 'boolean', default: false },
  },
});

for (const result of await Promise.all(
  SERVERS.map(async ({ start }) => {
    const server = await start();
    try {
      const { seconds, every, reopen } = values;
      return await suspend(server, { seconds: Number(seconds), everyMs: Number(every), reopen });
    } finally {
      await server.stop();
    }
  }),
)) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
