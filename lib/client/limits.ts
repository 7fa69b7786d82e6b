import { PARSE_LIMITS } from '../xml/parse.js';

/** How much the client puts up with. Each limit has its own `LimitError`. */
export interface Limits {
  /** Largest answer of a server, in characters. Default 10,485,760. Beyond: the session ends with `answer-too-large`. */
  readonly maxAnswer?: number;
  /** Elements within each other in an answer. Default 100. */
  readonly maxDepth?: number;
  /** Attributes of one element of an answer, namespaces included. Default 100. */
  readonly maxAttributes?: number;
  /** Elements of an answer in all. Default 200,000. */
  readonly maxElements?: number;
  /** Stanzas that wait to be sent. Default 100,000. Beyond: `send` throws `queue-full`, and what the client would answer by itself is dropped. */
  readonly maxQueued?: number;
  /** Requests that wait for their answers. Default 10,000. Beyond: the request fails with `too-many-requests`. */
  readonly maxRequests?: number;
  /**
   * What a session may take in the storage besides its record, in characters. Default 4,194,304. Beyond: `wire$` says `degraded`
   * with `storage-full`; the session goes on, and what could not be kept is left with the server if it can be.
   */
  readonly maxStored?: number;
}

/** Every limit, as asked for or by default. */
export const limitsOf = (asked: Limits = {}): Required<Limits> => ({
  maxAnswer: PARSE_LIMITS.maxLength,
  maxDepth: PARSE_LIMITS.maxDepth,
  maxAttributes: PARSE_LIMITS.maxAttributes,
  maxElements: PARSE_LIMITS.maxElements,
  maxQueued: 100_000,
  maxRequests: 10_000,
  maxStored: 4 * 2 ** 20,
  ...asked,
});
