import { noop, type Observable, of } from 'rxjs';

import { attaching, creating } from '../protocol/bosh-open.js';
import type { BoshSettings, BoshState } from '../protocol/bosh-state.js';
import type { Restored } from '../protocol/record.js';
import type { AttachPlan, LoginPlan, SessionEffect, SessionEvent } from '../protocol/session-state.js';
import type { SaslCredentials } from '../protocol/sasl-mechanisms.js';
import type { ScramKeys } from '../protocol/scram.js';
import type { SessionTokens } from '../protocol/stream.js';
import type { Transport } from '../transport/transport.js';
import { domainOf, resourceOf } from '../xml/jid.js';
import { type Credentials, isAnonymous } from './credentials.js';
import type { ParseLimits } from '../xml/parse.js';
import type { Kept } from './kept.js';
import type { TransportRequest } from './open-transport.js';
import { limitsOf } from './limits.js';
import { type AttachOptions, type ClientOptions, isPrivate } from './options.js';
import { allowedMechanisms, askMechanism } from './own-mechanism.js';
import type { Platform } from './platform.js';
import { randomId, randomRid } from './random.js';

/** How a session will be opened: the plan for the session machine, and what makes the first state of the BOSH machine. */
export interface Opening<P> {
  readonly plan: P;
  readonly initial: () => BoshState;
  /** The generation of the kept session that goes on, if one does. */
  readonly gen?: number;
  readonly help?: LoginHelp;
}

/** What a login needs of the app beyond its credentials. */
export interface LoginHelp {
  /** The answer of the app's own mechanism. */
  readonly ask: (asked: Extract<SessionEffect, { type: 'ask' }>) => Observable<SessionEvent>;
  /** Never throws: what the app throws is reported as RxJS reports the errors of subscribers. */
  readonly learned: (keys: ScramKeys) => void;
}

/** The same for a session over another transport, which it makes itself. */
export interface OtherOpening<P> {
  readonly plan: P;
  readonly transport: (request: TransportRequest) => Transport;
  readonly gen?: number;
  /** Period of the cycle in which stanzas leave unless told otherwise, in ms. */
  readonly interval: number;
  readonly help?: LoginHelp;
}

const parseLimits = ({ limits }: ClientOptions): ParseLimits => {
  const { maxAnswer: maxLength, maxDepth, maxAttributes, maxElements } = limitsOf(limits);
  return { maxLength, maxDepth, maxAttributes, maxElements };
};

const settingsOf = (options: ClientOptions, platform: Platform, jid: string): BoshSettings => ({
  to: domainOf(jid),
  lang: options.lang ?? 'en',
  wait: options.wait ?? 60,
  hold: options.hold ?? 1,
  maxBodySize: options.maxBodySize ?? 262_144,
  uploads: platform.uploads && options.uploadEvents !== false,
  rids: [randomRid(platform.random), randomRid(platform.random), randomRid(platform.random)],
  seed: randomRid(platform.random),
  disconnectMs: options.disconnectTimeout ?? 3_000,
  ...(options.ack && { ack: true }),
  limits: parseLimits(options),
  patient: options.retry !== undefined,
});

export const planLogin = (
  service: string,
  given: Credentials,
  credentials: SaslCredentials,
  options: ClientOptions,
  platform: Platform,
  polling: boolean,
): Opening<LoginPlan> => ({
  help: {
    ask: askMechanism(options.mechanisms, given),
    learned: (keys) => {
      of(keys).subscribe({ next: (value) => given.onScramKeys?.(value), error: noop });
    },
  },
  initial: () => creating(settingsOf(options, platform, given.jid), platform.scheduler.now()),
  plan: {
    how: 'login',
    jid: given.jid,
    credentials,
    anonymous: isAnonymous(given),
    resource: resourceOf(given.jid),
    mechanisms: allowedMechanisms(options.mechanisms, given),
    plainAllowed: options.allowUnencryptedPlain === true || isPrivate(service, platform.baseUrl),
    nonce: randomId(platform.random),
    iqId: randomId(platform.random),
    timeoutMs: options.connectTimeout ?? 30_000,
    polling,
    bindWhenTold: options.explicitResourceBinding === true,
  },
});

/** How long a proof is waited for that the server's own rules make unlikely, in ms. */
const DOUBTFUL_MS = 5_000;

/** Whether the server must have given the session up by its own rules. A clock that was set back says nothing. */
const isDoubtful = ({ ts, params, parked }: Restored, nowMs: number): boolean =>
  ts !== undefined &&
  params !== undefined &&
  nowMs - Math.max(ts, parked ?? ts) > (params.wait + (params.inactivity ?? 60) + 60) * 1000;

export const planAttach = (
  tokens: SessionTokens,
  limits: AttachOptions,
  kept: Kept | undefined,
  options: ClientOptions,
  platform: Platform,
): Opening<AttachPlan> => {
  const { wait = options.wait ?? 60, hold = options.hold ?? 1, wind = 5 } = limits;
  const settings = settingsOf(options, platform, tokens.jid);
  const timeoutMs = options.attachTimeout ?? 20_000;
  const doubtful = kept?.restored !== undefined && isDoubtful(kept.restored, platform.scheduler.now());
  return {
    ...(kept?.restored && { gen: kept.restored.gen }),
    initial: () =>
      attaching(settings, tokens, { wait, hold, wind }, kept?.restored, platform.scheduler.now()),
    plan: {
      how: kept ? 'restore' : 'attach',
      tokens,
      verify: options.verifyAttach ?? true,
      iqId: randomId(platform.random),
      overdue: doubtful,
      timeoutMs: doubtful ? Math.min(timeoutMs, DOUBTFUL_MS) : timeoutMs,
    },
  };
};
