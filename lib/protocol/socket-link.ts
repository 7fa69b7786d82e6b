import { parse } from '../xml/parse.js';
import { type SessionError, StreamError, TransportError } from './errors.js';
import { openFrame, SUBPROTOCOL } from './framing.js';
import { backoffMs } from './retry.js';
import { frame, type SocketEvent, type SocketState, type SocketTransition, to } from './socket-state.js';

/** How long a server keeps a stream without a connection where it did not say, in seconds. */
const USUAL_MAX = 60;

/** Ends the stream. While we say goodbye every end is the one that we asked for. */
export const close = (state: SocketState, error: SessionError | undefined): SocketTransition => {
  const reason = state.phase === 'closing' ? undefined : error;
  const uncertain = reason ? state.sm.unacked.map(({ xml }) => parse(xml)) : [];
  const closed: SocketState = { ...state, phase: 'closed', connected: false, wakeAt: undefined };
  return to(
    closed,
    { type: 'hangUp' },
    { type: 'closed', error: reason, leftovers: { uncertain, undispatched: [] } },
  );
};

/** When the server must have given the stream up by its own rules. */
export const expiryOf = ({ lostAt, sm }: SocketState): number =>
  lostAt === undefined ? Infinity : lostAt + (sm.max ?? USUAL_MAX) * 1000;

/** Whether there is a stream that the server keeps for us. */
export const isResumable = ({ phase, sm, lostAt }: SocketState): boolean =>
  sm.id !== undefined && (phase === 'online' || lostAt !== undefined);

/** The connection is gone. A managed stream outlives it for a while; any other ends with it (RFC 7395 §3.6). */
export const lost = (state: SocketState, error: TransportError, at: number): SocketTransition => {
  if (state.phase === 'closing' || !isResumable(state)) return close(state, error);
  const failures = state.phase === 'online' ? 0 : state.failures + 1;
  const waiting: SocketState = {
    ...state,
    phase: 'waiting',
    connected: false,
    managing: 'no',
    held: undefined,
    taking: false,
    askedAt: undefined,
    askAt: undefined,
    asking: undefined,
    owedAt: undefined,
    lostAt: state.lostAt ?? at,
    failures,
    retryAt: failures === 0 ? at : at + backoffMs(failures, state.settings.seed),
  };
  return to(waiting, { type: 'hangUp' }, { type: 'interrupted' });
};

/** How many times in a row a resumption may be sent on: two servers that name each other must not keep it busy. */
const MOST_MOVES = 3;

/** Where a stream that is being resumed is to be had instead (RFC 7395 §3.6.1). */
export const elsewhereOf = (state: SocketState, error: SessionError): string | undefined =>
  error instanceof StreamError && state.phase === 'linking' && isResumable(state) && state.moves < MOST_MOVES
    ? error.uri
    : undefined;

/** It is looked for there at once, or that is the end of it. */
export const moved = (state: SocketState, may: boolean, at: number): SocketTransition => {
  const { moving, ...rest } = state;
  if (!moving) return to(state);
  const next: SocketState = { ...rest, moving: undefined, moves: state.moves + 1 };
  if (!may) return close(next, moving);
  const { state: waiting, effects } = lost(next, new TransportError('closed', moving.message), at);
  return to({ ...waiting, retryAt: at }, ...effects);
};

/** Opens the next connection. */
export const dial = (state: SocketState, at: number): SocketTransition => {
  const link = state.link + 1;
  const fresh = { restarted: false, offered: false, resumption: 'none' } as const;
  return to({ ...state, ...fresh, phase: 'linking', link, linkedAt: at }, { type: 'dial', link });
};

/** The connection stands: the stream is opened, if the server speaks XMPP here (RFC 7395 §3.1). */
export const connected = (
  state: SocketState,
  { protocol }: Extract<SocketEvent, { type: 'connected' }>,
  at: number,
): SocketTransition => {
  if (protocol !== SUBPROTOCOL) {
    const message = 'There is a WebSocket, but not one for XMPP';
    return close(state, new TransportError('closed', message, 0, 'subprotocol-missing'));
  }
  const { to: domain, lang } = state.settings;
  return to({ ...state, connected: true, heardAt: at }, frame(openFrame(domain, lang)));
};
