import { StreamError, TimeoutError } from '../protocol/errors.js';
import type { Status as ClientStatus } from '../protocol/status.js';

/** The numbers that the callback of a connection gets. */
export const Status = {
  ERROR: 0,
  CONNECTING: 1,
  CONNFAIL: 2,
  AUTHENTICATING: 3,
  AUTHFAIL: 4,
  CONNECTED: 5,
  DISCONNECTED: 6,
  DISCONNECTING: 7,
  ATTACHED: 8,
  REDIRECT: 9,
  CONNTIMEOUT: 10,
  BINDREQUIRED: 11,
  ATTACHFAIL: 12,
  RECONNECTING: 13,
} as const;
export type Status = (typeof Status)[keyof typeof Status];

/** One call of the callback: a number and, of a failure, why. */
export interface Report {
  readonly status: Status;
  readonly condition: string | null;
}

type Failed = Extract<ClientStatus, { type: 'failed' }>;
type Retrying = Extract<ClientStatus, { type: 'retrying' }>;

const FAILURE = {
  connect: Status.CONNFAIL,
  auth: Status.AUTHFAIL,
  attach: Status.ATTACHFAIL,
  session: Status.CONNFAIL,
} as const satisfies Record<Failed['during'], Status>;

const report = (status: Status, condition: string | null = null): Report => ({ status, condition });

/** A server that asks to connect elsewhere is reported with the address first, then as any other failure. */
const redirectOf = ({ error }: Failed | Retrying): readonly Report[] => {
  const uri = error instanceof StreamError ? error.uri : undefined;
  return uri === undefined ? [] : [report(Status.REDIRECT, uri)];
};

const reportsOfFailure = (failed: Failed): readonly Report[] => {
  const { during, error } = failed;
  const { condition } = error;
  const late = during === 'connect' && error instanceof TimeoutError;
  const failure = report(late ? Status.CONNTIMEOUT : FAILURE[during], condition);
  return [...redirectOf(failed), failure, report(Status.DISCONNECTED, condition)];
};

/** What the callback hears of a status, in order. The one place where states become numbers. */
export const reportsOf = (status: ClientStatus): readonly Report[] => {
  switch (status.type) {
    case 'connecting':
      return status.how === 'login' ? [report(Status.CONNECTING)] : [];
    case 'authenticating':
      return [report(Status.AUTHENTICATING)];
    case 'binding':
      return [report(Status.BINDREQUIRED)];
    case 'online':
      return [report(status.how === 'connected' ? Status.CONNECTED : Status.ATTACHED)];
    case 'retrying':
      return [...redirectOf(status), report(Status.RECONNECTING, status.error.condition)];
    case 'disconnecting':
      return [report(Status.DISCONNECTING)];
    case 'offline':
      return [report(Status.DISCONNECTED)];
    case 'failed':
      return reportsOfFailure(status);
  }
};

/** What a connection says of itself. */
export interface Standing {
  /** The JID asked for, and once it is bound the full one. Stays after the end. */
  readonly jid: string;
  /** The server has answered, and the session has not ended. */
  readonly connected: boolean;
  readonly authenticated: boolean;
  /** The session is the one that was kept. */
  readonly restored: boolean;
}

/** Where a connection stands that has just been asked to connect. */
export const startingAs = (jid: string): Standing => ({
  jid,
  connected: false,
  authenticated: false,
  restored: false,
});

export const standingAfter = (before: Standing, status: ClientStatus): Standing => {
  switch (status.type) {
    case 'authenticating':
    case 'binding':
      return { ...before, connected: true };
    case 'online': {
      const restored = status.how === 'restored';
      return { jid: status.jid, connected: true, authenticated: true, restored };
    }
    case 'disconnecting':
      return before;
    case 'connecting':
    case 'retrying':
    case 'offline':
    case 'failed':
      return startingAs(before.jid);
  }
};
