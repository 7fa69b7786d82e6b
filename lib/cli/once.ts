import { type Observable, take, throwIfEmpty } from 'rxjs';

/** The first value, or the error that comes instead of one. */
export const once = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const first$ = source$.pipe(
      take(1),
      throwIfEmpty(() => new Error('It was over before anything came')),
    );
    first$.subscribe({ next: resolve, error: reject });
  });
