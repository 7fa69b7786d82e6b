import { readFileSync, writeFileSync } from 'node:fs';
import { startEjabberd, startProsody, type TestServer } from '../servers/support/servers.js';
import { ALONE } from './cases/alone.js';
import type { Bench, Case } from './cases/bench.js';
import { SOCKET } from './cases/socket.js';
import { TALK } from './cases/talk.js';
import type { Section } from './support/line.js';
import { type BenchOptions, readOptions } from './support/options.js';
import { reportOf, withReport } from './support/report.js';
import { bundleProgram, installContenders } from './support/workshop.js';

const README = 'README.md';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const isWanted =
  ({ only }: BenchOptions) =>
  ({ name }: Case): boolean =>
    only.length === 0 || only.includes(name);

const runAll = async (cases: readonly Case[], bench: Bench): Promise<readonly Section[]> => {
  const sections: Section[] = [];
  for (const one of cases) sections.push(...(await one.run(bench)));
  return sections;
};

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  installContenders();
  const programs = {
    tasks: await bundleProgram('tasks', 'build'),
    slices: await bundleProgram('slices', 'build'),
  };
  const alone = ALONE.filter(isWanted(options));
  const talk = [...TALK, ...SOCKET].filter(isWanted(options));
  const starts = talk.length === 0 ? [] : options.quick ? [startProsody] : [startProsody, startEjabberd];
  const servers: TestServer[] = [];
  try {
    const bench = { quick: options.quick, programs, say };
    const first = await runAll(alone, { ...bench, servers: [] });
    for (const start of starts) servers.push(await start());
    const sections = [...(await runAll(talk, { ...bench, servers })), ...first];
    const date = new Date().toISOString().slice(0, 10);
    const report = reportOf(sections, date);
    writeFileSync(options.json, `${JSON.stringify({ date, sections }, null, 2)}\n`);
    process.stdout.write(`${report}\n`);
    if (options.write) writeFileSync(README, withReport(readFileSync(README, 'utf8'), report));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
};

await main();
