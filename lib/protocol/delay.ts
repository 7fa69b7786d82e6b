import { element, withNodes, type XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import * as NS from './ns.js';

const DAY_MS = 86_400_000;

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** Year, month and day of a day counted from 1970-01-01. The calendar repeats every 400 years, which have 146,097 days. */
const dateOf = (days: number): readonly [number, number, number] => {
  // Counted from a 1 March, the leap day is the last of a year.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
};

/** A time in ms since the epoch as XEP-0082 writes it: `2026-11-27T03:04:05.678Z`. */
export const timestamp = (ms: number): string => {
  const days = Math.floor(ms / DAY_MS);
  const rest = Math.floor(ms - days * DAY_MS);
  const [year, month, day] = dateOf(days);
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1000].map((unit) => Math.floor(rest / unit));
  const time = `${pad(hours as number)}:${pad((minutes as number) % 60)}:${pad((seconds as number) % 60)}`;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${time}.${pad(rest % 1000, 3)}Z`;
};

const isStamped = (stanza: XmlElement): boolean => stanza.child('delay', NS.DELAY) !== undefined;

/** The stanza with a note of when it was sent first, and of who has kept it since then (XEP-0203 §2). */
export const withDelay = (stanza: XmlElement, at: number, from?: string): XmlElement =>
  withNodes(stanza, [...stanza.nodes, element('delay', NS.DELAY, { from, stamp: timestamp(at) })]);

/**
 * The text of a stanza with a note of when it was sent first (XEP-0203). One that has such a note keeps it; an iq gets none,
 * since it has one child only (RFC 6120 §8.2.3).
 */
export const delayed = (xml: string, at: number): string => {
  const stanza = parse(xml);
  return stanza.name === 'iq' || isStamped(stanza) ? xml : withDelay(stanza, at).toString();
};
