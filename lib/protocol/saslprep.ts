import * as tables from './saslprep-tables.js';

/** The inside of a character class with a table's ranges. */
const inside = (table: string): string => table.replace(/[0-9A-F]+/g, '\\u{$&}').replace(/\s/g, '');

const SPACES = new RegExp(`[${inside(tables.SPACE)}]`, 'gu');
const NOTHINGS = new RegExp(`[${inside(tables.NOTHING)}]`, 'gu');
const PROHIBITED = new RegExp(`[${inside(tables.PROHIBITED)}]`, 'u');
const UNASSIGNED = new RegExp(`[${inside(tables.UNASSIGNED)}]`, 'u');
const RIGHT_TO_LEFT = new RegExp(`[${inside(tables.RIGHT_TO_LEFT)}]`, 'u');
const LEFT_TO_RIGHT = new RegExp(`[${inside(tables.LEFT_TO_RIGHT)}]`, 'u');
const RIGHT_TO_LEFT_ENDS = new RegExp(
  `^[${inside(tables.RIGHT_TO_LEFT)}](.*[${inside(tables.RIGHT_TO_LEFT)}])?$`,
  'su',
);

/** A text that must not be used, and why. An error is made of it elsewhere: this file is loaded by itself, and brings nothing along. */
export interface Forbidden {
  readonly forbidden: string;
}

/**
 * A user name or a password in the one form that both sides compare: the SASLprep profile of stringprep, for stored strings.
 *
 * The reason names `field` and the rule, never the character: it may be a secret's.
 *
 * @param field What the text is, for the message.
 * @returns The prepared text, or the reason why it may not be used.
 * @see RFC 4013
 */
export const saslprep = (text: string, field = 'text'): string | Forbidden => {
  const mapped = text.replace(SPACES, ' ').replace(NOTHINGS, '');
  // Before normalising: what Unicode 3.2 does not know it does not normalise either.
  if (UNASSIGNED.test(mapped)) return refusal(field, 'a character that is not in Unicode 3.2');
  const prepared = mapped.normalize('NFKC');
  if (PROHIBITED.test(prepared)) return refusal(field, 'a prohibited character');
  if (RIGHT_TO_LEFT.test(prepared)) {
    if (LEFT_TO_RIGHT.test(prepared)) return refusal(field, 'characters of both writing directions');
    if (!RIGHT_TO_LEFT_ENDS.test(prepared))
      return refusal(field, 'right-to-left text that does not begin and end as such');
  }
  if (prepared === '' && text !== '') return refusal(field, 'nothing but invisible characters');
  return prepared;
};

const refusal = (field: string, what: string): Forbidden => ({
  forbidden: `The ${field} contains ${what}, which SASLprep forbids (RFC 4013)`,
});
