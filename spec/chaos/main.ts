import { createWriteStream } from 'node:fs';
import { launchBrowser } from '../browser/support/browser.js';
import { SERVERS } from '../servers/support/servers.js';
import { runDuplicates } from './support/duplicate.js';
import { type Command, readCommand } from './support/options.js';
import { duplicateFlawsOf, duplicateLine, flawsOf, header, rowOf } from './support/report.js';
import { runChaos } from './support/run.js';
import type { Stage } from './support/scene.js';
import { serveChaos } from './support/tab.js';

/** A run in words, as data, and what was wrong with it. */
interface Outcome {
  readonly text: string;
  readonly data: object;
  readonly flaws: readonly string[];
}

const run = async (stage: Stage, { options, duplicates }: Command): Promise<Outcome> => {
  if (duplicates !== undefined) {
    const result = await runDuplicates(stage, options, duplicates);
    return { text: duplicateLine(result), data: result, flaws: duplicateFlawsOf(result) };
  }
  const result = await runChaos(stage, options);
  return { text: `${header()}\n${rowOf(result)}`, data: result, flaws: flawsOf(result) };
};

const traced = (command: Command): Command => {
  if (command.trace === undefined) return command;
  const file = createWriteStream(command.trace);
  const trace = (event: object): void => void file.write(`${JSON.stringify(event)}\n`);
  return { ...command, options: { ...command.options, trace } };
};

const main = async (): Promise<void> => {
  const command = traced(readCommand(process.argv.slice(2)));
  const { start } = SERVERS.find(({ name }) => name === command.options.server) ?? SERVERS[0];
  const [server, browser, site] = await Promise.all([start(), launchBrowser(), serveChaos()]);
  try {
    const { text, data, flaws } = await run({ server, browser, site }, command);
    process.stdout.write(command.json ? `${JSON.stringify({ ...data, flaws }, null, 2)}\n` : `${text}\n`);
    for (const flaw of flaws) process.stderr.write(`${flaw}\n`);
    if (flaws.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all([browser.close(), site.close(), server.stop()]);
  }
};

await main();
