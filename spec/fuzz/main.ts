import fc from 'fast-check';
import { body, status } from './support/bodies.js';
import { feed } from './support/feed.js';

/**
 * `npm run fuzz -- [runs] [seed]`: so many bodies through parser, framing and machines, 1,000,000 unless told otherwise. Ends with
 * the first that throws, takes more than a second of the processor, or makes the heap grow; says then what it was, as small as it gets.
 */
const [runs = 1_000_000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
const LONGEST_MS = 1_000;
const HEAP_MB = 512;

const begun = performance.now();
let [count, slowest, mostMb] = [0, 0, 0];

const property = fc.property(body, status, (text, code) => {
  const from = process.cpuUsage();
  feed(text, code);
  const { user, system } = process.cpuUsage(from);
  const took = (user + system) / 1000;
  if (took > LONGEST_MS) throw new Error(`it took ${took.toFixed(0)} ms`);
  slowest = Math.max(slowest, took);
  count += 1;
  if (count % 10_000 !== 0) return;
  mostMb = Math.max(mostMb, process.memoryUsage().heapUsed / 2 ** 20);
  if (mostMb > HEAP_MB) throw new Error(`${mostMb.toFixed(0)} MB are in use`);
  if (count % 100_000 === 0) process.stdout.write(`${count} bodies\n`);
});

process.stdout.write(`${runs} bodies, seed ${seed}\n`);
const result = fc.check(property, { numRuns: runs, seed, endOnFailure: false });
if (result.failed) {
  process.stderr.write(`${fc.defaultReportMessage(result) ?? 'it failed'}\n`);
  process.exitCode = 1;
} else {
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  process.stdout.write(
    `${count} bodies in ${seconds} s: no exception, the slowest took ${slowest.toFixed(0)} ms, heap at most ${mostMb.toFixed(0)} MB\n`,
  );
}
