import {
  catchError,
  concat,
  defer,
  EMPTY,
  type Observable,
  type ObservableInput,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';

import { isSessionError, type SessionError, TransportError, UsageError } from '../protocol/errors.js';
import type { SessionTokens } from '../protocol/stream.js';
import { cancellable } from './cancellable.js';
import { type Chain, createChain, type ReopenOptions, type Step } from './chain.js';
import type { CredentialsSource } from './credentials.js';
import type { Hub } from './hub.js';
import { connecting, failTyped, type Openings } from './openings.js';
import type { AttachOptions, ConnectOptions } from './options.js';

/** The ways into a session that `open` may try, in this order; what is left out is not tried. */
export interface OpenOptions extends AttachOptions, ConnectOptions {
  /** Goes on with the session that was kept (see `keepalive`), if it is one of this JID; true: whosoever it is. */
  readonly restore?: boolean | string;
  /** Takes over a session that a server has opened for us. Asked anew each time. */
  readonly prebind?: () => ObservableInput<SessionTokens>;
  /** Logs in. A function is asked anew each time, so that a password or token that has changed is the present one. */
  readonly login?: CredentialsSource;
  /** Opens a lost session anew, by `prebind`, else by `login`. Default false. */
  readonly reopen?: boolean | ReopenOptions;
}

export interface OpenPorts {
  readonly hub: Hub;
  readonly login: Openings['login'];
  readonly attach: Openings['attach'];
  /** The way to the kept session; throws like `restore`. */
  readonly restore: (jid: string | undefined, limits: AttachOptions) => ReturnType<Step>;
}

type Attach = (tokens: SessionTokens) => ReturnType<Step>;

const noTokens = (cause?: unknown): SessionError =>
  isSessionError(cause)
    ? cause
    : new TransportError('network', 'There are no tokens to take a session over with', 0, 'no-tokens', {
        cause,
      });

/** The same function, heard where the app sees what changes. */
const inZone = <T>({ platform }: Hub, ask: () => ObservableInput<T>): Observable<T> =>
  defer(() => {
    const asked: ObservableInput<T>[] = [];
    platform().zone.run(() => asked.push(ask()));
    return asked[0] ?? EMPTY;
  });

/** A session whose tokens are asked for; an end that the app wants comes first. */
const prebound = (hub: Hub, ask: () => ObservableInput<SessionTokens>, attach: Attach): ReturnType<Step> => {
  const tokens$ = inZone(hub, ask).pipe(
    take(1),
    throwIfEmpty(() => noTokens()),
    catchError((cause: unknown) => throwError(() => noTokens(cause))),
  );
  const session$ = tokens$.pipe(
    switchMap((tokens) => attach(tokens)),
    catchError(failTyped('attach')),
  );
  return concat(connecting('attach'), cancellable(hub.command$, session$));
};

/** The ways in, in order. */
const stepsOf = ({ hub, ...ways }: OpenPorts, options: OpenOptions) => {
  const { prebind, login, restore: kept } = options;
  const attach: Attach = (tokens) => ways.attach(tokens, options);
  const again: readonly Step[] = [
    ...(prebind ? [() => prebound(hub, prebind, attach)] : []),
    ...(login ? [() => ways.login(login, options)] : []),
  ];
  if (kept === undefined || kept === false) return { first: again, again };
  const first: Step = () =>
    defer(() => ways.restore(kept === true ? undefined : kept, options)).pipe(
      catchError(failTyped('attach')),
    );
  return { first: [first, ...again], again };
};

/** The chain that `options` declare. */
export const chainOf = (ports: OpenPorts, options: OpenOptions): Chain => {
  const { hub } = ports;
  const steps = stepsOf(ports, options);
  if (steps.first.length === 0) {
    throw new UsageError('nothing-to-open', 'Say what is to be tried: restore, prebind or login');
  }
  const { reopen = false } = options;
  const { platform, command$ } = hub;
  return createChain({ platform, command$, ...steps, reopen: reopen === true ? {} : reopen || undefined });
};
