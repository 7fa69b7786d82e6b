import type { SessionTokens } from 'rxmpp';

/** Who logs in where. */
export interface Account {
  readonly service: string;
  readonly websocket: string;
  readonly jid: string;
  readonly password: string;
}

/** One client that is online, as far as all contenders can do it. */
export interface Seat {
  readonly jid: string;
  /** Sends a chat message as the client sends one by itself. */
  readonly send: (to: string, text: string) => void;
  /** Lets what was sent leave now, where the client waits otherwise. */
  readonly flush: () => void;
  /** Sends many at once, held back before where the client can do that. */
  readonly burst: (to: string, texts: readonly string[]) => void;
  readonly close: () => void;
}

/** What a contender is asked to do besides the default. */
export interface Manner {
  /** Sends leave at once. */
  readonly immediate?: boolean;
  /** Over WebSocket, where the contender can do that and BOSH too. */
  readonly webSocket?: boolean;
  /** Whether its stream is managed (XEP-0198), where that is not as the contender does by itself. */
  readonly managed?: boolean;
  /** HTTP by `fetch`, where that is not what the contender does anyway. */
  readonly fetch?: boolean;
  /** The session is kept, as for a reload. */
  readonly keepalive?: boolean;
}

/** Takes over a session that somebody else has opened; `hear` as for a login. Resolves once it says that it has it. */
export type Attach = (
  service: string,
  tokens: SessionTokens,
  hear: (text: string) => void,
) => Promise<Pick<Seat, 'close'>>;

/** Logs in; `hear` is told the text of every chat message. */
export type Login = (account: Account, hear: (text: string) => void, manner: Manner) => Promise<Seat>;
