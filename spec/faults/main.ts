import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';

import { SERVERS } from '../servers/support/servers.js';
import { flawsOf, header, rowOf } from './support/report.js';
import { runFaults } from './support/run.js';

const DEFINITIONS = {
  server: { type: 'string', default: 'prosody' },
  faults: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  pairs: { type: 'string', default: '10' },
  share: { type: 'string', default: '0.35' },
  json: { type: 'boolean', default: false },
  trace: { type: 'string' },
} as const;

const { values } = parseArgs({ options: DEFINITIONS });
const software = SERVERS.find(({ name }) => name === values.server);
if (!software) throw new Error(`--server is one of ${SERVERS.map(({ name }) => name).join(', ')}`);
const file = values.trace === undefined ? undefined : createWriteStream(values.trace);
const server = await software.start();
try {
  const result = await runFaults(server, {
    faults: Number(values.faults),
    seed: Number(values.seed),
    pairs: Number(values.pairs),
    share: Number(values.share),
    trace: file && ((event) => void file.write(`${JSON.stringify(event)}\n`)),
  });
  const flaws = flawsOf(result);
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...result, flaws }, null, 2)}\n` : `${header()}\n${rowOf(result)}\n`,
  );
  process.stderr.write(`${JSON.stringify({ ...result.counts, overtaken: result.overtaken })}\n`);
  for (const flaw of flaws) process.stderr.write(`${flaw}\n`);
  if (flaws.length > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
