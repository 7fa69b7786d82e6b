import { parseArgs } from 'node:util';

import { discover } from '../client/discover.js';
import { isDomain } from '../client/options.js';
import { EXIT, type ExitCode, type Io, UsageProblem } from './io.js';
import { once } from './once.js';

const options = { json: { type: 'boolean' } } as const;

/** Asks a domain where it can be reached from a page (XEP-0156), and prints one address a line, or all as JSON. */
export const runDiscover = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [domain, ...more] = positionals;
  if (domain === undefined || more.length > 0) throw new UsageProblem('discover takes one domain');
  if (!isDomain(domain)) throw new UsageProblem(`${domain} is no domain`);
  io.tell(`asking ${domain}`);
  const { webSocket, bosh, failures } = await once(discover(domain));
  for (const { url, error } of failures) io.tell(`${url}: ${error.message}`);
  const found = [...webSocket, ...bosh];
  if (values.json) io.print(JSON.stringify({ webSocket, bosh }));
  else for (const address of found) io.print(address);
  return found.length > 0 ? EXIT.done : EXIT.unreachable;
};
