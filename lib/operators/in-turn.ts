import { BehaviorSubject, type Observable, type Observer, skip } from 'rxjs';
import { inLine } from './line.js';

/**
 * The values of a subject, the present one replayed, in the same order for everybody: a value that a subscriber causes
 * while it is told of another waits until all have been told of that one. The subject itself does not wait.
 */
export const inTurn = <T>(source$: BehaviorSubject<T>): Observable<T> => {
  const told$ = new BehaviorSubject(source$.value);
  const out: Observer<T> = told$;
  const line = inLine(out);
  source$.pipe(skip(1)).subscribe({
    next(value) {
      line.add(value);
      line.run();
    },
    error: (cause: unknown) => out.error(cause),
    complete: line.end,
  });
  return told$.asObservable();
};
