import { setTimeout as delay } from 'node:timers/promises';
import { meter } from './meter.js';
import { open } from './open.js';
import type { Act } from './task.js';

let timers = 0;

/** Counts the timers that anybody in this process sets. */
const countTimers = (): void => {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const counted = new Proxy(globalThis[name], {
      apply: (original, self, given): unknown => {
        timers += 1;
        return Reflect.apply(original, self, given);
      },
    });
    Object.assign(globalThis, { [name]: counted });
  }
};

/** Memory after everything that can go has gone. */
export const collect = (): NodeJS.MemoryUsage => {
  for (let n = 0; n < 3; n++) globalThis.gc?.();
  return process.memoryUsage();
};

/** Many clients that do nothing: what each holds, and what it does meanwhile. */
export const idle: Act = async (task) => {
  countTimers();
  const seats = [await open(task, () => undefined)];
  await delay(200);
  const before = collect();
  while (seats.length <= task.count) {
    const some = Math.min(10, task.count + 1 - seats.length);
    seats.push(...(await Promise.all(Array.from({ length: some }, () => open(task, () => undefined)))));
  }
  await delay(1_000);
  const after = collect();
  const pending = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const setBefore = timers;
  const read = meter();
  await delay(task.gapMs);
  const { cpuMs, ms, requests } = read();
  const clientSeconds = (task.count * ms) / 1000;
  return {
    rssKb: (after.rss - before.rss) / task.count / 1024,
    heapKb: (after.heapUsed - before.heapUsed) / task.count / 1024,
    cpuMs: cpuMs / clientSeconds,
    timersSet: Math.max(0, timers - setBefore) / clientSeconds,
    timersPending: pending / task.count,
    requests,
  };
};
