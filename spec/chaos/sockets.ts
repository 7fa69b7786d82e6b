import { SERVERS } from '../servers/support/servers.js';
import { type Blow, socketChaos } from './support/sockets.js';

/** `npm run chaos:sockets -- cut 500 1`: what happens, how often, and the seed. Both servers, one after the other. */
const main = async (): Promise<void> => {
  const [blow = 'cut', blows = '500', seed = '1'] = process.argv.slice(2);
  for (const { name, start } of SERVERS) {
    const server = await start();
    try {
      const report = await socketChaos({
        server,
        blow: blow as Blow,
        blows: Number(blows),
        seed: Number(seed),
      });
      process.stdout.write(`${name} ${blow} ${JSON.stringify(report)}\n`);
      if (report.lost + report.doubled + report.reordered + report.anew > 0) process.exitCode = 1;
    } finally {
      await server.stop();
    }
  }
};

await main();
