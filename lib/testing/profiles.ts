import type { DomainOptions } from './options.js';

/** What makes a domain behave like one kind of server: `createDomain({ ...serverProfiles.prosody, users })`. */
export type ServerProfile = Required<Pick<DomainOptions, 'bosh' | 'manner'>>;

/**
 * The BOSH parameters of well-known servers, as they come, and their departures from XEP-0124 as far as a client meets
 * them: how they treat a rid that comes twice, too low or too high, a connection that died, a session that is gone.
 */
export const serverProfiles = {
  prosody: {
    bosh: { wait: 120, hold: 1, requests: 2, inactivity: 60, polling: 5, maxpause: undefined, ver: '1.6' },
    manner: {
      unknownHost: 'improper-addressing',
      beyondWindow: 'refuse',
      lowRid: 'refuse',
      releasedRid: 'replay',
      lostConnection: 'forgotten',
      overactivity: false,
    },
  },
  ejabberd: {
    bosh: { wait: 300, hold: 1, requests: 2, inactivity: 30, polling: 2, maxpause: 120, ver: '1.11' },
    manner: {
      unknownHost: 'internal-server-error',
      lowRid: 'hang',
      releasedRid: 'replay',
      earlyTwice: 'terminate',
      echo: true,
      pauseAnswer: false,
      overactivity: false,
    },
  },
  openfire: {
    bosh: { requests: 2, inactivity: 30, polling: 5, maxpause: 300, ack: true },
    manner: { unknownSid: 404, releasedRid: 'replay-first', surplusReplay: false },
  },
  mongooseim: {
    bosh: { hold: 1, requests: 2, inactivity: 30, polling: undefined, maxpause: 120, ver: undefined },
    manner: { earlyTwice: 'terminate', overactivity: false },
  },
} as const satisfies Readonly<Record<string, ServerProfile>>;
