import type { SchedulerLike } from 'rxjs';
import * as NS from '../protocol/ns.js';
import type { XmlElement } from '../xml/element.js';
import type { SessionParameters } from './bosh-parameters.js';

/** Tells too many or too early empty requests (XEP-0124 §11, §12). */
export interface ActivityGuard {
  /** Whether this new request, already counted in `liveCount`, is one too many. */
  isOveractive(
    body: XmlElement,
    state: { readonly liveCount: number; readonly lastHadPayload: boolean },
  ): boolean;
}

/** Whether a body asks for nothing but an answer. */
const isEmptyPoll = (body: XmlElement): boolean => {
  const { type, pause } = body.attrs;
  const isSpecial =
    type !== undefined || pause !== undefined || body.getAttributeNS(NS.BOSH, 'restart') !== null;
  return body.children.length === 0 && !isSpecial;
};

export const createActivityGuard = (
  { wait, hold, requests, polling }: SessionParameters,
  scheduler: SchedulerLike,
): ActivityGuard => {
  const isPollingSession = wait === 0 || hold === 0 || requests === 1;
  let lastAt = -Infinity;
  let lastWasEmpty = false;
  return {
    isOveractive(body, { liveCount, lastHadPayload }) {
      const isEmpty = isEmptyPoll(body);
      const isEarly = scheduler.now() - lastAt < polling * 1000;
      const isFollowing = lastWasEmpty && !lastHadPayload;
      lastAt = scheduler.now();
      lastWasEmpty = isEmpty;
      return isEmpty && isEarly && (isPollingSession ? isFollowing : liveCount >= requests);
    },
  };
};
