import type { XmlElement } from '../xml/element.js';
import type { Answer, BoshState, Inbound } from './bosh-state.js';
import type { LimitError, SessionError, TransportError } from './errors.js';
import type { RetryFailure } from './retry.js';
import type { Leftovers } from './stream.js';

/** A stanza on its way from the queue into a body. */
export interface Taken {
  readonly n: number;
  readonly xml: string;
}

export type BoshEvent =
  | {
      readonly type: 'taken';
      readonly stanzas: readonly Taken[];
      readonly upTo: number;
      readonly more: boolean;
    }
  | { readonly type: 'uploaded'; readonly rid: number; readonly attempt: number }
  | {
      readonly type: 'answered';
      readonly rid: number;
      readonly attempt: number;
      readonly status: number;
      readonly text: string;
      /** Value of Retry-After in ms, if any. */
      readonly retryAfterMs: number;
    }
  | {
      readonly type: 'failed';
      readonly rid: number;
      readonly attempt: number;
      readonly error: TransportError | LimitError;
    }
  /** An answer's turn has come: all lower ones have had theirs. */
  | { readonly type: 'settled'; readonly rid: number; readonly answer: Answer }
  /** Stanzas of a request that was too large are in the queue again, all but the first `kept`. */
  | { readonly type: 'lightened'; readonly rid: number; readonly kept: number; readonly status: number }
  /** Nobody wants to wait any longer. */
  | { readonly type: 'givenUp'; readonly error: SessionError }
  /** What was to be given has been given. */
  | { readonly type: 'given' }
  /** It is `due`, in ms; the clock may say that it is earlier. */
  | { readonly type: 'wake'; readonly due?: number };

export type BoshEffect =
  /** Asks the queue for stanzas numbered up to `upTo`, of at most `maxSize` together (but always one). */
  | { readonly type: 'take'; readonly upTo: number; readonly maxSize: number }
  | {
      readonly type: 'post';
      readonly rid: number;
      readonly attempt: number;
      readonly body: string;
      /** How long an answer may take; undefined: as long as the caller's own limit. */
      readonly timeoutMs: number;
    }
  /** A request was lost: asks when it is to be sent again; `retry` or `givenUp` says so. */
  | { readonly type: 'backOff'; readonly failure: RetryFailure }
  /** Puts stanzas back at the head of the queue. */
  | {
      readonly type: 'putBack';
      readonly rid: number;
      readonly kept: number;
      readonly status: number;
      readonly xmls: readonly string[];
    }
  | { readonly type: 'settle'; readonly rid: number; readonly answer: Answer }
  /** From now on answers are expected from this rid on. */
  | { readonly type: 'expect'; readonly rid: number }
  | { readonly type: 'ready' }
  /** Gives children to the app: those from number `from` up to, not including, `to`. */
  | { readonly type: 'give'; readonly inbound: Inbound; readonly from: number; readonly to: number }
  | { readonly type: 'seen'; readonly elements: readonly XmlElement[]; readonly probed: boolean }
  | { readonly type: 'stalled'; readonly stalled: boolean }
  | { readonly type: 'closed'; readonly error: SessionError | undefined; readonly leftovers: Leftovers };

export interface BoshTransition {
  readonly state: BoshState;
  readonly effects: readonly BoshEffect[];
}
