import type { XmlElement } from '../xml/element.js';
import type { SessionError } from './errors.js';
import type { Leftovers } from './stream.js';

/** How a session was asked for. */
export type How = 'login' | 'attach' | 'restore';

/** Where a session stands. The only definition; each state carries what is known in it. */
export type Status =
  /** At first, and after `disconnect()`. */
  | { readonly type: 'offline' }
  | { readonly type: 'connecting'; readonly how: How }
  | { readonly type: 'authenticating'; readonly mechanism: string }
  /** Only with `explicitResourceBinding`: logged in, and waiting for `bind()`. `features` is what the server now offers. */
  | { readonly type: 'binding'; readonly features: XmlElement }
  | {
      readonly type: 'online';
      readonly how: 'connected' | 'attached' | 'restored' | 'resumed';
      /** The full JID. */
      readonly jid: string;
      /** The server has known this session before: presence and roster need not be sent or fetched again. */
      readonly resumed: boolean;
      /** No answer has come for longer than the server may take. The session may still live. */
      readonly stalled: boolean;
    }
  /**
   * There is no session, for the reason in `error`, and another one will be opened at `nextAttemptAt` (ms since the epoch;
   * earlier when the network comes back). What waits to be sent goes on waiting.
   */
  | ({
      readonly type: 'retrying';
      readonly error: SessionError;
      /** Which attempt it will be since a session was online, from 1. */
      readonly attempt: number;
      readonly nextAttemptAt: number;
    } & Leftovers)
  | { readonly type: 'disconnecting' }
  /** Final for this session; another can be opened. */
  | ({
      readonly type: 'failed';
      readonly during: 'connect' | 'auth' | 'attach' | 'session';
      readonly error: SessionError;
      /** Accepted by `send` and never left: surely not delivered. */
      readonly unsent: readonly XmlElement[];
    } & Leftovers);
