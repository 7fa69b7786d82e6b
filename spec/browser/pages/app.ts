import { filter, interval, map, scan, skip, Subject, takeWhile } from 'rxjs';
import { $iq, createClient, type Credentials, type SessionTokens } from 'rxmpp';
import { type DoorOptions, DOORS, type Outcome } from '../../servers/support/doors.js';
import { refusalsIn } from '../../chaos/support/hang.js';
import { during, within } from '../../servers/support/within.js';
import { stropheJs, type StropheSeat } from './strophe-js.js';

/** What specs tell the program in the page to do. */
export interface App {
  open(door: string, service: string, options?: DoorOptions): void;
  connect(credentials: Credentials): Promise<Outcome>;
  attach(tokens: SessionTokens): Promise<Outcome>;
  restore(jid?: string): Promise<Outcome>;
  goOn(credentials: Credentials): Promise<Outcome>;
  say(to: string, body: string): void;
  /** Goes on saying 1, 2, 3, …, over reloads of the page too, one every `everyMs`, until `last`. */
  count(to: string, last: number, everyMs: number): void;
  pause(): void;
  resume(): void;
  disconnect(): void;
  /** The bodies of all messages that have ever come to this tab. */
  received(): readonly string[];
  /** Why the server has not gone on with a session of this page; nothing of Strophe.js is seen. */
  refusals(): readonly string[];
  /** The requests made during the next `ms`; none of Strophe.js are seen. */
  requestsDuring(ms: number): Promise<readonly string[]>;
  /** How many ms it takes a client of its own to accept so many stanzas during a pause, and then to send them all. */
  timeSends(
    service: string,
    credentials: Credentials,
    count: number,
    keepalive: boolean,
  ): Promise<{ readonly accepted: number; readonly sent: number }>;
  /** How many ms the browser takes to store so many texts of the size of such a stanza, one by one. */
  timeStorage(count: number): number;
  /** How long a login takes in a client of its own, in ms. */
  timeLogin(door: string, service: string, credentials: Credentials): Promise<number>;
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

const request$ = new Subject<string>();
const refusals: string[] = [];

let seat: StropheSeat;

const openSeat = (name: string, service: string, options?: DoorOptions): StropheSeat => {
  const door = DOORS.find((one) => one.name === name);
  if (!door) return stropheJs.open(service, options);
  const ours = door.open(service, options);
  ours.client.wire$.subscribe((event) => {
    if (event.type === 'sent') request$.next(event.xml);
  });
  refusalsIn(ours.client.wire$).subscribe((refusal) => refusals.push(refusal));
  return ours;
};

const open: App['open'] = (name, service, options) => {
  seat = openSeat(name, service, options);
  seat.message$.subscribe(({ body }) => {
    sessionStorage.setItem(RECEIVED, JSON.stringify([...received(), body]));
  });
};

/** The outcome of the attempt that `command` starts. */
const attempt = ({ outcome$ }: StropheSeat, command: () => void): Promise<Outcome> => {
  let before = 0;
  outcome$.subscribe(() => (before += 1)).unsubscribe();
  const outcome = within(outcome$.pipe(skip(before)), 'the outcome', 30_000);
  command();
  return outcome;
};

const count: App['count'] = (to, last, everyMs) => {
  interval(everyMs)
    .pipe(
      map(() => counted() + 1),
      takeWhile((next) => next <= last),
    )
    .subscribe((next) => {
      seat.say(to, String(next));
      sessionStorage.setItem(COUNTED, String(next));
    });
};

const timeLogin: App['timeLogin'] = async (door, service, credentials) => {
  const begun = performance.now();
  const own = openSeat(door, service);
  const outcome = await attempt(own, () => own.connect(credentials));
  const ms = performance.now() - begun;
  own.close();
  if (outcome.type === 'failed') throw new Error(`No login: ${outcome.condition}`);
  return ms;
};

const timeSends: App['timeSends'] = async (service, credentials, count, keepalive) => {
  const client = createClient(service, { keepalive });
  const online$ = client.status$.pipe(filter(({ type }) => type === 'online'));
  client.connect(credentials);
  await within(online$, 'the login', 30_000);
  client.pause();
  const begun = performance.now();
  for (let n = 0; n < count; n++) {
    client.send(
      $iq({ type: 'result', id: `n${n}`, to: 'localhost' }).c(
        'query',
        { xmlns: 'urn:x' },
        'some words to carry',
      ),
    );
  }
  const accepted = performance.now() - begun;
  const left$ = client.wire$.pipe(
    filter((event) => event.type === 'sent'),
    scan((sum, { xml }) => sum + xml.split('<iq ').length - 1, 0),
    filter((sum) => sum >= count),
  );
  const left = within(left$, 'the last of them', 30_000);
  client.resume();
  await left;
  const sent = performance.now() - begun - accepted;
  client.close();
  return { accepted, sent };
};

const timeStorage: App['timeStorage'] = (count) => {
  const text = 'x'.repeat(130);
  const begun = performance.now();
  for (let n = 0; n < count; n++) sessionStorage.setItem(`bare:${n}`, text);
  const ms = performance.now() - begun;
  for (let n = 0; n < count; n++) sessionStorage.removeItem(`bare:${n}`);
  return ms;
};

window.app = {
  open,
  connect: (credentials) => attempt(seat, () => seat.connect(credentials)),
  attach: (tokens) => attempt(seat, () => seat.attach(tokens)),
  restore: (jid) => attempt(seat, () => seat.restore(jid)),
  goOn: (credentials) => attempt(seat, () => seat.goOn(credentials)),
  say: (to, body) => seat.say(to, body),
  count,
  pause: () => seat.pause(),
  resume: () => seat.resume(),
  disconnect: () => seat.disconnect(),
  received,
  refusals: () => refusals,
  requestsDuring: (ms) => during(request$, ms),
  timeSends,
  timeStorage,
  timeLogin,
};
