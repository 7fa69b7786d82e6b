import { map, type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { inLine } from './line.js';
import { listen } from './listen.js';

/**
 * Emits values in ascending order of their index, one per index and without a gap, starting at `first`.
 *
 * A value that comes early is held until every one before it has come. One whose index has been emitted or is held
 * already, or lies below `first`, is dropped: the first to come counts. Indexes are whole numbers.
 *
 * Completes with the source; what is held behind a gap is then dropped, as it is on an error of the source or one
 * thrown by `indexOf`, which pass at once.
 */
export const inOrder =
  <T>(indexOf: (value: T) => number, first: number): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable<T>((subscriber) => {
      const early = new Map<number, T>();
      const line = inLine(subscriber);
      let expected = first;

      const take = ([index, value]: readonly [number, T]): void => {
        if (index < expected || early.has(index)) return;
        if (index > expected) {
          early.set(index, value);
          return;
        }
        line.add(value);
        expected += 1;
        for (; early.has(expected); expected += 1) {
          line.add(early.get(expected) as T);
          early.delete(expected);
        }
        line.run();
      };

      const indexed$ = source$.pipe(map((value) => [indexOf(value), value] as const));
      listen(indexed$, subscriber, take, line.end);
    });
