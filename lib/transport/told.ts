import { Observable, Subject } from 'rxjs';

import type { Outgoing } from '../protocol/stream.js';
import type { Transport } from './transport.js';

/** What is told to a stream, in order: what comes before somebody listens waits for that. */
export const createTold = (): Pick<Transport, 'send'> & { readonly told$: Observable<Outgoing> } => {
  const heard$ = new Subject<Outgoing>();
  const early: Outgoing[] = [];
  return {
    told$: new Observable((subscriber) => {
      for (let one = early.shift(); one; one = early.shift()) subscriber.next(one);
      return heard$.subscribe(subscriber);
    }),
    send(outgoing) {
      if (heard$.observed) heard$.next(outgoing);
      else early.push(outgoing);
    },
  };
};
