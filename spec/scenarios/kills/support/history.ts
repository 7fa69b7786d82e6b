import { VirtualTimeScheduler } from 'rxjs';
import { createDomain, type Domain, type ServerProfile } from 'rxmpp/testing';
import { ROMEO } from '../../support/stage.js';
import { createWorld, openPage, type Page } from './page.js';
import { type Random, randomFrom } from './random.js';
import { createTalk, JULIET, type Talk } from './talk.js';
import { judge, type Verdict } from './verdict.js';

export interface HistoryOptions {
  readonly profile: ServerProfile;
  readonly seed: number;
  /** How often a page dies and is opened again. Default: once or twice. */
  readonly kills?: number;
  /** Whether each restored page dies once more while it is being restored. */
  readonly double?: boolean;
  /** Whether the network fails now and then, besides. */
  readonly faults?: boolean;
}

/** What came of a history, and the steps that its pages died at. */
export interface History extends Verdict {
  readonly deaths: readonly string[];
  /** Whether a request of a dead page came to the server after the copy that the next page had sent of it was answered. */
  readonly isOvertaken: boolean;
}

const ONLINE_MS = 25_000;

const isOvertaken = ({ requests }: Domain): boolean =>
  requests.some(({ rid, at, answered }) =>
    requests.some(
      (copy) => copy.rid === rid && copy.at > at && copy.answered && copy.answered.at < (answered?.at ?? 0),
    ),
  );

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
  kills: given,
  double = false,
  faults = false,
}: HistoryOptions): History => {
  const random = randomFrom(seed);
  const kills = given ?? random.whole(1, 2);
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const latencyMs = { upMs: random.pick([0, 3, 20, 70]), downMs: random.pick([0, 3, 20, 70]) };
  const domain = createDomain({
    ...{ ...profile, scheduler, latencyMs, mechanisms: ['PLAIN'] },
    users: { romeo: ROMEO.password, juliet: 'capulet' },
  });
  domain.user(JULIET);
  const world = createWorld(domain, seed);
  const talk = createTalk(world);
  const deaths: string[] = [];

  const pass = (ms: number): void => {
    const end = scheduler.frame + ms;
    scheduler.maxFrames = end;
    scheduler.flush();
    scheduler.frame = end;
  };
  const open = (): Page => openPage(world, { lingers: random.chance(0.5), handler: talk.handler });
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
  const reopen = (): Page => {
    const page = open();
    try {
      page.client.restore();
    } catch (error) {
      // The page before died while it cleared away a session that was over.
      if (!deaths.at(-1)?.startsWith('remove ')) throw error;
    }
    return page;
  };

  let page = open();
  page.client.connect(ROMEO);
  let alive = settle(page);
  if (faults) disturb(domain, random);
  for (let life = 1; life <= kills && alive; life++) {
    arm(page, 60);
    live(page);
    die(page);
    page = reopen();
    if (double) {
      arm(page, 15);
      if (random.chance(0.3)) talk.send(page);
      pass(random.pick([0, 5, 20, 100, 300]));
      // One whose session is over has nothing left to restore, and what it is given to send waits for another session.
      if (page.status.type === 'failed') break;
      die(page);
      page = reopen();
    }
    if (random.chance(0.2)) talk.send(page);
    // What is said while the requests are being repeated is what a server may say to a dead connection.
    if (random.chance(0.5)) {
      pass(random.whole(0, 3 * latencyMs.upMs + 60));
      talk.push();
    }
    alive = settle(page);
  }
  page.client.resume();
  pass(faults ? 20_000 : 2_000);
  const verdict = judge(world, talk, page);
  const failure = page.status.type === 'offline' ? 'restore: no-session' : verdict.failure;
  return { ...verdict, failure, deaths, isOvertaken: isOvertaken(domain) };
};
