import { filter, map, type Observable, take, throwIfEmpty, timeout, toArray } from 'rxjs';
import type { Client, Status } from 'rxmpp';

const LATEST_MS = 5_000;

/** The first value; an error after 5 s. */
export const first = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const first$ = source$.pipe(timeout({ first: LATEST_MS }), take(1), throwIfEmpty());
    first$.subscribe({ next: resolve, error: reject });
  });

/** The first `count` values; an error after 5 s. */
export const some = <T>(source$: Observable<T>, count: number): Promise<readonly T[]> =>
  first(source$.pipe(take(count), toArray()));

type Of<Type extends Status['type']> = Extract<Status, { readonly type: Type }>;

/** The status as soon as it is one of this type. */
export const statusOf = <Type extends Status['type']>(client: Client, type: Type): Promise<Of<Type>> =>
  first(
    client.status$.pipe(
      filter((status) => status.type === type),
      map((status) => status as Of<Type>),
    ),
  );
