// The story of one BOSH session, told as it happens: prebind, attach, pause and resume, a reload, restore.
//   npm run demo                                                                    in memory
//   RXMPP_PASSWORD=… npm run demo -- --service https://…/http-bind --jid alice@…    on a real server
import { parseArgs } from 'node:util';

import { createReport } from './report.js';
import { tellStory } from './story.js';
import { inMemory, onServer, type World } from './world.js';

const USAGE =
  'usage: npm run demo [-- --service <URL> --jid <account> [--password <text> | RXMPP_PASSWORD=…]]';

/** Where to play, or undefined when that can not be said from the arguments. */
const worldOf = (args: readonly string[], env: NodeJS.ProcessEnv): World | undefined => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { service: text, jid: text, password: text } });
  const { service, jid, password = env['RXMPP_PASSWORD'] } = values;
  if (service === undefined && jid === undefined) return inMemory();
  if (service === undefined || jid === undefined || password === undefined) return undefined;
  return onServer(service, jid, password);
};

const readWorld = (): World | undefined => {
  try {
    return worldOf(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(String(error));
    return undefined;
  }
};

const play = async (world: World): Promise<void> => {
  console.log(`One BOSH session, on ${world.name}. Seconds, who, what.`);
  const report = createReport(console.log);
  try {
    await tellStory(world, report);
    console.log(`\nThe story came out right, in ${report.seconds()} s.`);
  } catch (error) {
    console.error(`\nThe story went wrong after ${report.seconds()} s. ${String(error)}`);
    process.exitCode = 1;
  } finally {
    world.stop();
  }
};

const world = readWorld();
if (world) await play(world);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
