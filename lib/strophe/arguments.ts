import type { AttachOptions, ConnectOptions } from '../client/options.js';

/** An argument that may be left out; null leaves it out too. */
export type Maybe<T> = T | null | undefined;

/** `wait` in seconds (60), `hold` in requests (1). */
export type ConnectLimits = readonly [wait?: Maybe<number>, hold?: Maybe<number>];

/** What else `connect` takes. */
export type LoginExtras = readonly [
  /** Not used: the service is the server's own. */
  route?: Maybe<string>,
  /** User name to log in with, where it is not the node of the JID. */
  authcid?: Maybe<string>,
  /** Longest time a goodbye may take, in ms. */
  disconnectionTimeout?: Maybe<number>,
];

/** The same, and `wind` in rids (5). */
export type AttachLimits = readonly [...ConnectLimits, wind?: Maybe<number>];

/** What is 0 or left out is the client's to decide. */
export const connectOptions = ([wait, hold]: ConnectLimits): Pick<ConnectOptions, 'wait' | 'hold'> => ({
  ...(wait && { wait }),
  ...(hold && { hold }),
});

export const attachOptions = ([wait, hold, wind]: AttachLimits): AttachOptions => ({
  ...connectOptions([wait, hold]),
  ...(wind && { wind }),
});

/** A rid that comes out of a page's template is a text. What is no number goes on as it is, to be refused. */
export const readRid = (rid: number | string): number =>
  /^\s*\d+\s*$/.test(String(rid)) ? Number(rid) : (rid as number);
