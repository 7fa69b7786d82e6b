import type { XmlElement } from '../xml/element.js';
import type { BodyAttributes } from './body.js';
import type { BoshParameters } from './options.js';

/** What a session works with, and what its creation answer says about it. */
export interface SessionParameters {
  /** Seconds. */
  readonly wait: number;
  readonly hold: number;
  readonly requests: number;
  /** Seconds; Infinity for a session that never expires. */
  readonly inactivity: number;
  /** Seconds; 0 for no limit. */
  readonly polling: number;
  /** Seconds; 0 where pausing is not supported. */
  readonly maxpause: number;
  readonly acks: boolean;
  /** Whether the client says which answers it has (XEP-0124 §9.2). */
  readonly clientAcks: boolean;
  readonly announced: BodyAttributes;
}

const readNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** Settles the parameters of a new session; undefined when the request lacks `wait` or `hold`. */
export const negotiate = (body: XmlElement, bosh: BoshParameters): SessionParameters | undefined => {
  const askedWait = readNumber(body.attrs['wait']);
  const askedHold = readNumber(body.attrs['hold']);
  if (askedWait === undefined || askedHold === undefined) return undefined;
  const wait = Math.min(askedWait, bosh.wait ?? askedWait);
  const hold = Math.min(askedHold, bosh.hold ?? askedHold);
  const requests = bosh.requests ?? (wait === 0 || hold === 0 ? 1 : hold + 1);
  const { inactivity, polling, maxpause, ver, ack = false } = bosh;
  const announced = {
    wait: bosh.wait === undefined ? undefined : wait,
    hold: bosh.hold === undefined ? undefined : hold,
    requests: 'requests' in bosh ? bosh.requests : requests,
    ...{ inactivity, polling, maxpause, ver },
    ack: ack ? body.attrs['rid'] : undefined,
  };
  return {
    ...{ wait, hold, requests, announced, acks: ack, clientAcks: body.attrs['ack'] === '1' },
    ...{ inactivity: inactivity ?? Infinity, polling: polling ?? 0, maxpause: maxpause ?? 0 },
  };
};
