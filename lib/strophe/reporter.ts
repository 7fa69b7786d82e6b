import type { Status as ClientStatus } from '../protocol/status.js';
import type { Maybe } from './arguments.js';
import { guarded } from './guarded.js';
import { reportsOf, type Standing, standingAfter, startingAs, Status } from './status.js';

/** Why a session of before is not to be had. */
const NOT_THERE = new Set<string | null>([
  'no-storage',
  'no-session',
  'jid-mismatch',
  'session-in-use',
  'stale',
]);

/** Hears how a connection fares: one of `Strophe.Status` and, of a failure, its condition. */
export type ConnectCallback = (status: Status, condition: string | null) => unknown;

/** Tells the callback of the latest attempt what becomes of it. */
export interface Reporter {
  readonly standing: Standing;
  /** Runs the command that starts an attempt; from then on `callback` is told. Nothing has changed if the command throws. */
  start(jid: string, callback: Maybe<ConnectCallback>, command: () => void): void;
  /** What DISCONNECTING is to be reported with. */
  leaveFor(reason: string | null): void;
  hear(status: ClientStatus): void;
  /** Forgets the callback and where the connection stood. */
  reset(): void;
}

/** The callback of a login that may go on with a session of before: CONNECTED either way, and nothing where there was none. */
export const resuming =
  (callback: Maybe<ConnectCallback>): ConnectCallback =>
  (status, condition) => {
    if (status === Status.RECONNECTING && NOT_THERE.has(condition)) return;
    callback?.(status === Status.ATTACHED ? Status.CONNECTED : status, condition);
  };

/** `onDisconnected` is called right before DISCONNECTED is reported. */
export const createReporter = (onDisconnected: () => void): Reporter => {
  let callback: Maybe<ConnectCallback>;
  let standing = startingAs('');
  let attempts = 0;
  let reason: string | null = null;

  const tell = (status: Status, condition: string | null): void => {
    if (status === Status.DISCONNECTED) onDisconnected();
    guarded(() => callback?.(status, status === Status.DISCONNECTING ? reason : condition));
  };

  return {
    get standing() {
      return standing;
    },

    start(jid, next, command) {
      const former = { callback, standing };
      callback = next;
      standing = startingAs(jid);
      try {
        command();
        attempts += 1;
      } catch (error) {
        ({ callback, standing } = former);
        throw error;
      }
    },

    reset() {
      callback = undefined;
      standing = startingAs('');
      attempts += 1;
    },

    leaveFor(given) {
      reason = given;
    },

    hear(status) {
      const attempt = attempts;
      standing = standingAfter(standing, status);
      for (const report of reportsOf(status)) {
        if (attempts === attempt) tell(report.status, report.condition);
      }
    },
  };
};
