import { receivingAll, sendingAll } from './client.js';
import { parsing } from './parse.js';

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
  receive: receivingAll,
  send: sendingAll,
};
