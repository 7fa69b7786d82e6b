import { createWriteStream } from 'node:fs';
import { SERVERS } from '../servers/support/servers.js';
import { type Blow, socketChaos } from './support/sockets.js';

/**
 * `npm run chaos:sockets -- cut 500 1`: what happens (cut, lose, reload), how often, and the seed; then, if wished, the server
 * (else both, one after the other) and a file for every event.
 */
const main = async (): Promise<void> => {
  const [blow = 'cut', blows = '500', seed = '1', only = '', file] = process.argv.slice(2);
  const trace = file === undefined ? undefined : createWriteStream(file);
  for (const { name, start } of SERVERS.filter((server) => server.name.includes(only))) {
    const server = await start();
    try {
      const report = await socketChaos({
        server,
        blow: blow as Blow,
        blows: Number(blows),
        seed: Number(seed),
        trace: trace && ((event) => trace.write(`${JSON.stringify(event)}\n`)),
      });
      process.stdout.write(`${name} ${blow} ${JSON.stringify(report)}\n`);
      if (report.lost + report.doubled + report.reordered + report.anew > 0) process.exitCode = 1;
    } finally {
      await server.stop();
    }
  }
};

await main();
