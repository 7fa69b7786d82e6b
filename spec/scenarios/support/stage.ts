import { Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
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
  memoryBrowser,
  type MemoryPage,
  type MemoryStorage,
  type Network,
  scriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
  type SeenRequest,
  virtualTime,
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

/** What a page of the kit finds around itself, with an eye on how many requests are open at once. */
const surround = (page: MemoryPage): Surroundings => {
  let mostOpen = 0;
  const http: HttpPort = (request) =>
    new Observable((subscriber) => {
      subscriber.add(page.platform.http(request).subscribe(subscriber));
      mostOpen = Math.max(mostOpen, page.open.length);
    });
  return {
    platform: { ...page.platform, http },
    ...{ storage: page.storage, requests: page.requests },
    get open() {
      return page.open;
    },
    get mostOpen() {
      return mostOpen;
    },
    get timers() {
      return page.timers;
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

const inVirtualTime = <N extends Network>(
  open: (scheduler: TestScheduler) => N,
  play: (stage: Stage, network: N) => void,
): (() => void) =>
  virtualTime((time) => {
    const network = open(time.scheduler);
    const browser = memoryBrowser(network);
    const actors: Actor[] = [];
    const surroundings = (storage?: MemoryStorage): Surroundings => surround(browser.page(storage));
    const actor = (options: ActorOptions = {}): Actor => {
      actors.push(createActor(surroundings(options.storage), options));
      return actors[actors.length - 1]!;
    };
    play({ ...time, actor, surroundings: () => surroundings() }, network);
    actors.forEach(expectClean);
  });

/** A scenario in an XMPP domain with the users romeo and juliet. Virtual time, nothing awaited. */
export const inDomain = (play: (stage: DomainStage) => void, options: DomainOptions = {}): (() => void) =>
  inVirtualTime(
    (scheduler) => createDomain({ scheduler, users: { romeo: 'montague', juliet: 'capulet' }, ...options }),
    (stage, domain) => play({ ...stage, domain }),
  );

/** A scenario with a server that says what it is told, word by word. */
export const withServer = (
  play: (stage: ScriptedStage) => void,
  options: Omit<ScriptedServerOptions, 'scheduler'> = {},
): (() => void) =>
  inVirtualTime(
    (scheduler) => scriptedServer({ scheduler, ...options }),
    (stage, server) => play({ ...stage, server }),
  );
