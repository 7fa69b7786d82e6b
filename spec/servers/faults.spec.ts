import { flawsOf, header, rowOf } from '../faults/support/report.js';
import { FAULT_KINDS } from '../faults/support/plan.js';
import { runFaults } from '../faults/support/run.js';
import { SERVERS } from './support/servers.js';

/** `npm run faults` does the same with more. */
const FAULTS = 100;
const SEED = 20;

jest.setTimeout(120_000);

describe.each(SERVERS)('faults between clients and $name', ({ start }) => {
  it('end no session, and nothing is lost, doubled or reordered either way', async () => {
    const server = await start();
    try {
      const result = await runFaults(server, { faults: FAULTS, seed: SEED, pairs: 8, share: 0.35 });
      process.stdout.write(`${header()}\n${rowOf(result)}\n`);
      expect(flawsOf(result)).toEqual([]);
      expect(Object.keys(result.counts).sort()).toEqual([...FAULT_KINDS].sort());
      expect(Math.min(...result.inbound.map(({ sent }) => sent))).toBeGreaterThan(10);
    } finally {
      await server.stop();
    }
  });
});
