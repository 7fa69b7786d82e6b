import type { BoshState, Flight, Inbound } from '../protocol/bosh-state.js';

/** Whether the same is kept of both: an answer of many children counts as dispatched only as a whole. */
const sameInbox = (a: readonly Inbound[], b: readonly Inbound[], commitEach: number): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ rid, next, children }, i) => {
      const other = b[i];
      return rid === other?.rid && (next === other.next || children.length > commitEach);
    }));

/** Whether the same is kept of both: neither that a request has been uploaded, nor an answer that is not settled. */
const sameFlights = (a: readonly Flight[], b: readonly Flight[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ rid, sent, body }, i) => rid === b[i]?.rid && sent === b[i].sent && body === b[i].body));

const isLanding = ({ answer }: Flight): boolean => answer !== undefined;

/** Whether the same is kept of both, with that number of children above which an answer counts as dispatched as a whole. */
export const sameCommit = (a: BoshState, b: BoshState, commitEach: number): boolean =>
  sameFlights(a.flights, b.flights) &&
  sameInbox(a.inbox, b.inbox, commitEach) &&
  a.rid === b.rid &&
  a.jid === b.jid &&
  a.phase === b.phase &&
  a.moved === b.moved &&
  a.paused === b.paused &&
  // That the server is there is kept with the answer that says so.
  (a.provenAt === b.provenAt || b.flights.some(isLanding));
