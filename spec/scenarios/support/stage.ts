import { Observable, type SchedulerLike, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type ClientOptions,
  createClient,
  type Client,
  type Delivery,
  type HttpPort,
  type Platform,
  type Stanza,
  type Status,
  type WireEvent,
} from 'rxmpp';
import {
  createDomain,
  type Domain,
  type DomainOptions,
  memoryLocks,
  memoryStorage,
  type MemoryStorage,
  scriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
  type SeenRequest,
  syncCrypto,
} from 'rxmpp/testing';

/** A client under test, and everything it has shown so far. */
export interface Actor {
  readonly client: Client;
  /** Every status, the first one included. */
  readonly statuses: readonly Status[];
  readonly status: Status;
  readonly stanzas: readonly Stanza[];
  readonly wire: readonly WireEvent[];
  /** Every change on `delivery$`. */
  readonly deliveries: readonly Delivery[];
  /** What it has asked the network for, in order. */
  readonly requests: readonly SeenRequest[];
  /** Its requests that wait for an answer. */
  readonly open: readonly SeenRequest[];
  /** The most that were open at once. */
  readonly mostOpen: number;
  /** How many timers it has set that are still to come. */
  readonly timers: number;
  /** Which of its public streams have completed. */
  readonly completed: readonly string[];
  readonly storage: MemoryStorage;
}

export interface ActorOptions extends ClientOptions {
  readonly service?: string;
  readonly storage?: MemoryStorage;
}

/** What a client finds around itself: nothing real, and all of it watched. */
export interface Surroundings {
  readonly platform: Partial<Platform>;
  readonly storage: MemoryStorage;
  readonly requests: readonly SeenRequest[];
  readonly open: readonly SeenRequest[];
  readonly mostOpen: number;
  readonly timers: number;
}

/** Virtual time, and clients in it. */
export interface Stage {
  readonly scheduler: TestScheduler;
  /** Lets that much time go by, in ms; what is due at its end is done as well. */
  pass(ms: number): void;
  now(): number;
  /** A client with nothing real around it; `keepalive` keeps in `storage`. */
  actor(options?: ActorOptions): Actor;
  /** For what is no client. */
  surroundings(): Surroundings;
}

export interface DomainStage extends Stage {
  readonly domain: Domain;
}

export interface ScriptedStage extends Stage {
  readonly server: ScriptedServer;
}

export const URL = 'https://example.com/http-bind';
export const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;

/** Bytes that look random and are the same in every run. */
export const bytesFrom = (seed: number): ((count: number) => Uint8Array) => {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return (count) => Uint8Array.from({ length: count }, next);
};

/** The same clock, with an eye on what is still to come. */
const watched = (scheduler: SchedulerLike) => {
  const pending = new Set<Subscription>();
  const schedule: SchedulerLike['schedule'] = (work, delay, state) => {
    const timer = new Subscription();
    pending.add(timer);
    timer.add(() => pending.delete(timer));
    timer.add(
      scheduler.schedule(
        function (given) {
          pending.delete(timer);
          work.call(this, given!);
        },
        delay,
        state,
      ),
    );
    return timer;
  };
  return { pending, clock: { now: () => scheduler.now(), schedule } satisfies SchedulerLike };
};

/** The same port, with a list of what went through it. */
const listed = (port: HttpPort, log: readonly SeenRequest[]) => {
  const requests: SeenRequest[] = [];
  const most = { open: 0 };
  const open = (): readonly SeenRequest[] => requests.filter(({ state }) => state === 'open');
  const http: HttpPort = (request) =>
    new Observable((subscriber) => {
      subscriber.add(port(request).subscribe(subscriber));
      requests.push(log[log.length - 1]!);
      most.open = Math.max(most.open, open().length);
    });
  return { http, requests, open, most };
};

interface Network {
  readonly http: HttpPort;
  readonly log: readonly SeenRequest[];
}

/** What the pages of one browser share. */
const browser = () => ({ locks: memoryLocks().locks, shared: memoryStorage() });

const surround = (
  scheduler: SchedulerLike,
  { http: port, log }: Network,
  pages: Partial<Platform>,
  seed: number,
  storage: MemoryStorage,
): Surroundings => {
  const { clock, pending } = watched(scheduler);
  const { http, requests, open, most } = listed(port, log);
  const random = bytesFrom(seed);
  return {
    platform: { ...pages, http, uploads: true, storage, random, crypto: syncCrypto, scheduler: clock },
    storage,
    requests,
    get open() {
      return open();
    },
    get mostOpen() {
      return most.open;
    },
    get timers() {
      return pending.size;
    },
  };
};

/** Every stream of a client, written down. */
const listen = (client: Client) => {
  const [statuses, stanzas, wire, completed]: [Status[], Stanza[], WireEvent[], string[]] = [[], [], [], []];
  const { status$, stanza$, session$, paused$, wire$, delivery$ } = client;
  const deliveries: Delivery[] = [];
  for (const [name, stream$] of Object.entries<Observable<unknown>>({
    status$,
    stanza$,
    session$,
    paused$,
    wire$,
    delivery$,
  })) {
    stream$.subscribe({ complete: () => completed.push(name) });
  }
  status$.subscribe((status) => statuses.push(status));
  stanza$.subscribe((stanza) => stanzas.push(stanza));
  wire$.subscribe((event) => wire.push(event));
  delivery$.subscribe((delivery) => deliveries.push(delivery));
  return { statuses, stanzas, wire, deliveries, completed };
};

const createActor = (around: Surroundings, given: ActorOptions): Actor => {
  const { storage: _, service = URL, ...options } = given;
  const client = createClient(service, { ...options, platform: { ...around.platform, ...options.platform } });
  const heard = listen(client);
  return {
    ...{ client, ...heard, requests: around.requests, storage: around.storage },
    get status() {
      return heard.statuses[heard.statuses.length - 1]!;
    },
    get open() {
      return around.open;
    },
    get mostOpen() {
      return around.mostOpen;
    },
    get timers() {
      return around.timers;
    },
  };
};

/** Whatever happened: a closed client leaves no request and no timer, and its streams are complete. */
const expectClean = (actor: Actor): void => {
  actor.client.close();
  expect({ open: actor.open.length, timers: actor.timers }).toEqual({ open: 0, timers: 0 });
  expect([...actor.completed].sort()).toEqual([
    'delivery$',
    'paused$',
    'session$',
    'stanza$',
    'status$',
    'wire$',
  ]);
};

const inVirtualTime = (
  play: (stage: Stage) => void,
  network: (scheduler: TestScheduler) => Network,
): void => {
  const scheduler = new TestScheduler(() => undefined);
  const actors: Actor[] = [];
  let seed = 0;
  const pass = (ms: number): void => {
    scheduler.schedule(() => undefined, ms);
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
  };
  scheduler.run(() => {
    scheduler.maxFrames = 0;
    const net = network(scheduler);
    const pages = browser();
    const surroundings = (storage = memoryStorage()): Surroundings =>
      surround(scheduler, net, pages, (seed += 1), storage);
    const actor = (options: ActorOptions = {}): Actor => {
      actors.push(createActor(surroundings(options.storage), options));
      return actors[actors.length - 1]!;
    };
    play({ scheduler, pass, now: () => scheduler.now(), actor, surroundings: () => surroundings() });
    actors.forEach(expectClean);
  });
};

/** A scenario in an XMPP domain with the users romeo and juliet. Virtual time, nothing awaited. */
export const inDomain =
  (play: (stage: DomainStage) => void, options: DomainOptions = {}): (() => void) =>
  () => {
    let domain: Domain;
    inVirtualTime(
      (stage) => play({ ...stage, domain }),
      (scheduler) => {
        domain = createDomain({ scheduler, users: { romeo: 'montague', juliet: 'capulet' }, ...options });
        return { http: domain.http, log: domain.requests };
      },
    );
  };

/** A scenario with a server that says what it is told, word by word. */
export const withServer =
  (
    play: (stage: ScriptedStage) => void,
    options: Omit<ScriptedServerOptions, 'scheduler'> = {},
  ): (() => void) =>
  () => {
    let server: ScriptedServer;
    inVirtualTime(
      (stage) => play({ ...stage, server }),
      (scheduler) => {
        server = scriptedServer({ scheduler, ...options });
        return { http: server.http, log: server.requests };
      },
    );
  };
