import { receivingAll, sendingAll } from './client.js';
import { crowds } from './crowd.js';
import { parsing, refusing } from './parse.js';
import { serialising } from './serialise.js';

/** Something to be done again and again. */
export interface Work {
  readonly run: () => unknown;
  /** What one run counts for: bytes, stanzas. */
  readonly amount: number;
}

/** Prepares work of one size. */
export type Prepare = (size: number) => Work | Promise<Work>;

/** All work that is measured in slices, by name, then by contender. */
export const WORKS: Readonly<Record<string, Readonly<Record<string, Prepare>>>> = {
  parse: parsing,
  strict: refusing,
  receive: receivingAll,
  send: sendingAll,
  serialise: serialising,
  crowd: crowds,
};
