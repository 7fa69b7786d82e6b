import { defer, from, map, type Observable, type ObservableInput, of } from 'rxjs';

import type { SaslDialogue, SaslMechanism } from '../client/own-mechanism.js';
import { AuthError } from '../protocol/errors.js';
import type { MechanismOption } from './options.js';

/** What a mechanism reads of the connection that logs in by it. */
export interface SaslConnection {
  readonly jid: string;
  readonly domain: string | null;
  readonly authcid: string | null;
  readonly authzid: string | null;
  readonly pass: unknown;
}

/** What a mechanism says: text of one byte a character; false to give up. */
export type SaslAnswer = string | false | PromiseLike<string | false>;

/**
 * A way to log in, as Strophe.js has them: extend it and answer in `onChallenge`. Texts are binary: one byte a character.
 *
 * Those of ours are known by their names; `priority`, higher first, and `test` are looked at before each login.
 */
export class SASLMechanism {
  constructor(
    readonly mechname: string,
    /** Whether it speaks first. */
    readonly isClientFirst = false,
    public priority = 0,
  ) {}

  /** False: not used in this login. */
  test(_connection: SaslConnection): boolean {
    return true;
  }

  /** A login by it begins. */
  onStart(_connection: SaslConnection): void {
    return undefined;
  }

  /** The answer to what the server says; without a challenge, to begin with. */
  onChallenge(_connection: SaslConnection, _challenge?: string): SaslAnswer {
    throw new AuthError('mechanism-failure', `${this.mechname} does not know what to say`);
  }

  /** What is said to begin with, by one that speaks first. */
  clientChallenge(connection: SaslConnection): SaslAnswer {
    return this.onChallenge(connection);
  }

  /** The login by it has failed. */
  onFailure(): void {
    return undefined;
  }

  /** The server is content. An error refuses a server that has not proven itself. */
  onSuccess(): void {
    return undefined;
  }
}

/** A mechanism as the option `mechanisms` takes it, and as it may be extended. */
export interface SASLMechanismClass {
  /** One for each connection. */
  new (): SASLMechanism;
}

const known = (name: string, priority: number, first = true): SASLMechanismClass =>
  class extends SASLMechanism {
    constructor() {
      super(name, first, priority);
    }
  };

/** SCRAM-SHA-512, priority 72. */
export const SASLSHA512 = known('SCRAM-SHA-512', 72);
/** SCRAM-SHA-384, priority 71. */
export const SASLSHA384 = known('SCRAM-SHA-384', 71);
/** SCRAM-SHA-256, priority 70. */
export const SASLSHA256 = known('SCRAM-SHA-256', 70);
/** SCRAM-SHA-1, priority 60. */
export const SASLSHA1 = known('SCRAM-SHA-1', 60);
/** PLAIN, priority 50; only over encrypted connections. */
export const SASLPlain = known('PLAIN', 50);
/** OAUTHBEARER, priority 40; only over encrypted connections. */
export const SASLOAuthBearer = known('OAUTHBEARER', 40);
/** X-OAUTH2, priority 30; only over encrypted connections. */
export const SASLXOAuth2 = known('X-OAUTH2', 30);
/** ANONYMOUS, priority 20. */
export const SASLAnonymous = known('ANONYMOUS', 20, false);
/** EXTERNAL, priority 10. */
export const SASLExternal = known('EXTERNAL', 10);

/** Every mechanism of ours, as Strophe.js ranks them. */
export const ALL_MECHANISMS: readonly SASLMechanismClass[] = [
  ...[SASLSHA512, SASLSHA384, SASLSHA256, SASLSHA1, SASLPlain],
  ...[SASLOAuthBearer, SASLXOAuth2, SASLAnonymous, SASLExternal],
];

/** A mechanism as a connection has it. */
export type ConnectionMechanism = string | SaslMechanism | SASLMechanism;

/** An instance of each; what is no class stands for itself. */
export const instancesOf = (options: readonly MechanismOption[]): readonly ConnectionMechanism[] =>
  options.map((option) => (typeof option === 'function' ? new option() : option));

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const toText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

const isInput = (answer: SaslAnswer): answer is PromiseLike<string | false> => typeof answer === 'object';

/** What it says, as bytes. */
const answered = (mechanism: SASLMechanism, ask: () => SaslAnswer): Observable<Uint8Array> =>
  defer((): ObservableInput<string | false> => {
    const answer = ask();
    return isInput(answer) ? from(answer) : of(answer);
  }).pipe(
    map((answer) => {
      if (answer !== false) return toBytes(answer);
      throw new AuthError('mechanism-failure', `${mechanism.mechname} has given up`);
    }),
  );

/** A mechanism of the app's own, in the words of the client. */
const adapted = (mechanism: SASLMechanism, connection: SaslConnection): SaslMechanism => ({
  name: mechanism.mechname,
  start(): SaslDialogue {
    mechanism.onStart(connection);
    return {
      begin: () =>
        mechanism.isClientFirst
          ? answered(mechanism, () => mechanism.clientChallenge(connection))
          : of(undefined),
      respond: (challenge) => answered(mechanism, () => mechanism.onChallenge(connection, toText(challenge))),
      succeed: () => {
        mechanism.onSuccess();
        return of(undefined);
      },
    };
  },
});

/** Whether a class of the app's has put something else in the place of this. */
const changes = (mechanism: SASLMechanism, name: 'onChallenge' | 'clientChallenge'): boolean =>
  Reflect.get(mechanism, name) !== Reflect.get(SASLMechanism.prototype, name);

const isOwn = (mechanism: SASLMechanism): boolean =>
  changes(mechanism, 'onChallenge') || changes(mechanism, 'clientChallenge');

/** The mechanisms for one login: those that want to be used, the highest priority first. */
export const ranked = (
  mechanisms: readonly ConnectionMechanism[],
  connection: SaslConnection,
): readonly (string | SaslMechanism)[] => {
  const priority = (one: ConnectionMechanism): number =>
    one instanceof SASLMechanism ? one.priority : Infinity;
  return [...mechanisms]
    .sort((a, b) => (priority(a) === priority(b) ? 0 : priority(b) - priority(a)))
    .filter((one) => !(one instanceof SASLMechanism) || one.test(connection))
    .map((one) => {
      if (!(one instanceof SASLMechanism)) return one;
      return isOwn(one) ? adapted(one, connection) : one.mechname;
    });
};
