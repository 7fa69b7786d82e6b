import { type News, rxmpp, strophe } from './contender.js';
import type { Arrival } from './support/compare.js';
import { randomFrom } from './support/random.js';

/** When the page sends: at random (every 50 ms on average), every 50 or 150 ms, with `flush()` after each, or never. */
export type Mode = 'random' | '50' | '50+flush' | '150' | 'inbound';

/** What the page is to do; it stands in the fragment of its address, so that a reload keeps it. */
export interface Setup {
  /** What its reports go by. */
  readonly name: string;
  readonly service: string;
  readonly jid: string;
  readonly password: string;
  /** Full JID of the one it sends to. */
  readonly peer: string;
  readonly mode: Mode;
  /** Whose sessions are tried. */
  readonly contender: 'rxmpp' | 'strophe';
  /** Whether the page takes what it has kept for the session of a server that nobody knows. */
  readonly unknown: boolean;
  readonly seed: number;
  /** Whether to log in when there is nothing to restore or that fails. */
  readonly login: boolean;
  /** Whether to report everything that goes over the wire. */
  readonly wire: boolean;
}

/** What the page reports; `load`: how often the tab has loaded it, `at` in ms since the epoch. */
export type Report = { readonly name: string; readonly load: number; readonly at: number } & (
  | { readonly type: 'begun'; readonly how: 'login' | 'restore' }
  | { readonly type: 'online'; readonly how: string; readonly jid: string }
  | { readonly type: 'failed'; readonly during: string; readonly condition: string; readonly message: string }
  | { readonly type: 'refused'; readonly words: string }
  | { readonly type: 'inbound'; readonly n: number }
  | { readonly type: 'wire'; readonly event: object }
);

/** What the tab remembers of its whole life. */
export interface Memory {
  /** The highest number that `send` has accepted. */
  readonly sent: number;
  readonly received: readonly Arrival[];
}

export interface ChaosPage {
  /** Stops sending; returns the highest number sent. */
  stop(): number;
  /** Pauses, then sends this many. */
  hold(count: number): void;
  resume(): void;
  paused(): boolean;
  has(n: number): boolean;
  memory(): Memory;
  /** Writes the tab's storage down in another one when the page ends. */
  leave(name: string): void;
  /** Requests made since the page was loaded. */
  requests(): number;
}

declare global {
  interface Window {
    chaos: ChaosPage;
    tell: (report: Report) => Promise<void>;
  }
}

const setup = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Setup;

/** The app's own memory, beside the session's. */
const read = (name: string): string => sessionStorage.getItem(`chaos:${name}`) ?? '';
const write = (name: string, text: string): void => sessionStorage.setItem(`chaos:${name}`, text);

const load = Number(read('loads')) + 1;
write('loads', String(load));

/** What lies beside what is common to all reports. */
type Fresh = Report extends infer R ? (R extends Report ? Omit<R, 'name' | 'load' | 'at'> : never) : never;

const tell = (news: Fresh): void => {
  const { name } = setup;
  void window.tell({ ...news, name, load, at: Date.now() });
};

const contender = { rxmpp, strophe }[setup.contender](setup.service);

const arrivals = (): readonly Arrival[] =>
  Array.from({ length: load }, (_, i) => read(`in:${i + 1}`))
    .join('')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ n: parseInt(word), redelivered: word.endsWith('!') }));

let requests = 0;
contender.wire$.subscribe((event) => {
  if ('type' in event && event.type === 'sent') requests += 1;
  if (setup.wire) tell({ type: 'wire', event });
});

contender.refusal$.subscribe((words) => tell({ type: 'refused', words }));

contender.message$.subscribe(({ body, redelivered }) => {
  if (!/^\d+$/.test(body)) return;
  write(`in:${load}`, `${read(`in:${load}`)}${body}${redelivered ? '!' : ''} `);
  tell({ type: 'inbound', n: Number(body) });
});

/** Both in one task: no reload can come between. */
const sendNext = (): void => {
  const n = Number(read('sent')) + 1;
  contender.say(setup.peer, String(n));
  write('sent', String(n));
};

const random = randomFrom(setup.seed * 1000 + load);
let stopped = setup.mode === 'inbound';
let sending = false;

const gapMs = (): number => (setup.mode === 'random' ? -50 * Math.log(1 - random()) : parseInt(setup.mode));

const goOn = (): void => {
  setTimeout(() => {
    if (stopped) return;
    sendNext();
    if (setup.mode === '50+flush') contender.flush();
    goOn();
  }, gapMs());
};

const startSending = (): void => {
  if (!sending && !stopped) goOn();
  sending = true;
};

const login = (): void => {
  tell({ type: 'begun', how: 'login' });
  contender.connect(setup.jid, setup.password);
};

const hear = (news: News): void => {
  if (news.type === 'online') {
    tell({ type: 'online', how: news.how, jid: news.jid });
    startSending();
    return;
  }
  const { sendAgain, ...failed } = news;
  tell(failed);
  if (!setup.login) return;
  setTimeout(() => {
    login();
    sendAgain();
  });
};

contender.news$.subscribe(hear);

/** A page whose tab is closed goes on for a moment after it is told so: every change is written down. */
const leave = (name: string): void => {
  const { setItem, removeItem } = Storage.prototype;
  const writeDown = (storage: Storage): void => {
    if (storage === sessionStorage) setItem.call(localStorage, name, JSON.stringify(sessionStorage));
  };
  addEventListener('pagehide', () => {
    writeDown(sessionStorage);
    Storage.prototype.setItem = function (...given) {
      setItem.apply(this, given);
      writeDown(this);
    };
    Storage.prototype.removeItem = function (...given) {
      removeItem.apply(this, given);
      writeDown(this);
    };
  });
};

/** The parameters of a session tell one server from another; nobody announces these. */
const disguise = (): void => {
  const key = 'strophe-bosh-session';
  const record = JSON.parse(sessionStorage.getItem(key) ?? '{}') as object;
  sessionStorage.setItem(key, JSON.stringify({ ...record, polling: 59 }));
};

window.chaos = {
  stop() {
    stopped = true;
    return Number(read('sent'));
  },
  hold(count) {
    contender.pause();
    for (let n = 0; n < count; n++) sendNext();
  },
  resume: () => contender.resume(),
  paused: () => contender.isPaused(),
  has: (n) => arrivals().some((arrival) => arrival.n === n),
  memory: () => ({ sent: Number(read('sent')), received: arrivals() }),
  leave,
  requests: () => requests,
};

if (load === 1) login();
else {
  tell({ type: 'begun', how: 'restore' });
  if (setup.contender === 'rxmpp') startSending();
  if (setup.unknown) disguise();
  try {
    contender.restore(setup.jid, setup.password);
  } catch (error) {
    tell({ type: 'failed', during: 'attach', condition: 'threw', message: String(error) });
    if (setup.login) login();
  }
}
