import { catchError, defer, map, type Observable, of, switchMap, timeout } from 'rxjs';

import { TransportError } from '../protocol/errors.js';
import { type Addresses, readJsonMeta, readXmlMeta } from '../protocol/host-meta.js';
import { type Platform, platformOf } from './platform.js';
import { fetchLookUp } from './platform-look-up.js';

/** Where a domain can be reached, and what was in the way of finding out. */
export interface Discovered extends Addresses {
  /** Why a document did not say. */
  readonly failures: readonly { readonly url: string; readonly error: TransportError }[];
}

/** How a domain is looked up. */
export interface DiscoverOptions {
  /** Longest time for each of the two documents, in ms. Default 5,000. */
  readonly timeout?: number;
  /** Largest document that is read, in bytes. Default 65,536. */
  readonly maxBytes?: number;
  readonly platform?: Partial<Pick<Platform, 'lookUp' | 'scheduler'>>;
}

const NOTHING: Discovered = { webSocket: [], bosh: [], failures: [] };

const unreadable = (): TransportError =>
  new TransportError('http', 'This is no document about the domain', 200, 'bad-answer');

/** What the door gives under this name: see there. */
export const discover = (domain: string, options: DiscoverOptions = {}): Observable<Discovered> =>
  defer(() => {
    const { lookUp = fetchLookUp(), scheduler } = platformOf(options.platform);
    const { timeout: each = 5_000, maxBytes = 65_536 } = options;
    const ask = (file: string, read: (text: string) => Addresses | undefined): Observable<Discovered> => {
      const url = `https://${domain}/.well-known/${file}`;
      const late = (): Observable<never> => {
        throw new TransportError('timeout', 'The document did not come in time');
      };
      return lookUp({ url, maxBytes }).pipe(
        timeout({ first: each, with: late, scheduler }),
        map((text): Discovered => {
          const found = read(text);
          if (!found) throw unreadable();
          return { ...found, failures: [] };
        }),
        catchError((error: unknown) => {
          const known = error instanceof TransportError ? error : unreadable();
          return of<Discovered>({ ...NOTHING, failures: [{ url, error: known }] });
        }),
      );
    };
    return ask('host-meta.json', readJsonMeta).pipe(
      switchMap((first) =>
        first.webSocket.length + first.bosh.length > 0
          ? of(first)
          : ask('host-meta', readXmlMeta).pipe(
              map((second) => ({ ...second, failures: [...first.failures, ...second.failures] })),
            ),
      ),
    );
  });
