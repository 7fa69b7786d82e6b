import { setTimeout as delay } from 'node:timers/promises';
import { attach } from './attach.js';
import { hours } from './hours.js';
import { idle } from './idle.js';
import { meter } from './meter.js';
import { open } from './open.js';
import { queue } from './queue.js';
import { type Act, WARM_UP } from './task.js';

const PATIENCE_MS = 60_000;
/** A flood that stands still for so long has ended. */
const SILENCE_MS = 10_000;

/** Logs in again and again. */
const login: Act = async (task) => {
  const ms: number[] = [];
  const cpuMs: number[] = [];
  let requests = 0;
  let bytes = 0;
  for (let n = 0; n <= task.count; n++) {
    const read = meter();
    const seat = await open(task, () => undefined);
    const used = read();
    seat.close();
    await delay(50);
    // The first one loads and compiles.
    if (n === 0) continue;
    ms.push(used.ms);
    cpuMs.push(used.cpuMs);
    requests = used.requests;
    bytes = used.up + used.down;
  }
  return { ms, cpuMs, requests, bytes };
};

const padded = (text: string, length: number): string => text.padEnd(length, ' lorem ipsum');

/** Sends to itself every `gapMs`, by half more or less where it waits for the echo, and takes the time to that. */
const echo =
  (waits: boolean): Act =>
  async (task) => {
    const sentAt = new Map<string, number>();
    const ms: number[] = [];
    const hear = (text: string): void => {
      const key = text.split(' ')[0] ?? '';
      ms.push(performance.now() - (sentAt.get(key) ?? NaN));
      sentAt.delete(key);
    };
    const seat = await open(task, hear);
    await delay(300);
    const read = meter();
    for (let n = 0; n < task.count; n++) {
      // A gap that is no part of any cycle.
      await delay(waits ? task.gapMs * (0.5 + ((n * 0.381966) % 1)) : task.gapMs);
      sentAt.set(`e${n}`, performance.now());
      seat.send(seat.jid, padded(`e${n}`, task.length));
      if (task.flush) seat.flush();
      const until = performance.now() + PATIENCE_MS;
      while (waits && sentAt.size > 0 && performance.now() < until) await delay(1);
    }
    const early = ms.length;
    const until = performance.now() + 10_000;
    while (sentAt.size > 0 && performance.now() < until) await delay(5);
    const { requests, cpuMs } = read();
    seat.close();
    return { ms, early, lost: sentAt.size, requests, cpuMs };
  };

/** Sends many to itself at once, and takes the time until the last is back; again and again. */
const burst: Act = async (task) => {
  let heard = 0;
  let finish = (): void => undefined;
  const seat = await open(task, () => {
    heard += 1;
    if (heard % task.count === 0) finish();
  });
  const runs: Record<'ms' | 'cpuMs' | 'requests' | 'up' | 'down', number>[] = [];
  for (let n = 0; n < 6; n++) {
    await delay(300);
    const texts = Array.from({ length: task.count }, (_, i) => padded(`b${i}`, task.length));
    const read = meter();
    const done = new Promise<void>((resolve) => (finish = resolve));
    seat.burst(seat.jid, texts);
    await done;
    // Half of them warm up.
    if (n > 2) runs.push(read());
  }
  seat.close();
  const all = (key: 'ms' | 'cpuMs' | 'requests' | 'up' | 'down') => runs.map((run) => run[key]);
  return { ms: all('ms'), cpuMs: all('cpuMs'), requests: all('requests'), up: all('up'), down: all('down') };
};

/** Hears many messages that somebody else sends: some to warm up, and once they are there those that count. */
const flood: Act = async (task, ready) => {
  let left = 0;
  let firstAt: number | undefined;
  let finish = (): void => undefined;
  const seat = await open(task, () => {
    firstAt ??= performance.now();
    left -= 1;
    if (left === 0) finish();
  });
  const hear = async (count: number): Promise<void> => {
    left = count;
    firstAt = undefined;
    await delay(300);
    let before = count;
    let watch: NodeJS.Timeout | undefined;
    const done = new Promise<void>((resolve, reject) => {
      finish = resolve;
      watch = setInterval(() => {
        if (left === before) reject(new Error(`${left} of ${count} messages do not come`));
        before = left;
      }, SILENCE_MS);
    });
    ready(seat.jid);
    await done.finally(() => clearInterval(watch));
  };
  for (let n = 0; n < WARM_UP.portions; n++) await hear(WARM_UP.count);
  const read = meter();
  await hear(task.count);
  const { cpuMs, requests } = read();
  const ms = performance.now() - (firstAt ?? NaN);
  seat.close();
  return { perSecond: (task.count / ms) * 1000, cpuMs: (cpuMs / task.count) * 1000, requests };
};

export const TASKS: Readonly<Record<string, Act>> = {
  login,
  attach,
  latency: echo(true),
  steady: echo(false),
  burst,
  flood,
  idle,
  hours,
  queue,
};
