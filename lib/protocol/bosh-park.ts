import { change } from './bosh-transition.js';
import { pauseBody } from './bosh-body.js';
import { launch } from './bosh-launch.js';
import type { BoshParams, BoshState, BoshTransition, Flight } from './bosh-state.js';

/**
 * The longest time, in seconds, that the server can be asked to keep a session without any request (XEP-0124 §10);
 * undefined where it did not say that it can, and on Openfire, which says so and loses count of the rids.
 */
export const maxPark = ({ maxpause, polling }: Partial<BoshParams>): number | undefined =>
  maxpause === undefined || maxpause === 0 || (maxpause === 300 && polling === 5) ? undefined : maxpause;

/** Whether this asks for a pause. Nothing can be lost with its answer, which carries nothing and may never come. */
export const isPause = ({ kind }: Flight): boolean => kind === 'pause';

/** Leaves the session with the server. What waits to be sent stays here: servers are known to ignore what comes along. */
export const park = (state: BoshState, seconds: number, at: number): BoshTransition => {
  const parked = change(state, { parking: undefined, parkedUntil: at + seconds * 1000 });
  return launch(parked, 'pause', pauseBody(state.params.sid, state.rid, seconds), at);
};
