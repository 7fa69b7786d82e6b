import {
  catchError,
  defaultIfEmpty,
  defer,
  from,
  map,
  type Observable,
  type ObservableInput,
  of,
  take,
} from 'rxjs';

import { AuthError } from '../protocol/errors.js';
import type { OwnMechanism } from '../protocol/sasl-mechanisms.js';
import type { SaslEffect } from '../protocol/sasl-step.js';
import type { SessionEvent } from '../protocol/session-state.js';
import type { Credentials } from './credentials.js';

/**
 * One login by a mechanism of the app's own. What it says and hears are the bytes before Base64. It is asked one thing at a
 * time, and the first that it emits counts. An error ends the login: an {@link AuthError} as it is.
 */
export interface SaslDialogue {
  /** The first words, sent with the request to log in; left out or undefined for none. */
  begin?(): ObservableInput<Uint8Array | undefined>;
  /** The answer to what the server says. */
  respond(challenge: Uint8Array): ObservableInput<Uint8Array>;
  /** The server is content. An error refuses a server that has not proven itself with what it sent along. */
  succeed?(data: Uint8Array): ObservableInput<unknown>;
}

/** A way to log in that the app brings along (RFC 4422). */
export interface SaslMechanism {
  /** As the server offers it; one of ours by the same name is not used then. */
  readonly name: string;
  /** Whether what it sends may be heard by others: only then is it used without encryption. Default false. */
  readonly safeUnencrypted?: boolean;
  /** Whether it can do with these credentials. Default: with any. */
  fits?(credentials: Credentials): boolean;
  /** Begins one login. */
  start(credentials: Credentials): SaslDialogue;
}

/** The mechanisms that the app allows, in the words of the session's machine; those that do not fit are left out. */
export const allowedMechanisms = (
  mechanisms: readonly (string | SaslMechanism)[] | undefined,
  credentials: Credentials,
): readonly (string | OwnMechanism)[] | undefined =>
  mechanisms?.flatMap((one): readonly (string | OwnMechanism)[] => {
    if (typeof one === 'string') return [one];
    if (one.fits?.(credentials) === false) return [];
    return [{ name: one.name, kind: 'own', clear: one.safeUnencrypted === true }];
  });

type Question = Extract<SaslEffect, { type: 'ask' }>;

const putTo = (dialogue: SaslDialogue, { question }: Question): ObservableInput<unknown> => {
  switch (question.type) {
    case 'begin':
      return dialogue.begin?.() ?? of(undefined);
    case 'challenge':
      return dialogue.respond(question.data);
    case 'success':
      return dialogue.succeed?.(question.data) ?? of(undefined);
  }
};

/** Puts the questions of one login to the mechanism that they are for, and brings back its answers. */
export const askMechanism = (
  mechanisms: readonly (string | SaslMechanism)[] | undefined,
  credentials: Credentials,
): ((asked: Question) => Observable<SessionEvent>) => {
  let dialogue: SaslDialogue | undefined;

  const started = (name: string): SaslDialogue => {
    const own = mechanisms?.filter((one) => typeof one !== 'string').find((one) => one.name === name);
    if (!own) throw new AuthError('mechanism-failure', `There is no mechanism ${name}`);
    return own.start(credentials);
  };

  return (asked) =>
    defer(() => from(putTo((dialogue ??= started(asked.mechanism)), asked))).pipe(
      take(1),
      defaultIfEmpty(undefined),
      map((reply): SessionEvent => ({
        type: 'replied',
        reply: reply instanceof Uint8Array ? reply : undefined,
      })),
      catchError((cause: unknown) => {
        const message = `The mechanism ${asked.mechanism} has failed`;
        const known = cause instanceof AuthError;
        const error = known ? cause : new AuthError('mechanism-failure', message, { cause });
        return of<SessionEvent>({ type: 'faulted', error });
      }),
    );
};
