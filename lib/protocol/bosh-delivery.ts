import { stanzasIn } from './bosh-close.js';
import type { BoshState, Flight } from './bosh-state.js';

/** What a turn of the machine has done for the stanzas of the app. */
export interface Progress {
  /** Requests with stanzas that have been made. */
  readonly dispatched: readonly number[];
  /** All stanzas in requests up to this one have been taken over by the server. */
  readonly acknowledged: number | undefined;
  /** Nothing more will be heard of the others. */
  readonly ended: boolean;
}

const carries = ({ kind }: Flight): boolean => kind === 'data' || kind === 'terminate';

/** The unanswered requests that carry stanzas of the app, with their ids. */
export const carriersOf = ({ flights }: BoshState): readonly { rid: number; ids: readonly string[] }[] =>
  flights
    .filter(carries)
    .map((flight) => ({ rid: flight.rid, ids: stanzasIn(flight).map(({ attrs }) => attrs['id'] ?? '') }));

const madeBetween = (before: BoshState, after: BoshState): readonly number[] =>
  after.flights
    .filter((flight) => carries(flight) && !before.flights.some(({ rid }) => rid === flight.rid))
    .map(({ rid }) => rid);

/**
 * What has changed between two states; undefined: nothing. An answer that says no more than that a request can't be answered
 * any more proves nothing until the session is known to live.
 */
export const progressBetween = (before: BoshState, after: BoshState): Progress | undefined => {
  const ended = after.phase === 'closed';
  const same = before.flights === after.flights && before.doubtful === after.doubtful;
  if (!ended && same) return undefined;
  const proven = after.doubtful.length === 0;
  const grown = after.done > before.done || before.doubtful.length > 0;
  return {
    dispatched: madeBetween(before, after),
    acknowledged: proven && grown ? after.done : undefined,
    ended,
  };
};
