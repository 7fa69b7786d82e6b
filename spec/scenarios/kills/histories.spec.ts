import { serverProfiles } from 'rxmpp/testing';
import { KINDS, type Kind, play, type Profile } from './support/tally.js';

const PROFILES = Object.keys(serverProfiles) as readonly Profile[];
const SIZES: Readonly<Record<Kind, number>> = { single: 40, double: 15, unknown: 15, faults: 15 };

/** A share of what `npm run kills` plays, under the same seeds. */
describe.each(PROFILES)('random histories on %s', (profile) => {
  it.each(Object.keys(KINDS) as readonly Kind[])(
    '%s: a page that dies at any step loses nothing, doubles nothing, and keeps the order',
    (kind) => {
      const { figures, flawed } = play({ profile, kind, from: 1, to: SIZES[kind] });
      expect(flawed).toEqual([]);
      expect(figures['kills']).toBeGreaterThanOrEqual(SIZES[kind]);
    },
  );
});
