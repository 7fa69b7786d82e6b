import type { XmlElement } from '../xml/element.js';
import type { SeenRequest } from './request-log.js';

/** Which request is meant: one whose body has a child of that name, or one that fits. */
export type BodyMatch = string | ((body: XmlElement, request: SeenRequest) => boolean);

/** Requests that a test accounts for, one by one. */
export interface Expectations<R extends SeenRequest = SeenRequest> {
  /** The oldest request that was not expected before and fits (default: any); throws where there is none. */
  readonly expectBody: (match?: BodyMatch) => R;
  /** Throws where a request that was not expected before fits (default: any). */
  readonly expectNone: (match?: BodyMatch) => void;
  /** Throws where requests are still open, or were never expected once `expectBody` was in use. */
  readonly verify: () => void;
}

interface Seen<R extends SeenRequest> {
  readonly all: readonly R[];
  readonly open: readonly SeenRequest[];
}

const matcher = (match: BodyMatch): ((request: SeenRequest) => boolean) =>
  typeof match === 'string'
    ? ({ body }) => body.child(match) !== undefined
    : (request) => match(request.body, request);

const list = (requests: readonly SeenRequest[]): string =>
  requests.map(({ text }) => `\n  ${text}`).join('') || ' none';

const name = (match: BodyMatch): string => (typeof match === 'string' ? ` a <${match}/>` : '');

export const createExpectations = <R extends SeenRequest>(log: () => Seen<R>): Expectations<R> => {
  const expected = new Set<R>();
  const find = (match: BodyMatch): R | undefined => {
    const fits = matcher(match);
    return log().all.find((request) => !expected.has(request) && fits(request));
  };
  return {
    expectBody(match = () => true) {
      const found = find(match);
      if (!found) throw new Error(`No request fits${name(match)}; open:${list(log().open)}`);
      expected.add(found);
      return found;
    },
    expectNone(match = () => true) {
      const found = find(match);
      if (found) throw new Error(`Nobody expected:${list([found])}`);
    },
    verify() {
      const { all, open } = log();
      if (open.length > 0) throw new Error(`Requests are still open:${list(open)}`);
      const missed = all.filter((request) => expected.size > 0 && !expected.has(request));
      if (missed.length > 0) throw new Error(`Nobody expected:${list(missed)}`);
    },
  };
};
