import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { createIds, type Ids } from './ids.js';
import type { Mechanism } from './sasl.js';
import { type Latency, readLatency } from './wire.js';

/**
 * Parameters of the BOSH sessions (XEP-0124 §7.2), each with what the domain says unless told. One that is given as
 * undefined is missing in the creation answer, as with servers that don't send it.
 */
export interface BoshParameters {
  /** Longest time a request is held, in seconds (60). */
  readonly wait?: number | undefined;
  /** Most requests held at once (1). */
  readonly hold?: number | undefined;
  /** Most requests at once (hold + 1; 1 for a polling session). */
  readonly requests?: number | undefined;
  /** Longest time without any request, in seconds (30). Missing: the session never expires. */
  readonly inactivity?: number | undefined;
  /** Shortest time between two empty requests, in seconds (5). Missing: no limit. */
  readonly polling?: number | undefined;
  /** Longest pause, in seconds (120). Missing: `pause` is ignored. */
  readonly maxpause?: number | undefined;
  /** Version of the protocol ('1.11'). */
  readonly ver?: string | undefined;
  /** Whether answers carry `ack` (XEP-0124 §9.1; false). A client that sends `ack` gets an unlimited replay memory (§9.2) either way. */
  readonly ack?: boolean | undefined;
}

/** What the WebSocket side of a domain does, each with what holds unless told. */
export interface SocketManner {
  /** Whether streams can be managed (XEP-0198; true). */
  readonly management: boolean;
  /** How long a managed stream is kept without a connection, in seconds (300). */
  readonly resume: number;
  /** How many stanzas are kept for a client that does not acknowledge them; after more its stream can not be resumed (500). */
  readonly keeps: number;
  /** Whether the client's count is asked for after each stanza (true). */
  readonly asks: boolean;
  /** The subprotocol it speaks ('xmpp'). */
  readonly protocol: string;
}

/** Where servers differ. The defaults are XEP-0124 read strictly; other servers are other data. */
export interface BoshManner {
  /** The condition that answers a creation request for another domain. */
  readonly unknownHost: string;
  /** A request for a session nobody knows: the body of an ended session, or HTTP 404. */
  readonly unknownSid: 'terminate' | 404;
  /** A rid beyond the window: the session ends, or only that request is refused. */
  readonly beyondWindow: 'terminate' | 'refuse';
  /** A rid too low to be replayed: the session ends, the request is refused, or it is never answered. */
  readonly lowRid: 'terminate' | 'refuse' | 'hang';
  /**
   * A rid whose copy was released before and is held again: that one is released too, or the remembered answer is repeated,
   * which is the last one given to that rid, or for ever the first.
   */
  readonly releasedRid: 'release' | 'replay' | 'replay-first';
  /**
   * Whether the empty answer can be repeated that a request got because a later one came. Else that request is held anew
   * when it comes again, or is too low once a later one was answered with more than that.
   */
  readonly surplusReplay: boolean;
  /** A rid comes twice that still waits for a lower one: the first copy is told to try again, or the session ends. */
  readonly earlyTwice: 'recover' | 'terminate';
  /**
   * The connection of a held request dies: nobody notices, and the answer goes to the dead connection (to be replayed); it is
   * noticed, and what comes waits for the re-sent request; or it is noticed and forgotten: what comes waits for any request,
   * and the re-sent one is held anew if its rid is the highest, else refused as too low.
   */
  readonly lostConnection: 'unnoticed' | 'noticed' | 'forgotten';
  /** Whether a request for a pause is answered itself; else only those that it releases. */
  readonly pauseAnswer: boolean;
  /** Whether a re-sent held request is answered with its own attributes and, where there is nothing else, its own stanzas. */
  readonly echo: boolean;
  /** Whether too many or too early empty requests end the session with policy-violation (XEP-0124 §11, §12). */
  readonly overactivity: boolean;
  /** Whether the creation answer carries the features; else they come with the next one. */
  readonly earlyFeatures: boolean;
}

/** What a domain is like; every field may be left out, its default stands with it. */
export interface DomainOptions {
  /** All time of the domain (`asyncScheduler`). A TestScheduler in run mode makes it virtual. */
  readonly scheduler?: SchedulerLike;
  /** 'example.com' */
  readonly domain?: string;
  /** Password by node: the accounts. */
  readonly users?: Readonly<Record<string, string>>;
  /** Node by OAuth 2.0 access token, for OAUTHBEARER and X-OAUTH2 (none). */
  readonly tokens?: Readonly<Record<string, string>>;
  /** The node that the certificate of every client names, for EXTERNAL (none: EXTERNAL lets nobody in). */
  readonly certificate?: string | undefined;
  /** Whether the user with that node may act as another JID (nobody may). */
  readonly mayActAs?: (node: string, authzid: string) => boolean;
  /** Offered in this order (SCRAM-SHA-256, SCRAM-SHA-1, PLAIN). */
  readonly mechanisms?: readonly Mechanism[];
  /** Of SCRAM's hashes (64, so that a login costs no time; real servers ask for 4096 or more). */
  readonly iterations?: number;
  readonly bosh?: BoshParameters;
  readonly manner?: Partial<BoshManner>;
  readonly socket?: Partial<SocketManner>;
  /** Names the resource that is bound; default: what was asked for, else a generated one. */
  readonly resource?: (asked: string | undefined) => string;
  /** The resource is taken: the older session ends, bind fails, or a generated resource is bound ('replace'). */
  readonly conflict?: 'replace' | 'refuse' | 'rename';
  /** How RFC 3921's session feature is offered ('optional'). */
  readonly session?: 'optional' | 'required' | 'none';
  /**
   * A message to an account without any available resource is kept until there is one, which sees since when it was
   * (XEP-0203), or comes back ('store').
   */
  readonly offlineMessages?: 'store' | 'bounce';
  /** Time on the way, in ms; a number counts for each way (0). Nothing is ever answered synchronously. */
  readonly latencyMs?: number | Latency;
  /** Whether the port tells when a body has left (true). */
  readonly uploads?: boolean;
  /** How many requests and stanzas are remembered at least (all): fewer for a server that runs for long. */
  readonly remember?: number;
  /** Makes generated names unguessable, in [0, 1); without it they are counted. */
  readonly random?: () => number;
}

/** The same with everything decided. */
export interface DomainSettings extends Required<
  Omit<DomainOptions, 'latencyMs' | 'manner' | 'random' | 'socket'>
> {
  readonly manner: BoshManner;
  readonly socket: SocketManner;
  readonly latency: Latency;
  readonly ids: Ids;
}

const STRICT: BoshManner = {
  unknownHost: 'host-unknown',
  unknownSid: 'terminate',
  beyondWindow: 'terminate',
  lowRid: 'terminate',
  releasedRid: 'release',
  surplusReplay: true,
  earlyTwice: 'recover',
  lostConnection: 'unnoticed',
  pauseAnswer: true,
  echo: false,
  overactivity: true,
  earlyFeatures: true,
};

const SOCKET: SocketManner = { management: true, resume: 300, keeps: 500, asks: true, protocol: 'xmpp' };

const BOSH: BoshParameters = {
  wait: 60,
  hold: 1,
  inactivity: 30,
  polling: 5,
  maxpause: 120,
  ver: '1.11',
  ack: false,
};

export const settle = (options: DomainOptions): DomainSettings => {
  const { latencyMs = 0, manner, random, bosh, socket, ...given } = options;
  const ids = createIds(random);
  return {
    scheduler: asyncScheduler,
    domain: 'example.com',
    users: {},
    tokens: {},
    certificate: undefined,
    mayActAs: () => false,
    mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'],
    iterations: 64,
    resource: (asked) => asked ?? ids('resource'),
    conflict: 'replace',
    session: 'optional',
    offlineMessages: 'store',
    uploads: true,
    remember: Infinity,
    ...given,
    ...{
      ids,
      latency: readLatency(latencyMs),
      bosh: { ...BOSH, ...bosh },
      socket: { ...SOCKET, ...socket },
      manner: { ...STRICT, ...manner },
    },
  };
};
