// Who is logged in to the web site. Memory only: a real site has a store for that.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface User {
  readonly name: string;
}

const LASTS_MS = 8 * 3_600_000;

export const createSessions = () => {
  const users = new Map<string, { readonly user: User; readonly until: number }>();
  return {
    /** A new id that nobody can guess. */
    begin: (user: User): string => {
      const id = randomBytes(32).toString('base64url');
      users.set(id, { user, until: Date.now() + LASTS_MS });
      return id;
    },
    find: (id: string | undefined): User | undefined => {
      const found = users.get(id ?? '');
      if (found && found.until > Date.now()) return found.user;
      users.delete(id ?? '');
      return undefined;
    },
    end: (id: string | undefined): void => void users.delete(id ?? ''),
  };
};

/** The id in the cookie of a request. */
export const cookieOf = ({ headers }: IncomingMessage): string | undefined =>
  /(?:^|;\s*)id=([\w-]+)/.exec(headers.cookie ?? '')?.[1];

/**
 * Whether a request was made by a page of this site. Browsers say so themselves (`Sec-Fetch-Site`), older ones by `Origin`;
 * a request that says neither is not taken. With SameSite=Strict on the cookie that is the second lock on the same door.
 */
export const isSameOrigin = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
};
