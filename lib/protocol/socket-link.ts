import { parse } from '../xml/parse.js';
import { type SessionError, TransportError } from './errors.js';
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
const isResumable = ({ phase, sm, lostAt }: SocketState): boolean =>
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
