import { Observable, Subject } from 'rxjs';

/** What is told to a stream, in order: what comes before somebody listens waits for that. */
export const createTold = <T extends object>(): {
  readonly told$: Observable<T>;
  readonly send: (one: T) => void;
} => {
  const heard$ = new Subject<T>();
  const early: T[] = [];
  return {
    told$: new Observable((subscriber) => {
      for (let one = early.shift(); one; one = early.shift()) subscriber.next(one);
      return heard$.subscribe(subscriber);
    }),
    send(one) {
      if (heard$.observed) heard$.next(one);
      else early.push(one);
    },
  };
};
