import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guarded } from './guarded.js';
import { freePort, isOpen } from './port.js';

const START_MS = 30_000;
const POLL_MS = 20;
const LOG_TAIL_LINES = 30;

/** Every domain of a test server and the SASL mechanisms it offers. */
export const DOMAINS = {
  /** PLAIN and every SCRAM. */
  all: 'localhost',
  anonymous: 'anon.localhost',
  plain: 'plain.localhost',
  /** SCRAM-SHA-1 and PLAIN. */
  sha1: 'sha1.localhost',
  /** SCRAM-SHA-256 and PLAIN. */
  sha256: 'sha256.localhost',
} as const;

/** A name beyond ASCII, and a password in the form that SASLprep gives it: what is typed may look different. */
export const FOREIGN = {
  name: 'jürgen.björk',
  password: 'Grüße IX €5 ñ',
  typed: 'Gru\u0308\u00ADße\u00A0\u2168 €5 n\u0303',
} as const;

/** The accounts, the same on each domain but the anonymous one. */
export const USERS = [
  ...['alice', 'bob', 'carol', ...Array.from({ length: 20 }, (_, n) => `user${n + 1}`)],
  FOREIGN.name,
];

export const passwordOf = (user: string): string =>
  user === FOREIGN.name ? FOREIGN.password : `${user}-secret`;

/** An account, ready for `connect`. */
export interface TestUser {
  readonly jid: string;
  readonly password: string;
}

/** A real XMPP server on loopback with files of its own, gone without a trace after `stop()`. */
export interface TestServer {
  readonly name: 'prosody' | 'ejabberd';
  readonly port: number;
  /** URL of its BOSH endpoint. */
  readonly service: string;
  /** URL of its WebSocket endpoint. */
  readonly websocket: string;
  readonly domain: 'localhost';
  readonly anonymousDomain: string;
  readonly plainDomain: string;
  readonly sha1Domain: string;
  readonly sha256Domain: string;
  /** alice, bob, carol, user1 … user20 of `domain`. */
  readonly users: readonly TestUser[];
  /** One account, on `domain` or on another one. */
  readonly user: (name: string, domain?: string) => TestUser;
  /** Where its files lie while it runs. */
  readonly directory: () => string;
  readonly log: () => string;
  /** Kills it and removes its files; resolves when both are gone. */
  readonly stop: () => Promise<void>;
  /** Kills it and starts another on the same port: every session and every stored stanza is lost. */
  readonly restart: () => Promise<void>;
}

export interface TestServerOptions {
  /** Seconds without a request after which a BOSH session is dropped. Default: the server's own (Prosody 60, ejabberd 30). */
  readonly inactivity?: number;
  /** Longest `wait` granted, in seconds. Prosody only, default 120; ejabberd always grants up to 300. */
  readonly maxWait?: number;
}

/** What is peculiar to one server software. */
export interface Software {
  readonly name: TestServer['name'];
  /** Writes its configuration and data into `directory` and runs it. */
  readonly launch: (directory: string, port: number, options: TestServerOptions) => Promise<Guarded>;
  /** Whether it says that its accounts are there. */
  readonly isReady: (output: string) => boolean;
}

const tail = (text: string): string => text.split('\n').slice(-LOG_TAIL_LINES).join('\n');

const untilReady = async (software: Software, guarded: Guarded, port: number): Promise<void> => {
  const deadline = Date.now() + START_MS;
  while (!(software.isReady(guarded.output()) && (await isOpen(port)))) {
    const late = Date.now() > deadline;
    if (late || !guarded.running()) {
      await guarded.stop();
      const what = late ? `did not start within ${START_MS} ms` : 'ended while it started';
      throw new Error(`${software.name} ${what}; the end of its log:\n${tail(guarded.output())}`);
    }
    await delay(POLL_MS);
  }
};

interface Instance {
  readonly directory: string;
  readonly guarded: Guarded;
}

const launch = async (software: Software, port: number, options: TestServerOptions): Promise<Instance> => {
  const directory = await mkdtemp(join(tmpdir(), `rxmpp-${software.name}-`));
  const guarded = await software.launch(directory, port, options);
  await untilReady(software, guarded, port);
  return { directory, guarded };
};

/** Starts a server and resolves once it answers and its accounts are there. */
export const startServer = async (software: Software, options: TestServerOptions): Promise<TestServer> => {
  const port = await freePort();
  let instance = await launch(software, port, options);
  const user = (name: string, domain: string = DOMAINS.all): TestUser => ({
    jid: `${name}@${domain}`,
    password: passwordOf(name),
  });
  const stop = (): Promise<void> => instance.guarded.stop();
  return {
    name: software.name,
    port,
    service: `http://127.0.0.1:${port}/http-bind`,
    websocket: `ws://127.0.0.1:${port}/xmpp-websocket`,
    domain: DOMAINS.all,
    anonymousDomain: DOMAINS.anonymous,
    plainDomain: DOMAINS.plain,
    sha1Domain: DOMAINS.sha1,
    sha256Domain: DOMAINS.sha256,
    users: USERS.map((name) => user(name)),
    user,
    directory: () => instance.directory,
    log: () => instance.guarded.output(),
    stop,
    restart: async () => {
      await stop();
      instance = await launch(software, port, options);
    },
  };
};
