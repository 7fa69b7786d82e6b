import { VirtualTimeScheduler } from 'rxjs';
import { $msg, type Stanza } from 'rxmpp';
import { createDomain, type Domain, type DomainOptions } from 'rxmpp/testing';
import { ROMEO } from '../../support/stage.js';
import { createWorld, openPage, type Page, type PageOptions, type World } from './page.js';

export const JULIET = 'juliet@example.com/balcony';
export const KEY = 'strophe-bosh-session';

/** Pages that follow each other on one tab of one browser, and the domain they talk to. Virtual time. */
export interface Pages {
  readonly world: World;
  readonly domain: Domain;
  readonly now: () => number;
  /** Lets that much time go by, in ms. */
  readonly pass: (ms: number) => void;
  /** Lets time go by until something is so. */
  readonly until: (isSo: () => boolean) => void;
  readonly open: (options?: PageOptions) => Page;
  /** A page that has logged in. */
  readonly login: (options?: PageOptions) => Page;
  /** The page after a reload: it has called `restore`. */
  readonly reload: (options?: PageOptions) => Page;
  /** Juliet says something to the session of the pages. */
  readonly tell: (...texts: readonly string[]) => void;
  /** The messages that the server has processed from the pages, in order. */
  readonly received: () => readonly (string | undefined)[];
}

export const text = (said: string) => $msg({ to: JULIET, type: 'chat', id: said }).c('body', {}, said);

const wordsOf = (stanzas: readonly Stanza[]): readonly (string | undefined)[] =>
  stanzas.filter(({ name }) => name === 'message').map((stanza) => stanza.child('body')?.text);

/** What the app of a page was told, in order; with a star what it may have been told before. */
export const heard = ({ stanzas }: Page): readonly string[] =>
  stanzas.flatMap((stanza) => {
    const said = stanza.child('body')?.text;
    return said === undefined ? [] : [`${said}${stanza.redelivered ? '*' : ''}`];
  });

/** The record that is kept now. */
export const recordIn = ({ storage }: World, key = KEY): Readonly<Record<string, unknown>> =>
  JSON.parse(storage.getItem(key) ?? 'null') as Readonly<Record<string, unknown>>;

/** 10 ms each way; romeo and juliet; PLAIN. */
export const onPages =
  (play: (pages: Pages) => void, options: DomainOptions = {}): (() => void) =>
  () => {
    const scheduler = new VirtualTimeScheduler(undefined, 0);
    const users = { romeo: ROMEO.password, juliet: 'capulet' };
    const domain = createDomain({ scheduler, users, latencyMs: 10, mechanisms: ['PLAIN'], ...options });
    domain.user(JULIET);
    const world = createWorld(domain);

    const pass = (ms: number): void => {
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.flush();
      scheduler.frame = scheduler.maxFrames;
    };
    const until = (isSo: () => boolean): void => {
      for (let ms = 0; ms < 10_000 && !isSo(); ms++) pass(1);
      expect(isSo()).toBe(true);
    };
    const open = (given: PageOptions = {}): Page => openPage(world, given);
    const login = (given?: PageOptions): Page => {
      const page = open(given);
      page.client.connect(ROMEO);
      pass(200);
      expect(page.status).toMatchObject({ type: 'online', how: 'connected' });
      return page;
    };
    const reload = (given?: PageOptions): Page => {
      const page = open(given);
      page.client.restore();
      return page;
    };
    const tell = (...texts: readonly string[]): void => {
      for (const said of texts)
        domain.deliver(
          ROMEO.jid,
          $msg({ from: JULIET, to: ROMEO.jid, type: 'chat' }).c('body', {}, said).tree(),
        );
    };
    const received = () => wordsOf(domain.received(ROMEO.jid));
    play({ world, domain, now: () => scheduler.frame, pass, until, open, login, reload, tell, received });
  };

/** Plays once for every step after which the page may die, until it dies no more; returns how many those were. */
export const atEveryStep = (play: (pages: Pages, dies: (page: Page) => void) => void): number => {
  let dying = true;
  let step = 0;
  while (dying) {
    step += 1;
    onPages((pages) => {
      const armed: Page[] = [];
      play(pages, (page) => {
        armed.push(page);
        page.fuse.arm((_, n) => n >= step);
      });
      dying = armed[0]!.fuse.last !== undefined;
    })();
  }
  return step;
};
