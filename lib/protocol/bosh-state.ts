import type { XmlElement } from '../xml/element.js';
import type { ParseLimits } from '../xml/parse.js';
import type { SessionError } from './errors.js';

export type { BoshEffect, BoshEvent, BoshTransition, Taken } from './bosh-event.js';

/** What the server said at session creation (XEP-0124 §7.2). Times in seconds; undefined: it did not say. */
export interface BoshParams {
  readonly sid: string;
  readonly wait: number;
  readonly hold: number;
  readonly requests: number;
  readonly inactivity?: number | undefined;
  readonly polling?: number | undefined;
  readonly maxpause?: number | undefined;
  readonly ver?: string | undefined;
  /** Whether our requests acknowledge its answers, as the one that opened the session promised (§9). */
  readonly ack?: boolean;
}

/** What the client was told by its user. */
export interface BoshSettings {
  readonly to: string;
  readonly lang: string;
  /** Longest time the server may hold a request, in seconds. */
  readonly wait: number;
  readonly hold: number;
  /** Bodies larger than this are split, in UTF-16 units. */
  readonly maxBodySize: number;
  /** Whether the platform tells when a request has been uploaded. */
  readonly uploads: boolean;
  /** A first rid for every time a session creation may be tried (XEP-0124 §14.1: random, unpredictable). */
  readonly rids: readonly [number, ...number[]];
  /** What the jitter of retries is made from. */
  readonly seed: number;
  /** How long a goodbye may take, in ms. */
  readonly disconnectMs: number;
  /** Whether requests acknowledge answers. */
  readonly ack?: boolean;
  /** How large an answer may be, as far as it is not as usual. */
  readonly limits?: Partial<ParseLimits>;
  /** Whether somebody else says when what was lost is sent again. */
  readonly patient?: boolean;
}

export type FlightKind =
  'create' | 'handshake' | 'restart' | 'probe' | 'data' | 'poll' | 'pause' | 'terminate';

/** An answer as it was read: the children of its body, stanzas in `jabber:client`, and the text they came in. */
export interface Answer {
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** A request that has not been answered in order yet. Its body never changes (XEP-0124 §14.3). */
export interface Flight {
  readonly rid: number;
  readonly kind: FlightKind;
  readonly body: string;
  /** How often it was given to the network; also the number of its latest attempt. */
  readonly sent: number;
  /** `waiting` to be sent first or again, `posted`, or completely `uploaded`. */
  readonly phase: 'waiting' | 'posted' | 'uploaded';
  /** When the latest attempt was posted, then when it was uploaded, or an answer came that is in doubt, in ms. */
  readonly since: number;
  /** Whether an HTTP refusal has been seen once and is being confirmed. */
  readonly suspect: boolean;
  /** Arrived, though not yet its turn. */
  readonly answer?: Answer | undefined;
  /** How many children of its answer the page before this one had handled, if it had got that and could not keep it. */
  readonly handled?: number | undefined;
  /**
   * Its answer, with nothing in it, was perhaps not all that the server has said to it: `open` until it is `asked` for once more;
   * `perhaps` as long as a later request explains it, which has yet to be answered.
   */
  readonly doubt?: 'perhaps' | 'open' | 'asked' | undefined;
}

/** A journaled answer whose children are being given to the app. `next` is the first one not handled yet. */
export interface Inbound extends Answer {
  readonly rid: number;
  readonly next: number;
  /** How many children have been given. */
  readonly given: number;
  /** Read back from storage: the first child not handled before, which the app may have seen nevertheless. */
  readonly restoredAt: number | undefined;
}

/** Something that passes neither gate nor cycle. */
export type Urgent =
  | { readonly kind: 'handshake' | 'probe'; readonly xml: string }
  | { readonly kind: 'restart'; readonly xml: '' };

/** The client's half of a BOSH session: what is on the wire, what was received, and what still waits. */
export interface BoshState {
  readonly phase: 'creating' | 'open' | 'closing' | 'closed';
  readonly settings: BoshSettings;
  /** Until the server has said them: an empty sid, and what is asked for. */
  readonly params: BoshParams;
  /** The full JID, once there is one; from then on the session is worth keeping. */
  readonly jid: string | undefined;
  /** The next unused request id. */
  readonly rid: number;
  readonly flights: readonly Flight[];
  /** The highest request id whose answer, and all lower ones, are journaled. */
  readonly done: number;
  readonly inbox: readonly Inbound[];
  /** A child is being given to the app: the next one has to wait until what was said to it is committed. */
  readonly giving: boolean;
  /** Whether what arrives may be given out; false until an attach is proven. */
  readonly dispatching: boolean;
  readonly online: boolean;
  readonly polling: boolean;
  readonly paused: boolean;
  readonly listening: boolean;
  readonly urgent: readonly Urgent[];
  /** Queue numbers up to `released` may leave, up to `moved` have left the queue. */
  readonly released: number;
  readonly moved: number;
  /** Stanzas have been asked for and are on their way into the next body. */
  readonly taking: boolean;
  readonly farewell: readonly XmlElement[];
  readonly probeRid: number | undefined;
  /** What the proof can be asked for with once more. */
  readonly spareProbe: string | undefined;
  readonly failures: number;
  /** How many empty requests in a row were answered at once with nothing. */
  readonly quick: number;
  /** After how long a held request was last cut off, and after how long one is to be released before, in ms. */
  readonly cutMs: number | undefined;
  readonly releaseMs: number | undefined;
  readonly retryAt: number;
  /** When the server last proved to be there, in ms. */
  readonly provenAt: number;
  /** The shortest time from a request to its answer so far, in ms; Infinity while there is none. */
  readonly tripMs: number;
  /** Since when no request is with the server, if none is. */
  readonly quietSince: number;
  /** A request has left in spite of a pause, so that the session does not expire. */
  readonly keeping: boolean;
  /** The server is to be asked to keep the session for so many seconds without any request. */
  readonly parking: number | undefined;
  /** Until when it was last asked to, in ms. */
  readonly parkedUntil: number;
  readonly lastPollAt: number;
  readonly closingAt: number;
  /** Why we end the session ourselves, if not because we were asked to. */
  readonly ending: SessionError | undefined;
  readonly stalled: boolean;
  /** Stanzas of requests whose repetition the server could not answer, until it proves that the session lives. */
  readonly doubtful: readonly XmlElement[];
  /** When the machine wants to be woken, in ms; undefined: nothing depends on time. */
  readonly wakeAt: number | undefined;
}
