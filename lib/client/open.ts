import { catchError, concat, defer, type ObservableInput, switchMap, take, throwIfEmpty } from 'rxjs';

import { isSessionError, type SessionError, TransportError, UsageError } from '../protocol/errors.js';
import type { Failure } from '../protocol/session-state.js';
import type { How } from '../protocol/status.js';
import type { SessionTokens } from '../protocol/stream.js';
import { parseJid } from '../xml/jid.js';
import { cancellable } from './cancellable.js';
import { type Chain, createChain, type ReopenOptions, type Step } from './chain.js';
import type { Hub } from './hub.js';
import { connecting, failTyped, type Openings } from './openings.js';
import type { AttachOptions, Credentials } from './options.js';

/** The ways into a session that `open` may try, in this order; what is left out is not tried. */
export interface OpenOptions extends AttachOptions {
  /** Goes on with the session that was kept (see `keepalive`), if it is one of this JID; true: whosoever it is. */
  readonly restore?: boolean | string;
  /** Takes over a session that a server has opened for us. Asked anew each time. */
  readonly prebind?: () => ObservableInput<SessionTokens>;
  /** Logs in. Asked anew each time, so that a password or token that has changed is the present one. */
  readonly login?: () => ObservableInput<Credentials>;
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

type Lack = 'no-tokens' | 'no-credentials';

const unobtainable = (lack: Lack, cause?: unknown): SessionError =>
  isSessionError(cause)
    ? cause
    : new TransportError('network', 'What the app was asked for could not be had', 0, lack, { cause });

/** What a function of the app gives, then the session it leads to; an end that the app asks for comes first. */
const by = <T>(
  { command$ }: Hub,
  how: How,
  during: Failure['during'],
  ask: () => ObservableInput<T>,
  lack: Lack,
  begin: (given: T) => ReturnType<Step>,
): ReturnType<Step> => {
  const given$ = defer(ask).pipe(
    take(1),
    throwIfEmpty(() => unobtainable(lack)),
    catchError((cause: unknown) => {
      throw unobtainable(lack, cause);
    }),
  );
  const session$ = given$.pipe(switchMap(begin), catchError(failTyped(during)));
  return concat(connecting(how), cancellable(command$, session$));
};

/** The ways in, in order. */
const stepsOf = ({ hub, ...ways }: OpenPorts, options: OpenOptions) => {
  const { prebind, login, restore: kept } = options;
  const attach = (tokens: SessionTokens): ReturnType<Step> => {
    hub.queueFor(tokens.jid);
    return ways.attach(tokens, options);
  };
  const connect = (credentials: Credentials): ReturnType<Step> => {
    parseJid(credentials.jid);
    hub.queueFor(credentials.jid);
    return ways.login(credentials, options);
  };
  const again: readonly Step[] = [
    ...(prebind ? [() => by(hub, 'attach', 'attach', prebind, 'no-tokens', attach)] : []),
    ...(login ? [() => by(hub, 'login', 'connect', login, 'no-credentials', connect)] : []),
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
