import { config, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type HttpPort,
  type HttpRequest,
  includeWebSocket,
  type Platform,
  type Prebound,
  prebind,
  Strophe,
} from 'rxmpp';
import {
  createDomain,
  type Domain,
  type DomainOptions,
  memoryStorage,
  type MemoryStorage,
  syncCrypto,
} from 'rxmpp/testing';

export const JULIET = 'juliet@example.com/balcony';
export const ROMEO = 'romeo@example.com/orchard';

/** A page that has a connection, and notes down what its callback hears. */
export interface Page {
  readonly connection: Strophe.Connection;
  readonly storage: MemoryStorage;
  /** The callback: notes the name of the status and, where there is one, the condition. */
  readonly callback: Strophe.ConnectCallback;
  readonly heard: readonly string[];
  /** The tab is closed or reloaded: nothing of it goes on, nobody is told. */
  kill(): void;
}

export interface PageOptions extends Strophe.ConnectionOptions {
  /** Stands between the page and the network. */
  readonly http?: (request: HttpRequest, http: HttpPort) => ReturnType<HttpPort>;
  readonly service?: string;
  /** What `sessionStorage` is; null for a page that has none. */
  readonly storage?: MemoryStorage | null;
}

export interface Stage {
  readonly domain: Domain;
  /** Lets that much time go by, in ms. */
  pass(ms: number): void;
  page(options?: PageOptions): Page;
  /** A session of Juliet's that a server has opened for a page. */
  prebound(): Prebound;
  /** A page that has logged in as Juliet. */
  online(options?: PageOptions): Page;
  /** The errors that were reported to nobody in particular since this was last asked. */
  unhandled(): readonly unknown[];
}

const NAMES = new Map<number, string>(Object.entries(Strophe.Status).map(([name, number]) => [number, name]));

/** What a call that is refused throws. */
export const refusal = (name: string, condition: string): Error =>
  expect.objectContaining({ name, condition }) as Error;

/** As text, as a callback is told of it. */
export const said = (status: number, condition: string | null): string =>
  `${NAMES.get(status) ?? status}${condition === null ? '' : ` ${condition}`}`;

const bytes = (seed: number) => {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return (count: number): Uint8Array => Uint8Array.from({ length: count }, next);
};

/** Real timers reach no further than this, in ms; a longer one would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

const clockOf = (scheduler: TestScheduler): SchedulerLike => {
  type Work = (this: SchedulerAction<unknown>, state?: unknown) => void;
  const schedule: SchedulerLike['schedule'] = (work, delay = 0, state) => {
    if (delay > LONGEST_TIMER) config.onUnhandledError?.(new Error(`A timer of ${delay} ms`));
    return scheduler.schedule(work as Work, delay, state);
  };
  return { now: () => scheduler.now(), schedule };
};

const platformOf = (scheduler: TestScheduler, { http, webSocket }: Domain, seed: number) =>
  ({
    http,
    webSocket,
    loadWebSocket: includeWebSocket,
    uploads: true,
    random: bytes(seed),
    crypto: syncCrypto,
    scheduler: clockOf(scheduler),
  }) satisfies Partial<Platform>;

const createPage = (scheduler: TestScheduler, domain: Domain, seed: number, given: PageOptions): Page => {
  const { service = domain.url, storage = memoryStorage(), http, platform: more, ...options } = given;
  const usual = platformOf(scheduler, domain, seed);
  const platform = {
    ...{ ...usual, storage: storage ?? undefined, ...more },
    ...(http && { http: (request: HttpRequest) => http(request, usual.http) }),
  };
  const connection = new Strophe.Connection(service, { ...options, platform });
  const heard: string[] = [];
  return {
    connection,
    storage: storage ?? memoryStorage(),
    heard,
    callback: (status, condition) => heard.push(said(status, condition)),
    kill: () => connection.client.close(),
  };
};

/** A scenario in an XMPP domain with the users Romeo and Juliet, in virtual time. What nobody handles fails it. */
export const inDomain =
  (play: (stage: Stage) => void, options: DomainOptions = {}): (() => void) =>
  () => {
    const scheduler = new TestScheduler(() => undefined);
    const users = { romeo: 'montague', juliet: 'capulet' };
    const domain = createDomain({ scheduler, users, mechanisms: ['PLAIN'], ...options });
    const pages: Page[] = [];
    let errors: unknown[] = [];
    const pass = (ms: number): void => {
      scheduler.schedule(() => undefined, ms);
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.flush();
    };
    const unhandled = (): readonly unknown[] => {
      pass(1);
      const taken = errors;
      errors = [];
      return taken;
    };
    const page: Stage['page'] = (given = {}) => {
      pages.push(createPage(scheduler, domain, pages.length + 1, given));
      return pages[pages.length - 1]!;
    };
    const prebound: Stage['prebound'] = () => {
      const made: Prebound[] = [];
      const options = { jid: JULIET, password: 'capulet', platform: platformOf(scheduler, domain, 99) };
      prebind(domain.url, options).subscribe((tokens) => made.push(tokens));
      pass(1000);
      return made[0]!;
    };
    const online: Stage['online'] = (given) => {
      const made = page(given);
      made.connection.connect(JULIET, 'capulet', made.callback);
      pass(1000);
      expect(made.heard.at(-1)).toBe('CONNECTED');
      return made;
    };
    scheduler.run(() => {
      scheduler.maxFrames = 0;
      config.onUnhandledError = (error) => errors.push(error);
      try {
        play({ domain, pass, page, prebound, online, unhandled });
        expect(unhandled()).toEqual([]);
      } finally {
        for (const { kill } of pages) kill();
        config.onUnhandledError = null;
      }
    });
  };
