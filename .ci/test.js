// `npm test`: every check and every spec there is, with the real servers and the real browser. Nothing is skipped: what is
// missing is installed, or is a failure. The last line says `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtain } from './system.js';

const root = new URL('..', import.meta.url).pathname;
const reports = mkdtempSync(join(tmpdir(), 'rxmpp-test-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

/** A stage that takes longer hangs. */
const STAGE_MS = 10 * 60_000;

/** Runs it in a process group of its own, which ends with it, with the time or with this process. */
const node = (...args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody is left of it.
      }
    };
    const late = setTimeout(() => {
      console.error(`ended after ${STAGE_MS / 60_000} minutes: node ${args.join(' ')}`);
      end();
    }, STAGE_MS);
    process.once('exit', end);
    child.once('exit', (status) => {
      clearTimeout(late);
      process.off('exit', end);
      end();
      resolve(status === 0);
    });
  });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const tool = (name, ...args) => node(`node_modules/${name}`, ...args);

/** A stage that is one test: it holds or it does not. */
const check = (name, act) => ({
  name,
  run: async () => ((await act()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
});

const readReport = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

/** One jest project. A skipped spec, a file that does not load, no spec at all, a threshold missed: all of it is failure. */
const specs = (project, ...args) => ({
  name: project,
  run: async () => {
    const file = join(reports, `${project}.json`);
    const which = ['--selectProjects', project, '--json', `--outputFile=${file}`];
    const green = await tool('jest/bin/jest.js', ...which, ...args);
    const report = readReport(file);
    if (report === undefined) return { passed: 0, failed: 1 };
    const passed = report.numPassedTests;
    const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests;
    const broken =
      report.numRuntimeErrorTestSuites + (passed + failed === 0 || (!green && failed === 0) ? 1 : 0);
    return { passed, failed: failed + broken };
  },
});

/** The demo as its users run it: on what was built. */
const DEMO = ['--tsconfig', 'examples/demo/tsconfig.dist.json', 'examples/demo/demo.ts'];

const STAGES = [
  check('system', () => {
    const complaint = obtain();
    if (complaint !== undefined) console.error(complaint);
    return complaint === undefined;
  }),
  check('types', () => tool('typescript/bin/tsc', '--noEmit')),
  check('types of lib', () => tool('typescript/bin/tsc', '--noEmit', '-p', 'lib')),
  check('lint', () => tool('eslint/bin/eslint.js', '-c', '.ci/eslint.config.js', '.')),
  check('format', () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')),
  check('build', () => node('.ci/build.js')),
  check('docs', () => tool('typedoc/bin/typedoc')),
  check('demo', () => tool('tsx/dist/cli.mjs', ...DEMO)),
  specs('unit', '--maxWorkers=2', '--coverage', '--coverageReporters=text', '--coverageReporters=lcovonly'),
  specs('oldest', '--maxWorkers=2'),
  specs('examples', '--maxWorkers=2'),
  specs('fuzz'),
  specs('wire'),
  specs('servers', '--runInBand'),
  specs('browser', '--runInBand'),
  specs('package', '--runInBand'),
  specs('bench', '--runInBand'),
];

const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

const begun = performance.now();
const results = [];
for (const { name, run } of STAGES) {
  const from = performance.now();
  console.log(`\n== ${name}`);
  const { passed, failed } = await run();
  results.push({ name, passed, failed, took: seconds(from) });
}

console.log(`\n== summary (${seconds(begun)})`);
for (const { name, passed, failed, took } of results) {
  console.log(`${name.padEnd(12)} ${took.padStart(8)}  ${passed} passed, ${failed} failed`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.exitCode = sum('failed') === 0 ? 0 : 1;
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
