import type { SocketSettings, SocketState } from './socket-state.js';
import type { RestoredStream } from './socket-record.js';
import { unmanaged } from './stream-management.js';

/** A stream that is still to be opened. */
export const dialling = (settings: SocketSettings, at: number): SocketState => ({
  phase: 'waiting',
  settings,
  link: 0,
  connected: false,
  linkedAt: at,
  jid: undefined,
  sm: unmanaged,
  managing: 'no',
  restarted: false,
  offered: false,
  resumption: 'none',
  held: undefined,
  received: 0,
  repeating: false,
  paused: false,
  released: 0,
  moved: 0,
  taking: false,
  heardAt: at,
  lookAt: at,
  askedAt: undefined,
  askAt: undefined,
  asking: undefined,
  answered: 0,
  owedAt: undefined,
  lostAt: undefined,
  failures: 0,
  moves: 0,
  moving: undefined,
  retryAt: at,
  farewell: [],
  parting: false,
  closingAt: at,
  wakeAt: undefined,
});

/** A managed stream that another page has left, to be resumed (XEP-0198 §5). */
export const resuming = (settings: SocketSettings, restored: RestoredStream, at: number): SocketState => ({
  ...dialling(settings, at),
  jid: restored.tokens.jid,
  sm: restored.sm,
  paused: restored.paused,
  released: restored.moved,
  moved: restored.moved,
  answered: restored.sm.handled,
  repeating: true,
  lostAt: at,
});
