import { firstValueFrom, interval, skip, takeWhile } from 'rxjs';
import type { ClientOptions, Credentials, SessionTokens } from 'rxmpp';
import { DOORS, type Outcome } from '../../servers/support/doors.js';
import { stropheJs, type StropheSeat } from './strophe-js.js';

/** What specs tell the program in the page to do. */
export interface App {
  open(door: string, service: string, options?: ClientOptions): void;
  connect(credentials: Credentials): Promise<Outcome>;
  attach(tokens: SessionTokens): Promise<Outcome>;
  restore(jid?: string): Promise<Outcome>;
  say(to: string, body: string): void;
  /** Goes on saying 1, 2, 3, …, over reloads of the page too, one every `everyMs`, until `last`. */
  count(to: string, last: number, everyMs: number): void;
  pause(): void;
  resume(): void;
  disconnect(): void;
  /** The bodies of all messages that have ever come to this tab. */
  received(): readonly string[];
  /** The requests that have been made since the page was loaded; undefined through Strophe.js. */
  requests(): readonly string[] | undefined;
}

declare global {
  interface Window {
    app: App;
  }
}

/** The app's own memory, as long as its tab lives. */
const RECEIVED = 'app:received';
const COUNTED = 'app:counted';

const received = (): readonly string[] => JSON.parse(sessionStorage.getItem(RECEIVED) ?? '[]') as string[];

const counted = (): number => Number(sessionStorage.getItem(COUNTED) ?? 0);

const isStropheJs = (name: string): boolean => name === stropheJs.name;

let seat: StropheSeat;
let requests: string[] | undefined;

const open: App['open'] = (name, service, options) => {
  if (isStropheJs(name)) {
    seat = stropheJs.open(service, { keepalive: options?.keepalive === true });
  } else {
    const door = DOORS.find((one) => one.name === name) ?? DOORS[0]!;
    const ours = door.open(service, options);
    const log: string[] = [];
    requests = log;
    ours.client.wire$.subscribe((event) => event.type === 'sent' && log.push(event.xml));
    seat = ours;
  }
  seat.message$.subscribe(({ body }) => {
    sessionStorage.setItem(RECEIVED, JSON.stringify([...received(), body]));
  });
};

/** The outcome of the attempt that `command` starts. */
const attempt = (command: () => void): Promise<Outcome> => {
  const before: unknown[] = [];
  seat.outcome$.subscribe((outcome) => before.push(outcome)).unsubscribe();
  const outcome = firstValueFrom(seat.outcome$.pipe(skip(before.length)));
  command();
  return outcome;
};

const count: App['count'] = (to, last, everyMs) => {
  interval(everyMs)
    .pipe(takeWhile(() => counted() < last))
    .subscribe(() => {
      const next = counted() + 1;
      seat.say(to, String(next));
      sessionStorage.setItem(COUNTED, String(next));
    });
};

window.app = {
  open,
  connect: (credentials) => attempt(() => seat.connect(credentials)),
  attach: (tokens) => attempt(() => seat.attach(tokens)),
  restore: (jid) => attempt(() => seat.restore(jid)),
  say: (to, body) => seat.say(to, body),
  count,
  pause: () => seat.pause(),
  resume: () => seat.resume(),
  disconnect: () => seat.disconnect(),
  received,
  requests: () => requests,
};
