import type { Kind, Profile } from './tally.js';
import type { History } from './history.js';

interface Losses {
  /** How a session may end after a reload. */
  readonly sessions: readonly string[];
  /** Whether something that was pushed may be gone. */
  readonly inbound: boolean;
}

/** The server has said something, or the proof, to a connection that only the client knows to be dead. */
const UNHEARD: Losses = { sessions: ['attach: stale'], inbound: true };
const FORGOTTEN = 'attach: item-not-found';
/** The same, of which only the page heard that died while it cleared up. */
const CLEARED = 'restore: no-session';

/** What no client can prevent on a server; each has a spec of its own. */
const LOST_BY: Readonly<Partial<Record<Profile, Readonly<Partial<Record<Kind, Losses>>>>>> = {
  ejabberd: { unknown: UNHEARD },
  openfire: {
    single: { sessions: [FORGOTTEN], inbound: false },
    // A request that a bad network cuts off in a restore is what another reload makes of it.
    faults: { ...UNHEARD, sessions: [FORGOTTEN, ...UNHEARD.sessions] },
    double: { ...UNHEARD, sessions: [FORGOTTEN, CLEARED, ...UNHEARD.sessions] },
    unknown: { ...UNHEARD, sessions: [FORGOTTEN, CLEARED, ...UNHEARD.sessions] },
  },
};

/** On a bad network: the server takes a belated copy for a request of its own, and answers it; or for one that is far too low. */
const OVERTAKEN: Losses = { sessions: ['session: item-not-found', FORGOTTEN], inbound: true };

/** The history without what nobody can prevent. */
export const allowed = (profile: Profile, kind: Kind, history: History): History => {
  const losses = [
    LOST_BY[profile]?.[kind] ?? [],
    kind === 'faults' && history.isOvertaken ? OVERTAKEN : [],
  ].flat();
  const isAllowed = losses.some(({ sessions }) => sessions.includes(history.failure ?? ''));
  return {
    ...history,
    failure: isAllowed ? undefined : history.failure,
    lostIn: losses.some(({ inbound }) => inbound) ? [] : history.lostIn,
  };
};
