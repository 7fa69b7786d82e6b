import { VirtualTimeScheduler } from 'rxjs';
import { type Client, element, NS, type Stanza } from 'rxmpp';
import { createDomain, type Domain, type ServerProfile } from 'rxmpp/testing';
import { ROMEO } from '../../support/stage.js';
import { createWorld, openPage, type Page, type World } from './page.js';
import { type Random, randomFrom } from './random.js';

export interface HistoryOptions {
  readonly profile: ServerProfile;
  readonly seed: number;
  /** How often a page dies and is opened again. */
  readonly kills: number;
  /** Whether each restored page dies once more while it is being restored. */
  readonly double?: boolean;
  /** Whether the network fails now and then, besides. */
  readonly faults?: boolean;
}

/** What is wrong with a history, seen from both ends; empty lists: nothing. */
export interface Verdict {
  /** Numbers of messages that were sent, did not reach the server, and are not in the lists of a failed session either. */
  readonly lostOut: readonly number[];
  readonly doubledOut: readonly number[];
  /** Numbers of messages that the server pushed and the app never saw. Once its session has failed nobody can know. */
  readonly lostIn: readonly number[];
  /** Given to the app more than once without a word. */
  readonly doubledIn: readonly number[];
  readonly disordered: boolean;
  /** Answers of handlers that did not arrive exactly once. */
  readonly replies: readonly string[];
  /** Keys left in the storage that the session does not need. */
  readonly litter: readonly string[];
  /** Why the session ended, if it did. */
  readonly failure: string | undefined;
  readonly redelivered: number;
  /** The steps that the pages died at. */
  readonly deaths: readonly string[];
}

const ONLINE_MS = 25_000;

const message = (kind: 'out' | 're' | 'in', n: number) =>
  element('message', NS.CLIENT, {
    ...(kind === 'in' ? { from: 'juliet@example.com/x', to: ROMEO.jid } : { to: 'juliet@example.com/x' }),
    ...{ type: 'chat', id: `${kind}-${n}` },
  });

const numberOf = (stanza: Stanza, kind: string): number | undefined => {
  const [name, n] = (stanza.attrs['id'] ?? '').split('-');
  return stanza.name === 'message' && name === kind ? Number(n) : undefined;
};

/** The two ends of a conversation, and what each of them knows. */
const createTalk = (world: World) => {
  const seen: { readonly n: number; readonly redelivered: boolean }[] = [];
  const accepted: number[] = [];
  let sent = 0;
  let pushed = 0;

  /** One whose `send` did not return may have been sent or not. */
  const send = ({ client, fuse }: Page): void => {
    sent += 1;
    client.send(message('out', sent));
    if (!fuse.blown) accepted.push(sent);
  };
  const push = (): void => {
    if (world.domain.sessions.length === 0) return;
    pushed += 1;
    world.domain.deliver(ROMEO.jid, message('in', pushed));
  };
  /** Every third message gets an answer from its handler. */
  const handler = (stanza: Stanza, client: Client): void => {
    const n = numberOf(stanza, 'in');
    if (n === undefined) return;
    seen.push({ n, redelivered: stanza.redelivered });
    if (n % 3 === 0) client.send(message('re', n));
  };
  return {
    ...{ seen, accepted, send, push, handler },
    get pushed() {
      return pushed;
    },
  };
};

type Talk = ReturnType<typeof createTalk>;

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

const repeated = (numbers: readonly number[]): readonly number[] =>
  numbers.filter((n, i) => numbers.indexOf(n) !== i);

const without = (all: readonly number[], some: readonly number[]): readonly number[] => {
  const known = new Set(some);
  return all.filter((n) => !known.has(n));
};

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

/** What a session that rests keeps: its record and the one request that is with the server. */
const litterIn = ({ storage, shared }: World): readonly string[] => {
  const wanted = /^strophe-bosh-session(:f:\d+)?$/;
  const bodies = storage.keys().filter((key) => key.includes(':f:'));
  return [
    ...storage.keys().filter((key) => !wanted.test(key)),
    ...bodies.slice(1),
    ...shared.keys().slice(1),
  ];
};

/** What a session that failed has handed back. */
const handedBack = ({ status }: Page): readonly Stanza[] =>
  status.type === 'failed' ? [...status.unsent, ...status.uncertain] : [];

const failureOf = ({ status }: Page): string | undefined =>
  status.type === 'failed' ? `${status.during}: ${status.error.condition}` : undefined;

const judge = (world: World, talk: Talk, last: Page, deaths: readonly string[]): Verdict => {
  const failure = failureOf(last) ?? (last.status.type === 'online' ? undefined : 'never online');
  const received = world.domain.received(ROMEO.jid);
  const numbers = (kind: string): readonly number[] =>
    received.flatMap((stanza) => numberOf(stanza, kind) ?? []);
  const [out, answers] = [numbers('out'), numbers('re')];
  const told = (kind: string): readonly number[] =>
    handedBack(last).flatMap((one) => numberOf(one, kind) ?? []);
  const first = talk.seen.filter(({ n }, i) => talk.seen.findIndex((one) => one.n === n) === i);
  const seen = first.map(({ n }) => n);
  const again = talk.seen.filter((one) => !first.includes(one));
  const asked = seen.filter((n) => n % 3 === 0);
  const replies = [
    ...without(asked, [...answers, ...told('re')]).map((n) => `missing ${n}`),
    ...repeated(answers).map((n) => `twice ${n}`),
  ];
  return {
    lostOut: without(talk.accepted, [...out, ...told('out')]),
    doubledOut: repeated(out),
    lostIn: failure === undefined ? without(upTo(talk.pushed), seen) : [],
    doubledIn: again.filter(({ redelivered }) => !redelivered).map(({ n }) => n),
    disordered: !isAscending(out) || !isAscending(seen) || !isAscending(answers),
    replies,
    litter: failure === undefined ? litterIn(world) : [],
    failure,
    redelivered: again.length,
    deaths,
  };
};

const disturb = (domain: Domain, random: Random): void => {
  domain.intercept(() => {
    if (!random.chance(0.06)) return undefined;
    return random.pick([
      { drop: true } as const,
      { dropAnswer: true } as const,
      { answer: { status: 502, body: '<html/>' } },
      { delayMs: random.whole(1, 300) },
      { answerDelayMs: random.whole(1, 300) },
    ]);
  });
};

const act = (page: Page, talk: Talk, random: Random): void => {
  const times = random.chance(0.02) ? 25 : random.whole(1, 3);
  const what = random.next();
  for (let i = 0; i < times && !page.fuse.blown; i++) {
    if (what < 0.45) talk.send(page);
    else if (what < 0.85) talk.push();
  }
  if (what >= 0.85 && what < 0.9) page.client.flush();
  if (what >= 0.9) {
    if (random.chance(0.5)) page.client.pause();
    else page.client.resume();
  }
};

/** Plays a history: both sides send numbered messages while pages die at any step and are opened again. */
export const playHistory = ({
  profile,
  seed,
  kills,
  double = false,
  faults = false,
}: HistoryOptions): Verdict => {
  const random = randomFrom(seed);
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const latencyMs = { upMs: random.pick([0, 3, 20, 70]), downMs: random.pick([0, 3, 20, 70]) };
  const domain = createDomain({
    ...{ ...profile, scheduler, latencyMs, mechanisms: ['PLAIN'] },
    users: { romeo: ROMEO.password, juliet: 'capulet' },
  });
  domain.user('juliet@example.com/x');
  const world = createWorld(scheduler, domain);
  const talk = createTalk(world);
  const deaths: string[] = [];

  const pass = (ms: number): void => {
    const end = scheduler.frame + ms;
    scheduler.maxFrames = end;
    scheduler.flush();
    scheduler.frame = end;
  };
  const open = (life: number): Page =>
    openPage(world, { seed: seed + life, lingers: random.chance(0.5), handler: talk.handler });
  /** The page dies at any of its next steps. */
  const arm = ({ fuse }: Page, steps: number): void => {
    const due = random.whole(1, steps);
    fuse.arm((_, n) => n >= due);
  };
  /** Waits for a page to be online; false when it never is. */
  const settle = (page: Page): boolean => {
    for (let ms = 0; ms < ONLINE_MS && page.status.type !== 'failed'; ms += 50) {
      if (page.status.type === 'online') return true;
      pass(50);
    }
    return false;
  };
  const live = (page: Page): void => {
    for (let i = random.whole(2, 9); i > 0 && !page.fuse.blown; i--) {
      act(page, talk, random);
      pass(random.pick([0, 1, 10, 60, 100, 250]));
    }
  };
  const die = (page: Page): void => {
    page.kill();
    deaths.push(page.fuse.last ?? 'between');
    for (let i = random.whole(0, 2); i > 0; i--) {
      pass(random.pick([0, 10, 150, 600]));
      if (random.chance(0.6)) talk.push();
    }
    pass(random.pick([0, 5, 100, 800]));
  };
  const reopen = (life: number): Page => {
    const page = open(life);
    page.client.restore();
    return page;
  };

  let page = open(0);
  page.client.connect(ROMEO);
  let alive = settle(page);
  if (faults) disturb(domain, random);
  for (let life = 1; life <= kills && alive; life++) {
    arm(page, 60);
    live(page);
    die(page);
    page = reopen(life * 2);
    if (double) {
      arm(page, 15);
      if (random.chance(0.3)) talk.send(page);
      pass(random.pick([0, 5, 20, 100, 300]));
      die(page);
      page = reopen(life * 2 + 1);
    }
    if (random.chance(0.2)) talk.send(page);
    alive = settle(page);
  }
  page.client.resume();
  pass(faults ? 20_000 : 2_000);
  return judge(world, talk, page, deaths);
};
