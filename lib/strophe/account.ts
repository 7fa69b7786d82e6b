import type { ConnectOptions } from '../client/options.js';
import type { Maybe } from './arguments.js';
import { guarded, listen } from './guarded.js';
import { credentialsFrom, type Identity, identityOf, type Password } from './login.js';
import { bareJid } from '../xml/jid.js';
import { type ConnectionOptions, type MechanismOption, resumes } from './options.js';
import { Receiver } from './receiver.js';
import { ALL_MECHANISMS, type ConnectionMechanism, instancesOf, ranked, SASLMechanism } from './sasl.js';

const nameOf = (one: ConnectionMechanism): string => {
  if (typeof one === 'string') return one;
  return 'mechname' in one ? one.mechname : one.name;
};

/** Who a connection logs in as, and how. Use {@link Connection}. */
export abstract class Account<Dom extends boolean = false> extends Receiver<Dom> {
  /** The JID asked for, and once a session is there its full one. */
  abstract readonly jid: string;
  abstract readonly domain: string | null;
  /** The SCRAM keys of the last login with a password: `connect` takes them in place of it. */
  scram_keys: Password | null = null;
  #mechanisms: readonly ConnectionMechanism[];
  #identity: Identity = { authcid: null, authzid: null };
  #pass: string | Password | null = null;

  protected constructor(service: string, options: ConnectionOptions & { dom?: Dom }) {
    super(service, options);
    this.#mechanisms = instancesOf(options.mechanisms ?? ALL_MECHANISMS);
    let using: string | undefined;
    listen(this.status$, (status) => {
      if (status.type === 'authenticating') using = status.mechanism;
      else if (status.type !== 'connecting') this.#pass = null;
      if (status.type === 'failed' && status.during === 'auth') this.#refused(using);
    });
  }

  /** The user name of the latest login; null for an anonymous one. */
  get authcid(): string | null {
    return this.#identity.authcid;
  }

  /** The bare JID of the latest login. */
  get authzid(): string | null {
    return this.#identity.authzid;
  }

  /** What `connect` was given to log in with, while that lasts; null before and afterwards. */
  get pass(): string | Password | null {
    return this.#pass;
  }

  /** The mechanisms that may be used, by name. */
  get mechanisms(): Readonly<Record<string, ConnectionMechanism>> {
    return Object.fromEntries(this.#mechanisms.map((one) => [nameOf(one), one]));
  }

  /** Sets the mechanisms that may be used, in place of all others; none given: all that there are. */
  registerSASLMechanisms(mechanisms?: readonly MechanismOption[]): void {
    this.#mechanisms = instancesOf(mechanisms ?? ALL_MECHANISMS);
  }

  /** Adds one. */
  registerSASLMechanism(mechanism: MechanismOption): void {
    this.#mechanisms = [...this.#mechanisms, ...instancesOf([mechanism])];
  }

  #refused(name: string | undefined): void {
    const mechanism = this.#mechanisms.find((one) => nameOf(one) === name);
    if (mechanism instanceof SASLMechanism) guarded(() => mechanism.onFailure());
  }

  /** @internal */
  protected logIn(
    jid: string,
    pass: Maybe<string | Password>,
    authcid: Maybe<string>,
    options: ConnectOptions,
  ): void {
    const former = [this.#identity, this.#pass] as const;
    const credentials = credentialsFrom(jid, pass, authcid, (keys) => (this.scram_keys = keys));
    [this.#identity, this.#pass] = [identityOf(jid, authcid), pass ?? null];
    try {
      const mechanisms = ranked(this.#mechanisms, this);
      if (resumes(this.service, this.options)) {
        this.client.open({ restore: bareJid(jid), login: credentials, ...options, mechanisms });
      } else {
        this.client.connect(credentials, { ...options, mechanisms });
      }
    } catch (error) {
      [this.#identity, this.#pass] = former;
      throw error;
    }
  }
}
