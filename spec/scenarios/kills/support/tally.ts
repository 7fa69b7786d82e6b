import { type ServerProfile, serverProfiles } from 'rxmpp/testing';
import { type History, playHistory } from './history.js';
import { allowed } from './losses.js';
import { flawsOf } from './verdict.js';

export type Profile = keyof typeof serverProfiles;

/** What histories there are, in words. */
export const KINDS = {
  single: 'reloads',
  double: 'reloads that are cut off by another one',
  unknown: 'the same by a client that does not know the server',
  faults: 'reloads on a bad network',
} as const;

export type Kind = keyof typeof KINDS;

/** Histories that one process plays: those with the seeds `from` to `to`. */
export interface Share {
  readonly profile: Profile;
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
}

/** What came of many histories; `flawed`: the seeds of those in which something was wrong, and what. */
export interface Tally {
  readonly figures: Readonly<Record<string, number>>;
  readonly flawed: readonly string[];
}

/** The same server, though nothing that it says of itself tells so. */
const disguised = ({ bosh, manner }: ServerProfile): ServerProfile => ({
  bosh: { ...bosh, ver: '1.10' },
  manner,
});

export const playOne = (profile: Profile, kind: Kind, seed: number): History =>
  playHistory({
    profile: kind === 'unknown' ? disguised(serverProfiles[profile]) : serverProfiles[profile],
    seed,
    ...((kind === 'double' || kind === 'unknown') && { double: true }),
    ...(kind === 'faults' && { faults: true }),
  });

/** What is wrong with a history, beside what no client can prevent on that server. */
export const flawsIn = (profile: Profile, kind: Kind, history: History): readonly string[] =>
  flawsOf(allowed(profile, kind, history));

const figuresOf = (history: History): Tally['figures'] => ({
  histories: 1,
  kills: history.deaths.length,
  outLost: history.lostOut.length,
  outDoubled: history.doubledOut.length + history.wrongReplies.length,
  inLost: history.lostIn.length,
  inDoubled: history.doubledIn.length,
  redelivered: history.redelivered,
  overtaken: history.isOvertaken ? 1 : 0,
  sessionsLost: history.failure === undefined ? 0 : 1,
});

export const sumUp = (tallies: readonly Tally[]): Tally => {
  const figures: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [name, value] of Object.entries(tally.figures)) figures[name] = (figures[name] ?? 0) + value;
  }
  return { figures, flawed: tallies.flatMap(({ flawed }) => flawed) };
};

export const play = ({ profile, kind, from, to }: Share): Tally =>
  sumUp(
    Array.from({ length: to - from + 1 }, (_, i) => {
      const seed = from + i;
      const history = playOne(profile, kind, seed);
      const flaws = flawsIn(profile, kind, history);
      return {
        figures: figuresOf(history),
        flawed: flaws.length > 0 ? [`seed ${seed}: ${flaws.join('; ')}`] : [],
      };
    }),
  );
