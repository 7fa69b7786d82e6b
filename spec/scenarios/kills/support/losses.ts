import type { Kind, Profile } from './tally.js';
import type { Verdict } from './verdict.js';

interface Losses {
  /** How a session may end after a reload. */
  readonly sessions: readonly string[];
  /** Whether something that was pushed may be gone. */
  readonly inbound: boolean;
}

/** The server has said something, or the proof, to a connection that only the client knows to be dead. */
const UNHEARD: Losses = { sessions: ['attach: stale'], inbound: true };
const FORGOTTEN = 'attach: item-not-found';

/** What no client can prevent on a server; each has a spec of its own. */
const LOST_BY: Readonly<Partial<Record<Profile, Readonly<Partial<Record<Kind, Losses>>>>>> = {
  ejabberd: { unknown: UNHEARD },
  openfire: {
    single: { sessions: [FORGOTTEN], inbound: false },
    faults: { sessions: [FORGOTTEN], inbound: false },
    double: { ...UNHEARD, sessions: [FORGOTTEN, ...UNHEARD.sessions] },
    unknown: { ...UNHEARD, sessions: [FORGOTTEN, ...UNHEARD.sessions] },
  },
};

/** The verdict without what nobody can prevent. */
export const allowed = <V extends Verdict>(profile: Profile, kind: Kind, verdict: V): V => {
  const losses = LOST_BY[profile]?.[kind];
  return {
    ...verdict,
    failure: losses?.sessions.includes(verdict.failure ?? '') ? undefined : verdict.failure,
    lostIn: losses?.inbound ? [] : verdict.lostIn,
  };
};
