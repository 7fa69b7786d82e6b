import type { BoshState } from './bosh-state.js';

/**
 * A request with what it owes the server, if the session was opened so: the highest rid whose answer, and all lower ones, are
 * journaled, so that the server can forget those; nothing when all have come. XEP-0124 §9.2.
 */
export const acknowledging = ({ params, done }: BoshState, rid: number, text: string): string =>
  params.ack === true && done < rid - 1 ? text.replace(` rid="${rid}"`, ` rid="${rid}" ack="${done}"`) : text;
