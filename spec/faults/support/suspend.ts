import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { filter, firstValueFrom, interval, ReplaySubject, take, timeout } from 'rxjs';

import { DOORS } from '../../servers/support/doors.js';
import { enter } from '../../servers/support/pair.js';
import type { TestServer } from '../../servers/support/servers.js';

interface Said {
  readonly type: string;
  readonly jid?: string;
  readonly body?: string;
  readonly condition?: string;
}

export interface Suspension {
  readonly server: string;
  readonly seconds: number;
  /** What the program said from when it was woken: statuses in order. */
  readonly course: readonly string[];
  readonly sent: number;
  /** The numbers it has heard, in order. */
  readonly heard: readonly string[];
}

export interface SuspendOptions {
  readonly seconds: number;
  readonly reopen: boolean;
  /** How often the peer says something meanwhile; 0: it is quiet until the program is awake again. */
  readonly everyMs: number;
}

const START_MS = 30_000;
const SETTLE_MS = 30_000;
const LAST = 'awake?';

const startProgram = (args: readonly string[]) => {
  const tsx = createRequire(`${process.cwd()}/package.json`).resolve('tsx');
  const program = `${process.cwd()}/spec/faults/programs/sufferer.ts`;
  const child = spawn(process.execPath, ['--import', tsx, program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said$ = new ReplaySubject<Said>(Infinity);
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said$.next(JSON.parse(line) as Said);
  });
  return { child, said$ };
};

/** A program with a client is stopped for that long, as a laptop that sleeps, and goes on. */
export const suspend = async (
  server: TestServer,
  { seconds, reopen, everyMs }: SuspendOptions,
): Promise<Suspension> => {
  const { jid, password } = server.user('carol');
  const { child, said$ } = startProgram([server.service, jid, password, reopen ? 'reopen' : '']);
  const until = (what: (said: Said) => boolean, ms: number): Promise<Said> =>
    firstValueFrom(said$.pipe(filter(what), take(1), timeout({ first: ms })));
  const peer = await enter(DOORS[0]!, server, 'bob');
  try {
    const { jid: full = '' } = await until(({ type }) => type === 'online', START_MS);
    const all: Said[] = [];
    let sent = 0;
    child.kill('SIGSTOP');
    said$.subscribe((said) => all.push(said));
    const before = all.length;
    const talk =
      everyMs > 0 ? interval(everyMs).subscribe(() => peer.seat.say(full, String((sent += 1)))) : undefined;
    await delay(seconds * 1000);
    talk?.unsubscribe();
    child.kill('SIGCONT');
    peer.seat.say(full, LAST);
    const settled = ({ type, body }: Said): boolean =>
      body === LAST || type === 'failed' || type === 'retrying';
    await firstValueFrom(
      said$.pipe(
        filter((said) => all.indexOf(said) >= before && settled(said)),
        timeout({ first: SETTLE_MS }),
      ),
    );
    if (reopen)
      await until(
        (said) => all.indexOf(said) >= before && (said.type === 'online' || said.body === LAST),
        SETTLE_MS,
      );
    const woken = all.slice(before);
    return {
      server: server.name,
      seconds,
      course: woken
        .filter(({ type }) => type !== 'heard')
        .map(({ type, condition = '' }) => `${type} ${condition}`.trim()),
      sent,
      heard: woken.flatMap(({ body }) => (body === undefined || body === LAST ? [] : [body])),
    };
  } finally {
    peer.seat.close();
    child.kill('SIGKILL');
  }
};
